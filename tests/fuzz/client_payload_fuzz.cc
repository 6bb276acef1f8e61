// The server's reader of a ClientPayload.
#include "core/stanza/stream.h"
#include "core/util/encoding.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto payload = wasphere::stanza::parse_client_payload({data, size});
  if (!payload || !payload->registration) return 0;
  // The name is shown and written as JSON.
  if (!wasphere::is_valid_utf8(payload->registration->os_name)) __builtin_trap();
  return 0;
}
