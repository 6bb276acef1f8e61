#include "daemon/runtime/log.h"

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <utility>

#include "core/util/encoding.h"

namespace wasphere::runtime {
namespace {

constexpr std::array<std::pair<std::string_view, LogLevel>, 4> kLevels{{
    {"debug", LogLevel::debug},
    {"info", LogLevel::info},
    {"warning", LogLevel::warning},
    {"error", LogLevel::error},
}};

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warning:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

// The priority that the journal reads off the front of a line (sd-daemon(3)).
class PriorityFlag final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&,
              spdlog::memory_buf_t& out) override {
    const std::string_view prefix = priority(message.level);
    out.append(prefix.data(), prefix.data() + prefix.size());
  }
  std::unique_ptr<custom_flag_formatter> clone() const override {
    return spdlog::details::make_unique<PriorityFlag>();
  }

 private:
  static std::string_view priority(spdlog::level::level_enum level) {
    if (level >= spdlog::level::err) return "<3>";
    if (level == spdlog::level::warn) return "<4>";
    return level == spdlog::level::info ? "<6>" : "<7>";
  }
};

std::string pattern(const LogOptions& options) {
  const std::string prefix = options.journald_prefix ? "%*" : "";
  const std::string time = "%Y-%m-%dT%H:%M:%S.%eZ";
  if (options.format == LogFormat::json) {
    return prefix + R"({"time":")" + time + R"(","level":"%l",%v})";
  }
  return options.journald_prefix ? prefix + "%v" : time + " %l %v";
}

struct Log {
  std::shared_ptr<spdlog::sinks::stderr_sink_mt> sink =
      std::make_shared<spdlog::sinks::stderr_sink_mt>();
  spdlog::logger logger{"wasphere", sink};
  std::atomic<LogLevel> level{LogLevel::info};
  std::atomic<LogFormat> format{LogFormat::text};

  Log() { configure({}); }

  void configure(const LogOptions& options) {
    auto formatter =
        std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc, "\n");
    formatter->add_flag<PriorityFlag>('*').set_pattern(pattern(options));
    sink->set_formatter(std::move(formatter));
    logger.set_level(to_spdlog(options.level));
    level = options.level;
    format = options.format;
  }
};

// Never destroyed: threads and destructors may log until the very end.
Log& the_log() {
  static Log& log = *new Log;
  return log;
}

// One event stays one line, and the terminal gets no control sequences: C escapes, which JSON
// shares but for the \u form that is used here for all the rest.
std::string escape(std::string_view text, bool quotes) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
    } else if (quotes && (c == '"' || c == '\\')) {
      out += {'\\', c};
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out;
}

std::string valid_utf8(std::string text) {
  if (is_valid_utf8(text)) return text;
  for (char& c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) c = '?';
  }
  return text;
}

}  // namespace

void configure_log(const LogOptions& options) {
  the_log().configure(options);
}

// The service manager names the journal's end in JOURNAL_STREAM; stderr may be redirected since.
bool stderr_is_journal() {
  const char* stream = std::getenv("JOURNAL_STREAM");
  struct stat end{};
  if (stream == nullptr || ::fstat(STDERR_FILENO, &end) != 0) return false;
  return stream == fmt::format("{}:{}", end.st_dev, end.st_ino);
}

bool parse_log_level(std::string_view text, LogLevel& level) {
  for (const auto& [name, value] : kLevels) {
    if (name != text) continue;
    level = value;
    return true;
  }
  return false;
}

bool log_enabled(LogLevel level) {
  return level >= the_log().level.load();
}

void vlog(LogLevel level, std::string_view category, fmt::string_view format,
          fmt::format_args args) {
  if (!log_enabled(level)) return;
  Log& log = the_log();
  const std::string message = valid_utf8(scrub(fmt::vformat(format, args)));
  const std::string line =
      log.format.load() == LogFormat::json
          ? fmt::format(R"("category":"{}","message":"{}")", category, escape(message, true))
          : fmt::format("{}: {}", category, escape(message, false));
  log.logger.log(to_spdlog(level), spdlog::string_view_t(line));
}

}  // namespace wasphere::runtime
