// Any bytes on a connection of the REST listener: parser boundary, target, router, parameters.
#include <nlohmann/json.hpp>
#include <string_view>

#include "daemon/http/credentials.h"
#include "daemon/http/params.h"
#include "daemon/http/request_reader.h"
#include "ipc/commands.h"

namespace {

using wasphere::http::RequestReader;
using Step = RequestReader::Step;

void route(const wasphere::http::RequestHead& head, const std::string& body) {
  static const wasphere::http::Router router(wasphere::ipc::daemon_commands());
  (void)wasphere::http::presented_key(head);
  (void)wasphere::http::idempotency_key(head);
  const auto target = wasphere::http::parse_target(head.target);
  if (!target) return;
  (void)router.allowed(target->segments);
  const auto match = router.match(head.method, target->segments);
  if (match) (void)wasphere::http::request_params(*match, *target, head, body);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  RequestReader reader;
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::size_t piece = size == 0 ? 1 : 1 + data[0] % 64U;
  while (true) {
    const Step step = reader.step();
    if (step == Step::need_more) {
      if (bytes.empty()) return 0;
      reader.give(bytes.substr(0, piece));
      bytes.remove_prefix(std::min(piece, bytes.size()));
    } else if (step == Step::head) {
      if (!reader.accept_body(4096)) return 0;
    } else if (step == Step::done) {
      route(reader.head(), reader.take_body());
      reader.next();
    } else {
      return 0;
    }
  }
}
