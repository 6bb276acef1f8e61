// Log facade: spdlog stays in log.cc. Never log keys, QR strings, plaintext or full phone numbers;
// scrub() is the net under that rule. Any thread may log. Lines go to stderr, one event a line.
#pragma once

#include <fmt/core.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace wasphere::runtime {

enum class LogLevel : std::uint8_t { debug, info, warning, error };
enum class LogFormat : std::uint8_t { text, json };

struct LogOptions {
  LogLevel level = LogLevel::info;
  LogFormat format = LogFormat::text;
  bool journald_prefix = false;  // "<6>" priorities, when stderr is the journal
};

// Before it is called the defaults above apply.
void configure_log(const LogOptions& options);
// Whether what is written to stderr goes to the journal: then journald_prefix is right.
bool stderr_is_journal();
// "debug", "info", "warning" or "error"; false on anything else.
bool parse_log_level(std::string_view text, LogLevel& level);
// Whether a line of that level is written: asks before costly arguments are made.
bool log_enabled(LogLevel level);
void vlog(LogLevel level, std::string_view category, fmt::string_view format,
          fmt::format_args args);

template <class... Args>
void log(LogLevel level, std::string_view category, fmt::format_string<Args...> format,
         Args&&... args) {
  vlog(level, category, format, fmt::make_format_args(args...));
}
template <class... Args>
void log_info(std::string_view category, fmt::format_string<Args...> format, Args&&... args) {
  vlog(LogLevel::info, category, format, fmt::make_format_args(args...));
}
template <class... Args>
void log_warning(std::string_view category, fmt::format_string<Args...> format, Args&&... args) {
  vlog(LogLevel::warning, category, format, fmt::make_format_args(args...));
}
template <class... Args>
void log_error(std::string_view category, fmt::format_string<Args...> format, Args&&... args) {
  vlog(LogLevel::error, category, format, fmt::make_format_args(args...));
}
template <class... Args>
void log_debug(std::string_view category, fmt::format_string<Args...> format, Args&&... args) {
  vlog(LogLevel::debug, category, format, fmt::make_format_args(args...));
}

// Text in which long digit runs (numbers, JIDs) are cut to their last two digits, and QR texts and
// long base64 or hex runs are replaced by "<redacted>". vlog applies it to every line.
std::string scrub(std::string_view text);

}  // namespace wasphere::runtime
