#include "daemon/api/key_text.h"

#include <algorithm>

namespace wasphere::api {
namespace {

constexpr std::string_view kMark = "wsk_";
constexpr std::string_view kDigits =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

// Divides the big-endian number in place and says the remainder.
unsigned divide(ByteArray<32>& number, unsigned divisor) {
  unsigned rest = 0;
  for (std::uint8_t& byte : number) {
    const unsigned value = (rest << 8) | byte;
    byte = static_cast<std::uint8_t>(value / divisor);
    rest = value % divisor;
  }
  return rest;
}

}  // namespace

std::string make_key(Rng& rng) {
  auto number = rng.array<32>();
  std::string out(kKeyLength, '0');
  std::ranges::copy(kMark, out.begin());
  for (std::size_t i = kKeyLength; i > kMark.size(); --i) out[i - 1] = kDigits[divide(number, 62)];
  return out;
}

bool is_key(std::string_view text) {
  return text.size() == kKeyLength && text.starts_with(kMark) &&
         text.find_first_not_of(kDigits, kMark.size()) == text.npos;
}

std::string_view key_prefix(std::string_view key) {
  return key.substr(0, kKeyPrefixLength);
}

}  // namespace wasphere::api
