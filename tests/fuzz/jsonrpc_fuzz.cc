// Any line -> requests -> decoding by every operation; and any line as a client would take it.
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "ipc/codec.h"
#include "ipc/commands.h"
#include "ipc/json.h"
#include "ipc/jsonrpc.h"

namespace {

using namespace wasphere;

// What was decoded must encode to what decodes to the same again.
template <class Command>
void round_trip(const nlohmann::json& params) {
  const auto decoded = ipc::decode<Command>(params);
  if (!decoded) return;
  const nlohmann::json encoded = ipc::encode(*decoded);
  const auto again = ipc::decode<Command>(encoded);
  if (!again || ipc::encode(*again) != encoded) std::abort();
}

void try_all(const nlohmann::json& params) {
  const auto one = [&](auto tag) { round_trip<typename decltype(tag)::type>(params); };
  ipc::for_each_type(ipc::Commands{}, one);
  ipc::for_each_type(ipc::SandboxCommands{}, one);
  round_trip<ipc::SessionView>(params);
  round_trip<ipc::EventNotification>(params);
}

void as_server(std::string_view line) {
  const ipc::Message message = ipc::parse_message(line);
  if (message.calls.empty()) std::abort();
  for (const ipc::Call& call : message.calls) {
    if (call.request) {
      try_all(*call.request->params);
      continue;
    }
    const std::string answer = ipc::make_error(call.id, call.request.error(), "req_x");
    if (!ipc::parse_incoming(answer)) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  as_server(line);
  static_cast<void>(ipc::parse_incoming(line));
  if (const auto parsed = ipc::parse_json(line)) try_all(*parsed);
  return 0;
}
