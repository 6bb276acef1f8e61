#include "sandbox/device_hash.h"

#include <algorithm>

#include "core/crypto/hash.h"
#include "core/util/encoding.h"

namespace wasphere::sandbox {

// "2:" and the first six bytes of SHA-256 over the sorted addresses, each with its device and with
// the agent that is always 0.
std::string device_hash(const std::vector<wire::Jid>& devices) {
  std::vector<std::string> addresses;
  for (const auto& device : devices)
    addresses.push_back(device.user + ".0:" + std::to_string(device.device) + "@" + device.server);
  std::sort(addresses.begin(), addresses.end());
  std::string joined;
  for (const auto& address : addresses) joined += address;
  const auto digest = crypto::sha256(as_bytes(joined));
  return "2:" + to_base64(BytesView(digest).first(6));
}

}  // namespace wasphere::sandbox
