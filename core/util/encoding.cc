#include "core/util/encoding.h"

#include <array>

namespace wasphere {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kBase32 = "abcdefghijklmnopqrstuvwxyz234567";
constexpr std::string_view kCrockford = "123456789ABCDEFGHJKLMNPQRSTVWXYZ";

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Groups of `width` bits, most significant first; the last group is filled with zero bits.
std::string regroup(BytesView bytes, unsigned width, std::string_view alphabet) {
  std::string out;
  std::uint32_t buffer = 0;
  unsigned held = 0;
  for (std::uint8_t byte : bytes) {
    buffer = (buffer << 8) | byte;
    for (held += 8; held >= width; held -= width)
      out += alphabet[(buffer >> (held - width)) & ((1U << width) - 1)];
    buffer &= 0xFF;
  }
  if (held > 0) out += alphabet[(buffer << (width - held)) & ((1U << width) - 1)];
  return out;
}

// The length of the UTF-8 sequence that starts with `lead`, its smallest code point, and its lead
// bits.
struct Utf8Lead {
  std::size_t length;
  std::uint32_t minimum;
  std::uint32_t bits;
};

std::optional<Utf8Lead> utf8_lead(std::uint8_t lead) {
  if (lead < 0x80) return Utf8Lead{1, 0, lead};
  if ((lead & 0xE0) == 0xC0) return Utf8Lead{2, 0x80, lead & 0x1FU};
  if ((lead & 0xF0) == 0xE0) return Utf8Lead{3, 0x800, lead & 0x0FU};
  if ((lead & 0xF8) == 0xF0) return Utf8Lead{4, 0x10000, lead & 0x07U};
  return std::nullopt;
}

}  // namespace

std::string to_hex(BytesView bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (std::uint8_t byte : bytes) {
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
  }
  return out;
}

std::optional<Bytes> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  Bytes out;
  out.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    int high = hex_value(text[i]);
    int low = hex_value(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out.push_back(static_cast<std::uint8_t>(high * 16 + low));
  }
  return out;
}

std::string to_base64(BytesView bytes) {
  std::string out = regroup(bytes, 6, kBase64);
  while (out.size() % 4 != 0) out += '=';
  return out;
}

std::optional<Bytes> from_base64(std::string_view text) {
  std::size_t padding = 0;
  while (!text.empty() && text.back() == '=' && padding < 2) {
    text.remove_suffix(1);
    ++padding;
  }
  if (text.size() % 4 == 1 || (padding != 0 && (text.size() + padding) % 4 != 0))
    return std::nullopt;
  Bytes out;
  out.reserve(text.size() * 3 / 4);
  std::uint32_t buffer = 0;
  unsigned held = 0;
  for (char c : text) {
    std::size_t value = kBase64.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    buffer = ((buffer << 6) | static_cast<std::uint32_t>(value)) & 0xFFFF;
    held += 6;
    if (held >= 8) {
      held -= 8;
      out.push_back(static_cast<std::uint8_t>(buffer >> held));
    }
  }
  // Bits left over must be zero: one value, one text.
  if ((buffer & ((1U << held) - 1)) != 0) return std::nullopt;
  return out;
}

std::string to_base32_lower(BytesView bytes) {
  return regroup(bytes, 5, kBase32);
}
std::string to_crockford(BytesView bytes) {
  return regroup(bytes, 5, kCrockford);
}

bool is_valid_utf8(std::string_view text) {
  BytesView rest = as_bytes(text);
  while (!rest.empty()) {
    auto lead = utf8_lead(rest[0]);
    if (!lead || rest.size() < lead->length) return false;
    std::uint32_t point = lead->bits;
    for (std::size_t i = 1; i < lead->length; ++i) {
      if ((rest[i] & 0xC0) != 0x80) return false;
      point = (point << 6) | (rest[i] & 0x3FU);
    }
    bool surrogate = point >= 0xD800 && point <= 0xDFFF;
    if (point < lead->minimum || point > 0x10FFFF || surrogate) return false;
    rest = rest.subspan(lead->length);
  }
  return true;
}

}  // namespace wasphere
