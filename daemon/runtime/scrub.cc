// scrub(): what may be a secret or a phone number does not reach the log.
#include <algorithm>
#include <array>

#include "daemon/runtime/log.h"

namespace wasphere::runtime {
namespace {

constexpr std::size_t kMinNumber = 7;   // digits of the shortest real phone number, prefix included
constexpr std::size_t kMinHex = 32;     // 16 bytes
constexpr std::size_t kMinBase64 = 40;  // 30 bytes; a 32-byte key is 43 or 44 characters
constexpr std::size_t kMinPadded = 20;  // with "=" at the end it is base64 for sure
constexpr std::size_t kMinToken = 64;   // letters and digits only: nothing readable is that long
constexpr std::size_t kMaxSeparators = 2;
constexpr std::array<std::string_view, 2> kQrStarts{"2@", "https://wa.me/settings/linked_devices"};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_alnum(char c) {
  return is_digit(c) || is_upper(c) || is_lower(c);
}
bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_base64(char c) {
  return is_alnum(c) || c == '+' || c == '/' || c == '-' || c == '_';
}
bool is_separator(char c) {
  return c == ' ' || c == '-' || c == '.' || c == '(' || c == ')';
}

template <class Predicate>
std::size_t run_length(std::string_view text, Predicate matches) {
  const auto end = std::find_if_not(text.begin(), text.end(), matches);
  return static_cast<std::size_t>(end - text.begin());
}

// Each *_length: how much of `text` from its start must go; 0 if it is harmless.
std::size_t qr_length(std::string_view text) {
  for (const auto start : kQrStarts) {
    if (text.starts_with(start))
      return run_length(text, [](char c) { return c > ' ' && c != '"'; });
  }
  return 0;
}

std::size_t hex_length(std::string_view text) {
  const auto length = run_length(text, is_hex);
  return length >= kMinHex ? length : 0;
}

// An absolute path counts by its longest part; base64 that begins with "/" is padded in practice.
std::size_t unbroken_length(std::string_view run) {
  if (!run.starts_with('/')) return run.size();
  std::size_t longest = 0;
  while (!run.empty()) {
    const auto part = run_length(run, [](char c) { return c != '/'; });
    longest = std::max(longest, part);
    run.remove_prefix(std::min(part + 1, run.size()));
  }
  return longest;
}

// Identifiers are long too, but do not mix both cases of letters.
std::size_t base64_length(std::string_view text) {
  const auto length = run_length(text, is_base64);
  const auto run = text.substr(0, length);
  const auto padding = run_length(text.substr(length), [](char c) { return c == '='; });
  const bool padded = padding > 0 && padding <= 2 &&
                      (text.size() == length + padding || !is_base64(text[length + padding]));
  if (padded && length >= kMinPadded) return length + padding;
  if (run_length(text, is_alnum) >= kMinToken) return length;
  const bool mixed = std::any_of(run.begin(), run.end(), is_upper) &&
                     std::any_of(run.begin(), run.end(), is_lower);
  return mixed && unbroken_length(run) >= kMinBase64 ? length : 0;
}

struct Number {
  std::size_t length = 0;  // characters, separators included
  std::size_t digits = 0;
};

// Digits in a row; after "+" separators may stand between them, as people write numbers.
Number number_at(std::string_view text) {
  Number found;
  const bool international = text.starts_with('+');
  std::size_t at = international ? 1 : 0;
  while (at < text.size()) {
    const auto skip = international ? run_length(text.substr(at), is_separator) : 0;
    if (skip > kMaxSeparators || at + skip >= text.size() || !is_digit(text[at + skip])) break;
    at += skip + 1;
    ++found.digits;
    found.length = at;
  }
  return found;
}

std::string last_two_digits(std::string_view number) {
  std::string digits;
  std::copy_if(number.begin(), number.end(), std::back_inserter(digits), is_digit);
  return digits.substr(digits.size() - 2);
}

// Handles what starts at text[at], appends what may stay, and returns how far it got.
std::size_t scrub_at(std::string_view text, std::size_t at, std::string& out) {
  const auto rest = text.substr(at);
  const bool token_start = at == 0 || !is_base64(text[at - 1]);
  const auto secret = std::max(
      {token_start ? qr_length(rest) : 0, hex_length(rest), token_start ? base64_length(rest) : 0});
  if (secret > 0) {
    out += "<redacted>";
    return secret;
  }
  const auto number = number_at(rest);
  if (number.digits >= kMinNumber) {
    out += "***" + last_two_digits(rest.substr(0, number.length));
    return number.length;
  }
  const auto plain = number.digits > 0 ? number.length : 1;
  out += rest.substr(0, plain);
  return plain;
}

}  // namespace

std::string scrub(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) at += scrub_at(text, at, out);
  return out;
}

}  // namespace wasphere::runtime
