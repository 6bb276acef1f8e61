#include "daemon/messaging/recipient.h"

#include <algorithm>
#include <optional>
#include <string>

namespace wasphere::messaging {
namespace {

constexpr std::size_t kMinDigits = 6;
constexpr std::size_t kMaxDigits = 15;
constexpr std::size_t kMaxIdDigits = 32;  // of hidden ids and groups
constexpr std::string_view kLegacyUserServer = "c.us";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool all_digits(std::string_view text, std::size_t min, std::size_t max) {
  return text.size() >= min && text.size() <= max &&
         std::all_of(text.begin(), text.end(), is_digit);
}

// Nothing if it holds what is neither a digit nor the punctuation of numbers.
std::optional<std::string> digits_of(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_digit(c)) {
      out += c;
    } else if (c == '+') {
      if (!out.empty()) return std::nullopt;  // only in front
    } else if (c != ' ' && c != '-' && c != '(' && c != ')') {
      return std::nullopt;
    }
  }
  if (out.starts_with("00")) out.erase(0, 2);
  if (!all_digits(out, kMinDigits, kMaxDigits)) return std::nullopt;
  return out;
}

// "120363…" or, from the time before, "447700900123-1400000000".
bool is_group_id(std::string_view user) {
  const auto dash = user.find('-');
  if (dash == std::string_view::npos) return all_digits(user, kMinDigits, kMaxIdDigits);
  return all_digits(user.substr(0, dash), kMinDigits, kMaxDigits) &&
         all_digits(user.substr(dash + 1), kMinDigits, kMaxDigits);
}

tl::unexpected<Error> invalid(std::string message) {
  return fail(ErrorCode::invalid_recipient, std::move(message));
}

Result<wire::Jid> parse_jid(std::string_view user, std::string_view server) {
  if (server == wire::kUserServer || server == kLegacyUserServer) {
    if (all_digits(user, kMinDigits, kMaxDigits))
      return wire::Jid{std::string(user), std::string(wire::kUserServer)};
    return invalid("Before @" + std::string(server) +
                   " a phone number of 6 to 15 digits is needed.");
  }
  if (server == wire::kLidServer && all_digits(user, 1, kMaxIdDigits))
    return wire::Jid{std::string(user), std::string(server)};
  if (server == wire::kGroupServer && is_group_id(user))
    return wire::Jid{std::string(user), std::string(server)};
  if (server == wire::kBroadcastServer || server == "newsletter")
    return invalid("Status, broadcast lists and channels are not supported as recipients.");
  return invalid("The recipient is no JID of a person or a group.");
}

}  // namespace

Result<wire::Jid> parse_recipient(std::string_view text) {
  if (const auto at = text.find('@'); at != std::string_view::npos)
    return parse_jid(text.substr(0, at), text.substr(at + 1));
  if (auto digits = digits_of(text))
    return wire::Jid{std::move(*digits), std::string(wire::kUserServer)};
  return invalid(
      "The recipient is neither a phone number (6 to 15 digits, with country code) nor a JID.");
}

Result<std::string> parse_number(std::string_view text) {
  if (auto digits = digits_of(text)) return std::move(*digits);
  return fail(ErrorCode::invalid_phone_number,
              "A phone number has 6 to 15 digits, with its country code.");
}

bool is_group(const wire::Jid& jid) {
  return jid.server == wire::kGroupServer;
}

}  // namespace wasphere::messaging
