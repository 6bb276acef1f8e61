#include <algorithm>

#include "core/crypto/hash.h"
#include "core/stanza/message.h"
#include "core/util/encoding.h"

namespace wasphere::stanza {
namespace {

constexpr std::size_t kIdBytes = 9;
constexpr std::size_t kHashBytes = 6;

// "user.0:device@server": the agent is always 0, the device always written.
std::string hashed_form(const wire::Jid& device) {
  return device.user + ".0:" + std::to_string(device.device) + "@" + device.server;
}

std::string upper(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

}  // namespace

std::string make_message_id(std::uint64_t unix_s, const wire::Jid& own, Rng& rng) {
  ByteWriter seed;
  seed.u32be(static_cast<std::uint32_t>(unix_s >> 32)).u32be(static_cast<std::uint32_t>(unix_s));
  seed.put(as_bytes(own.user + "@c.us")).put(rng.bytes(16));
  auto digest = crypto::sha256(seed.bytes());
  return "3EB0" + upper(to_hex(BytesView(digest).first(kIdBytes)));
}

std::string participant_hash(const std::vector<wire::Jid>& devices) {
  std::vector<std::string> forms(devices.size());
  std::ranges::transform(devices, forms.begin(), hashed_form);
  std::ranges::sort(forms);
  auto doubled = std::ranges::unique(forms);
  forms.erase(doubled.begin(), doubled.end());
  std::string joined;
  for (const std::string& form : forms) joined += form;
  auto digest = crypto::sha256(as_bytes(joined));
  return "2:" + to_base64(BytesView(digest).first(kHashBytes));
}

}  // namespace wasphere::stanza
