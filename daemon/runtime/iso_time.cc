#include "daemon/runtime/iso_time.h"

#include <algorithm>
#include <chrono>

namespace wasphere::runtime {
namespace {

// Takes fixed forms off the front of a text; says false for good once something did not fit.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  int number(std::size_t digits) {
    int out = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      const bool digit = i < rest_.size() && rest_[i] >= '0' && rest_[i] <= '9';
      ok_ = ok_ && digit;
      if (ok_) out = out * 10 + (rest_[i] - '0');
    }
    if (ok_) rest_.remove_prefix(digits);
    return out;
  }
  void literal(char wanted) {
    ok_ = ok_ && rest_.starts_with(wanted);
    if (ok_) rest_.remove_prefix(1);
  }
  bool take(char wanted) {
    const bool there = ok_ && rest_.starts_with(wanted);
    if (there) rest_.remove_prefix(1);
    return there;
  }
  // Milliseconds of the digits after the point.
  int fraction() {
    int out = 0;
    int weight = 100;
    std::size_t digits = 0;
    while (digits < rest_.size() && rest_[digits] >= '0' && rest_[digits] <= '9') {
      out += (rest_[digits] - '0') * weight;
      weight /= 10;
      ++digits;
    }
    ok_ = ok_ && digits > 0 && digits <= 9;
    rest_.remove_prefix(std::min(digits, rest_.size()));
    return out;
  }
  void fail_unless(bool holds) { ok_ = ok_ && holds; }
  bool at_end() const { return ok_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

std::chrono::minutes offset(Reader& reader) {
  if (reader.take('Z')) return std::chrono::minutes(0);
  const bool east = reader.take('+');
  if (!east) reader.literal('-');
  const int hours = reader.number(2);
  reader.literal(':');
  const int minutes = reader.number(2);
  reader.fail_unless(hours < 24 && minutes < 60);
  return std::chrono::minutes((east ? 1 : -1) * (hours * 60 + minutes));
}

}  // namespace

std::optional<std::int64_t> parse_iso8601(std::string_view text) {
  Reader reader(text);
  const std::chrono::year year(reader.number(4));
  reader.literal('-');
  const std::chrono::month month(static_cast<unsigned>(reader.number(2)));
  reader.literal('-');
  const std::chrono::day day(static_cast<unsigned>(reader.number(2)));
  reader.literal('T');
  const int hour = reader.number(2);
  reader.literal(':');
  const int minute = reader.number(2);
  reader.literal(':');
  const int second = reader.number(2);
  const int millis = reader.take('.') ? reader.fraction() : 0;
  const auto east = offset(reader);
  const std::chrono::year_month_day date(year, month, day);
  reader.fail_unless(date.ok() && hour < 24 && minute < 60 && second < 60);
  if (!reader.at_end()) return std::nullopt;
  const auto time = std::chrono::sys_days(date) + std::chrono::hours(hour) +
                    std::chrono::minutes(minute) - east + std::chrono::seconds(second) +
                    std::chrono::milliseconds(millis);
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

}  // namespace wasphere::runtime
