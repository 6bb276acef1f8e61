#include "daemon/runtime/log.h"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "core/util/bytes.h"
#include "core/util/encoding.h"

namespace wasphere::runtime {
namespace {

// What is written to stderr while the object lives.
class StderrCapture {
 public:
  StderrCapture() : file_(std::tmpfile()), saved_(dup(STDERR_FILENO)) {
    REQUIRE(file_ != nullptr);
    dup2(fileno(file_), STDERR_FILENO);
  }
  ~StderrCapture() {
    restore();
    std::fclose(file_);
    configure_log({});
  }
  StderrCapture(const StderrCapture&) = delete;
  StderrCapture& operator=(const StderrCapture&) = delete;

  std::string text() {
    restore();
    std::string out;
    char buffer[4096];
    std::rewind(file_);
    for (std::size_t n = 0; (n = std::fread(buffer, 1, sizeof buffer, file_)) > 0;) {
      out.append(buffer, n);
    }
    return out;
  }

 private:
  void restore() {
    if (saved_ < 0) return;
    dup2(saved_, STDERR_FILENO);
    close(saved_);
    saved_ = -1;
  }
  std::FILE* file_;
  int saved_;
};

std::string key_base64() {
  return "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=";
}
std::string key_hex() {
  return std::string(32, 'a') + std::string(32, '4');
}
bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("a text line has time, level, category and message") {
  StderrCapture capture;
  configure_log({});
  log_info("session", "connected after {} ms", 12);
  const auto text = capture.text();
  CHECK(text.size() ==
        std::string("2026-05-25T08:00:00.000Z info session: connected after 12 ms\n").size());
  CHECK(text.substr(10, 1) == "T");
  CHECK(text.substr(23) == "Z info session: connected after 12 ms\n");
}

TEST_CASE("levels below the configured one are not written") {
  StderrCapture capture;
  configure_log({LogLevel::warning, LogFormat::text, false});
  log_debug("a", "one");
  log_info("a", "two");
  log_warning("a", "three");
  log_error("a", "four");
  CHECK(log_enabled(LogLevel::error));
  CHECK_FALSE(log_enabled(LogLevel::info));
  const auto text = capture.text();
  CHECK_FALSE(holds(text, "one"));
  CHECK_FALSE(holds(text, "two"));
  CHECK(holds(text, " warning a: three\n"));
  CHECK(holds(text, " error a: four\n"));
}

TEST_CASE("JSON lines are escaped and stay one line") {
  StderrCapture capture;
  configure_log({LogLevel::debug, LogFormat::json, false});
  log(LogLevel::warning, "net", "a \"b\" \\ c\n\x01\x7f {}", "\xff");
  const auto text = capture.text();
  CHECK(text.starts_with(R"({"time":"2)"));
  CHECK(holds(text,
              R"("level":"warning","category":"net","message":"a \"b\" \\ c\n\u0001\u007f ?"})"));
  CHECK(text.find('\n') == text.size() - 1);
}

TEST_CASE("the journal gets priorities") {
  StderrCapture capture;
  configure_log({LogLevel::debug, LogFormat::text, true});
  log_debug("a", "d");
  log_info("a", "i");
  log_warning("a", "w\nforged");
  log_error("a", "e");
  CHECK(capture.text() == "<7>a: d\n<6>a: i\n<4>a: w\\nforged\n<3>a: e\n");
}

TEST_CASE("stderr is the journal when it is what JOURNAL_STREAM names") {
  struct stat end{};
  REQUIRE(::fstat(STDERR_FILENO, &end) == 0);
  const std::string right = std::to_string(end.st_dev) + ":" + std::to_string(end.st_ino);
  ::unsetenv("JOURNAL_STREAM");
  CHECK_FALSE(stderr_is_journal());
  ::setenv("JOURNAL_STREAM", (right + "1").c_str(), 1);
  CHECK_FALSE(stderr_is_journal());
  ::setenv("JOURNAL_STREAM", right.c_str(), 1);
  CHECK(stderr_is_journal());
  ::unsetenv("JOURNAL_STREAM");
}

TEST_CASE("level names") {
  LogLevel level = LogLevel::info;
  CHECK(parse_log_level("debug", level));
  CHECK(level == LogLevel::debug);
  CHECK(parse_log_level("warning", level));
  CHECK(level == LogLevel::warning);
  CHECK_FALSE(parse_log_level("loud", level));
  CHECK(level == LogLevel::warning);
}

TEST_CASE("canaries do not reach the log") {
  StderrCapture capture;
  configure_log({LogLevel::debug, LogFormat::json, false});
  const std::string qr = "https://wa.me/settings/linked_devices#2@AbC,dEf+/x," + key_base64() +
                         "," + key_base64() + "," + key_base64() + ",1";
  log_info("a", "number {} jid {}@s.whatsapp.net", "+44 7700 900123", "447700900123:7");
  log_info("a", "key {} hex={}", key_base64(), key_hex());
  log_info("a", "qr {} and bare 2@AbC,dEf", qr);
  const auto text = capture.text();
  CHECK_FALSE(holds(text, "7700900"));
  CHECK_FALSE(holds(text, "7700 900"));
  CHECK_FALSE(holds(text, key_base64().substr(0, 12)));
  CHECK_FALSE(holds(text, key_hex().substr(0, 12)));
  CHECK_FALSE(holds(text, "dEf"));
  CHECK(holds(text, "number ***23 jid ***23:7@s.whatsapp.net"));
}

TEST_CASE("scrub hides secrets wherever they stand") {
  CHECK(scrub("447700900123") == "***23");
  CHECK(scrub("+44 7700 900123.") == "***23.");
  CHECK(scrub("(+1 (555) 010-9988)") == "(***88)");
  CHECK(scrub("to 447700900123@lid, 1234567@g.us") == "to ***23@lid, ***67@g.us");
  CHECK(scrub("k=" + key_base64() + ";") == "k=<redacted>;");
  CHECK(scrub("k=" + key_base64().substr(0, 43)) == "k=<redacted>");
  CHECK(scrub("x" + key_hex()) == "<redacted>");
  CHECK(scrub("x" + key_hex().substr(0, 32) + "!") == "x<redacted>!");
  CHECK(scrub("AQIDBAUGBwgJCgsMDQ4PEA== tail") == "<redacted> tail");
  CHECK(scrub("\"2@a,b\"") == "\"<redacted>\"");
}

TEST_CASE("scrub finds every 32-byte key, whatever its bytes") {
  for (unsigned seed = 0; seed < 500; ++seed) {
    Bytes key;
    for (unsigned i = 0; i < 32; ++i) {
      key.push_back(
          static_cast<std::uint8_t>((seed * 2654435761U + i * 40503U + i * i * seed) >> 7));
    }
    INFO(to_base64(key));
    CHECK(scrub("key " + to_base64(key) + " end") == "key <redacted> end");
    CHECK(scrub("key " + to_hex(key) + " end") == "key <redacted> end");
  }
}

TEST_CASE("scrub leaves alone what operators need") {
  for (const std::string_view text : {
           "sess_01h455vb4pex5vsknk084sn02q connected in 1234 ms",
           "cannot open /home/Alice/Projects/GatewayNumberOne/state/wasphere.db: No such file",
           "listening on 127.0.0.1:45123, pid 123456",
           "wss://web.whatsapp.com/ws/chat answered HTTP 503",
           "/var/lib/wasphere/sessions/sess_01h455vb4pex5vsknk084sn02q/key",
           "",
       }) {
    CHECK(scrub(text) == text);
  }
}

}  // namespace
}  // namespace wasphere::runtime
