#include "cli/duration.h"

#include <array>
#include <charconv>
#include <ctime>

namespace wasphere::cli {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t milliseconds;
};

// Longest name first where one begins with another ("ms" before "m").
constexpr std::array kUnits{Unit{"ms", 1}, Unit{"s", 1000}, Unit{"m", 60'000}, Unit{"h", 3'600'000},
                            Unit{"d", 86'400'000}};
constexpr std::int64_t kLongest = 366LL * 86'400'000;

tl::unexpected<Error> bad_duration(std::string_view text) {
  return fail(Error{.code = ErrorCode::validation_failed,
                    .message = "'" + std::string(text) + "' is no duration.",
                    .remedy = "Write it like 500ms, 60s, 2m or 1h30m, at most 366d."});
}

// The unit at the front of the text; a bare number means seconds when nothing follows it.
const Unit* unit_at(std::string_view text) {
  for (const auto& unit : kUnits) {
    if (text.starts_with(unit.name)) return &unit;
  }
  return nullptr;
}

std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  int value = 0;
  const char* end = text.data() + at + count;
  const auto parsed = std::from_chars(text.data() + at, end, value);
  if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  return value;
}

// ".250" as 250; empty as 0.
std::optional<int> parse_fraction(std::string_view text) {
  if (text.empty()) return 0;
  if (text.size() < 2 || text[0] != '.') return std::nullopt;
  std::string three(text.substr(1, 3));
  three.resize(3, '0');
  for (const char c : text.substr(1)) {
    if (c < '0' || c > '9') return std::nullopt;
  }
  return digits(three, 0, 3);
}

bool has_time_marks(std::string_view text) {
  return text.size() >= 20 && text[4] == '-' && text[7] == '-' && text[10] == 'T' &&
         text[13] == ':' && text[16] == ':' && text.back() == 'Z';
}

}  // namespace

Result<Milliseconds> parse_duration(std::string_view text) {
  std::string_view rest = text;
  std::int64_t total = 0;
  if (rest.empty()) return bad_duration(text);
  while (!rest.empty()) {
    std::int64_t number = 0;
    const auto parsed = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (parsed.ec != std::errc() || number < 0) return bad_duration(text);
    const bool bare = parsed.ptr == rest.data() + rest.size() && rest.size() == text.size();
    rest.remove_prefix(static_cast<std::size_t>(parsed.ptr - rest.data()));
    const Unit* unit = bare ? &kUnits[1] : unit_at(rest);
    if (unit == nullptr || number > kLongest / unit->milliseconds) return bad_duration(text);
    if (!bare) rest.remove_prefix(unit->name.size());
    total += number * unit->milliseconds;
    if (total > kLongest) return bad_duration(text);
  }
  return Milliseconds(total);
}

std::string describe_duration(Milliseconds duration) {
  const std::int64_t seconds = duration.count() / 1000;
  struct Part {
    std::int64_t value;
    std::string_view unit;
  };
  const std::array parts{Part{seconds / 86400, " d"}, Part{seconds / 3600 % 24, " h"},
                         Part{seconds / 60 % 60, " min"}, Part{seconds % 60, " s"}};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].value == 0) continue;
    std::string out = std::to_string(parts[i].value) + std::string(parts[i].unit);
    if (i + 1 < parts.size() && parts[i + 1].value != 0) {
      out += " " + std::to_string(parts[i + 1].value) + std::string(parts[i + 1].unit);
    }
    return out;
  }
  return "0 s";
}

std::optional<UnixTime> parse_iso_time(std::string_view text) {
  if (!has_time_marks(text)) return std::nullopt;
  const auto year = digits(text, 0, 4), month = digits(text, 5, 2), day = digits(text, 8, 2);
  const auto hour = digits(text, 11, 2), minute = digits(text, 14, 2), second = digits(text, 17, 2);
  const auto fraction = parse_fraction(text.substr(19, text.size() - 20));
  if (!year || !month || !day || !hour || !minute || !second || !fraction) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
         std::chrono::seconds(*second) + Milliseconds(*fraction);
}

namespace {

std::int64_t whole_seconds(UnixTime time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

std::string formatted(const char* format, const std::tm& parts) {
  std::array<char, 32> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), format, &parts);
  return {text.data(), length};
}

}  // namespace

std::string utc_time(UnixTime time) {
  const std::time_t seconds = whole_seconds(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return formatted("%Y-%m-%dT%H:%M:%SZ", parts);
}

std::string local_time(UnixTime time) {
  const std::time_t seconds = whole_seconds(time);
  std::tm parts{};
  localtime_r(&seconds, &parts);
  return formatted("%Y-%m-%d %H:%M:%S", parts);
}

}  // namespace wasphere::cli
