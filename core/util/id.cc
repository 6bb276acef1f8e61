#include "core/util/id.h"

#include <algorithm>

#include "core/util/encoding.h"

namespace wasphere {
namespace {

ByteArray<16> uuid_v7(std::int64_t unix_ms, Rng& rng) {
  auto uuid = rng.array<16>();
  auto time = static_cast<std::uint64_t>(unix_ms);
  for (std::size_t i = 0; i < 6; ++i) uuid[i] = static_cast<std::uint8_t>(time >> (40 - 8 * i));
  uuid[6] = static_cast<std::uint8_t>(0x70 | (uuid[6] & 0x0F));  // version 7
  uuid[8] = static_cast<std::uint8_t>(0x80 | (uuid[8] & 0x3F));  // RFC variant
  return uuid;
}

bool is_base32_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '2' && c <= '7');
}

}  // namespace

std::string make_id(std::string_view prefix, std::int64_t unix_ms, Rng& rng) {
  std::string id(prefix);
  id += '_';
  return id += to_base32_lower(uuid_v7(unix_ms, rng));
}

bool is_id(std::string_view prefix, std::string_view text) {
  if (text.size() != prefix.size() + 1 + kIdTail || !text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  if (text.front() != '_') return false;
  text.remove_prefix(1);
  return std::ranges::all_of(text, is_base32_digit);
}

}  // namespace wasphere
