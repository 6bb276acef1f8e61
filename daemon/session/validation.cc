#include "daemon/session/validation.h"

#include <algorithm>

#include "core/util/encoding.h"

namespace wasphere::session {
namespace {

constexpr std::size_t kMaxName = 64;
constexpr std::size_t kMaxDescription = 512;
constexpr std::int64_t kMaxDelayMs = 300'000;
constexpr std::int64_t kMaxRatePerMin = 1000;
constexpr std::size_t kMinPhoneDigits = 6;
constexpr std::size_t kMaxPhoneDigits = 15;

using Faults = std::vector<FieldError>;

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

bool is_control_text(std::string_view text) {
  // C1 controls are C2 80 … C2 9F in UTF-8.
  for (std::size_t i = 0; i + 1 < text.size(); ++i)
    if (text[i] == '\xC2' && static_cast<unsigned char>(text[i + 1]) < 0xA0) return true;
  return std::any_of(text.begin(), text.end(), is_control);
}

std::size_t character_count(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string trim(const std::string& text) {
  constexpr std::string_view kSpace = " \t\r\n\v\f";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

void check_name(const std::string& name, Faults& faults) {
  const auto add = [&](std::string code, std::string message) {
    faults.push_back({"/name", std::move(code), std::move(message)});
  };
  if (!is_valid_utf8(name)) return add("FORMAT", "the name must be UTF-8 text");
  const std::size_t length = character_count(name);
  if (length < 1 || length > kMaxName)
    return add("LENGTH", "the name must have 1 to 64 characters");
  if (is_control_text(name) || name.find('/') != std::string::npos)
    return add("FORMAT", "the name must not contain control characters or '/'");
  if (name.starts_with("sess_"))
    return add("FORMAT", "the name must not begin with 'sess_': ids do");
}

void check_description(const std::string& description, Faults& faults) {
  if (!is_valid_utf8(description)) {
    faults.push_back({"/description", "FORMAT", "the description must be UTF-8 text"});
  } else if (character_count(description) > kMaxDescription) {
    faults.push_back(
        {"/description", "LENGTH", "the description must have at most 512 characters"});
  }
}

void check_range(std::string pointer, std::int64_t value, std::int64_t max, Faults& faults) {
  if (value >= 0 && value <= max) return;
  faults.push_back({std::move(pointer), "RANGE", "must be from 0 to " + std::to_string(max)});
}

void check_settings(const store::SessionSettings& settings, Faults& faults) {
  check_range("/msgDelayMinMs", settings.msg_delay_min_ms, kMaxDelayMs, faults);
  check_range("/msgDelayMaxMs", settings.msg_delay_max_ms, kMaxDelayMs, faults);
  check_range("/rateLimitPerMin", settings.rate_limit_per_min, kMaxRatePerMin, faults);
  if (settings.msg_delay_min_ms > settings.msg_delay_max_ms)
    faults.push_back({"/msgDelayMaxMs", "RANGE",
                      "must not be less than msgDelayMinMs, which is " +
                          std::to_string(settings.msg_delay_min_ms)});
}

Error describe(Faults faults) {
  std::string message = faults.front().pointer.substr(1) + ": " + faults.front().message;
  if (faults.size() > 1) message += ", and " + std::to_string(faults.size() - 1) + " more";
  return {ErrorCode::validation_failed, std::move(message), std::move(faults)};
}

template <class T>
void take(const std::optional<T>& from, T& to) {
  if (from) to = *from;
}

}  // namespace

Result<NewSession> validate(NewSession request) {
  request.name = trim(request.name);
  Faults faults;
  check_name(request.name, faults);
  check_description(request.description, faults);
  check_settings(request.settings, faults);
  if (!faults.empty()) return fail(describe(std::move(faults)));
  return request;
}

Result<NewSession> validate(const SessionPatch& patch, NewSession current) {
  take(patch.name, current.name);
  take(patch.description, current.description);
  store::SessionSettings& settings = current.settings;
  take(patch.msg_delay_min_ms, settings.msg_delay_min_ms);
  take(patch.msg_delay_max_ms, settings.msg_delay_max_ms);
  take(patch.typing_simulation, settings.typing_simulation);
  take(patch.rate_limit_per_min, settings.rate_limit_per_min);
  take(patch.auto_read_on_receive, settings.auto_read_on_receive);
  take(patch.receive_enabled, settings.receive_enabled);
  return validate(std::move(current));
}

Result<std::string> normalize_phone_number(std::string_view text) {
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c >= '0' && c <= '9') {
      digits += c;
    } else if (std::string_view(" -().").find(c) == std::string_view::npos &&
               !(c == '+' && i == 0)) {
      return fail(ErrorCode::invalid_phone_number,
                  "The phone number has characters that are not digits.");
    }
  }
  if (digits.size() < kMinPhoneDigits || digits.size() > kMaxPhoneDigits || digits.front() == '0')
    return fail(ErrorCode::invalid_phone_number,
                "The phone number must be in international form: + and 6 to 15 digits, not "
                "beginning with 0.");
  return "+" + digits;
}

}  // namespace wasphere::session
