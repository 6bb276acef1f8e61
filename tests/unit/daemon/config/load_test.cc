#include "daemon/config/load.h"

#include <sys/stat.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "core/noise/certificate.h"
#include "core/util/encoding.h"
#include "tests/support/temp_dir.h"

namespace wasphere::config {
namespace {

using test::TempDir;

Sources only_file(const std::string& path) {
  Sources sources;
  sources.file = path;
  sources.file_required = true;
  return sources;
}

std::string message_of(const Sources& sources) {
  auto loaded = load(sources);
  REQUIRE_FALSE(loaded);
  CHECK(loaded.error().code == ErrorCode::config_invalid);
  return loaded.error().message;
}

Sources with_override(const std::string& key, const std::string& value) {
  Sources sources;
  sources.file.clear();
  sources.overrides.push_back({key, value, "--set"});
  return sources;
}

std::string origin_of(const Loaded& loaded, std::string_view key) {
  auto found =
      std::ranges::find_if(loaded.values, [&](const Value& v) { return v.setting->name == key; });
  REQUIRE(found != loaded.values.end());
  return found->origin;
}

}  // namespace

TEST_CASE("without any source the built-in values hold") {
  Sources sources;
  sources.file.clear();
  auto loaded = load(sources);
  REQUIRE(loaded);
  const Config& config = loaded->config;
  CHECK(config.state_dir == "/var/lib/wasphere");
  CHECK(config.key_file == "/var/lib/wasphere/master.key");
  CHECK_FALSE(config.key_credential);
  CHECK(config.rpc.socket == "/run/wasphere/wasphered.sock");
  CHECK(config.rpc.mode == 0660);
  CHECK(config.network.url == "wss://web.whatsapp.com/ws/chat");
  CHECK(config.network.noise_root == noise::kWhatsAppRoot);
  CHECK(network_stamp(config) == "whatsapp");
  CHECK(config.log.level == runtime::LogLevel::info);
  CHECK(config.log.format == runtime::LogFormat::text);
  CHECK(config.reconnect.attempts == 5);
  CHECK(config.reconnect.base_ms == 5000);
  CHECK(config.reconnect.after_exhaustion == AfterExhaustion::slow);
  CHECK(config.sessions.max == 0);
  CHECK(config.events.retention_days == 30);
  CHECK(config.events.max_rows == 1'000'000);
  CHECK(config.messages.retention_days == 90);
  CHECK(config.messages.max_bytes == 4'294'967'296);
  CHECK(config.store.max_pages == 0);
}

TEST_CASE("a missing file is an error only if it was asked for") {
  TempDir dir;
  Sources sources;
  sources.file = dir / "none.conf";
  CHECK(load(sources));
  sources.file_required = true;
  CHECK(message_of(sources) == dir / "none.conf: cannot be read: No such file or directory");
}

TEST_CASE("a directory or an oversized file is not a configuration") {
  TempDir dir;
  CHECK(message_of(only_file(dir.path())).find("is not a regular file") != std::string::npos);
  dir.write("big.conf", std::string((1U << 20) + 1, '#'));
  CHECK(message_of(only_file(dir / "big.conf")).find("is larger than") != std::string::npos);
}

TEST_CASE("command line over environment over conf.d over file over built-in") {
  TempDir dir;
  std::string file = dir.write("w.conf",
                               "reconnect.attempts = 10\nreconnect.base_ms = 10\n"
                               "sessions.max = 10\nevents.max_rows = 10\n");
  dir.write("conf.d/20-later.conf", "reconnect.attempts = 21\nreconnect.base_ms = 21\n");
  dir.write("conf.d/10-first.conf",
            "reconnect.attempts = 20\nreconnect.base_ms = 20\nsessions.max = 20\n");
  dir.write("conf.d/.hidden.conf", "not read");
  dir.write("conf.d/30-other.txt", "not read");
  Sources sources = only_file(file);
  sources.environment = {{"WASPHERE_RECONNECT_ATTEMPTS", "30"}, {"PATH", "/bin"}};
  auto loaded = load(sources);
  REQUIRE(loaded);
  CHECK(loaded->config.reconnect.attempts == 30);
  CHECK(loaded->config.reconnect.base_ms == 21);
  CHECK(loaded->config.sessions.max == 20);
  CHECK(loaded->config.events.max_rows == 10);
  CHECK(loaded->config.events.retention_days == 30);
  CHECK(origin_of(*loaded, "reconnect.attempts") == "WASPHERE_RECONNECT_ATTEMPTS");
  CHECK(origin_of(*loaded, "reconnect.base_ms") == dir / "conf.d/20-later.conf:2");
  CHECK(origin_of(*loaded, "sessions.max") == dir / "conf.d/10-first.conf:3");
  CHECK(origin_of(*loaded, "events.max_rows") == file + ":4");
  CHECK(origin_of(*loaded, "events.retention_days") == "built-in");
  CHECK(loaded->files ==
        std::vector<std::string>{file, dir / "conf.d/10-first.conf", dir / "conf.d/20-later.conf"});

  sources.overrides.push_back({"reconnect.attempts", "40", "--set"});
  loaded = load(sources);
  REQUIRE(loaded);
  CHECK(loaded->config.reconnect.attempts == 40);
  CHECK(origin_of(*loaded, "reconnect.attempts") == "--set");
}

TEST_CASE("errors name the file, the line and the key") {
  TempDir dir;
  std::string file = dir.write("w.conf", "\n# fine\nreconnect.attempts = many\n");
  CHECK(message_of(only_file(file)) ==
        file + ":3: reconnect.attempts: 'many' is not an integer from 1 to 100");
}

TEST_CASE("unknown keys are refused with the nearest one") {
  TempDir dir;
  std::string file = dir.write("w.conf", "reconect.attempts = 5\n");
  CHECK(message_of(only_file(file)) ==
        file + ":1: 'reconect.attempts' is not a known setting; did you mean reconnect.attempts?");
  CHECK(message_of(with_override("noise_root", "x")) ==
        "--set: 'noise_root' is not a known setting; did you mean network.noise_root?");
  CHECK(message_of(with_override("colour.of.the.moon", "x")) ==
        "--set: 'colour.of.the.moon' is not a known setting");
}

TEST_CASE("environment variables are checked as files are") {
  Sources sources;
  sources.file.clear();
  sources.environment = {{"WASPHERE_LOG_LEVEL", "loud"}};
  CHECK(message_of(sources) ==
        "WASPHERE_LOG_LEVEL: log.level: 'loud' is not one of debug, info, warning, error");
  sources.environment = {{"WASPHERE_LOG_LEVELS", "info"}};
  CHECK(message_of(sources) ==
        "environment: 'WASPHERE_LOG_LEVELS' is not a known setting; did you mean "
        "WASPHERE_LOG_LEVEL?");
  sources.environment = {{"WASPHERE_SOCKET", "/run/x"}, {"WASPHERE_SESSION", "support"}};
  CHECK(load(sources));  // the command line's own
  sources.environment = {{"WASPHERE_BENCHMARK_OUTPUT_FILE", "/tmp/x"}};
  CHECK(load(sources));  // like none of ours, so somebody else's
}

TEST_CASE("only relevant variables are copied from the environment") {
  const char* environment[] = {"PATH=/bin", "WASPHERE_LOG_LEVEL=debug", "CREDENTIALS_DIRECTORY=/c",
                               "MALFORMED", nullptr};
  std::map<std::string, std::string> expected{{"WASPHERE_LOG_LEVEL", "debug"},
                                              {"CREDENTIALS_DIRECTORY", "/c"}};
  CHECK(relevant_environment(environment) == expected);
}

TEST_CASE("the option --set takes key=value and keeps further equals signs") {
  auto one = parse_override("network.url=ws://h/p?a=b");
  REQUIRE(one);
  CHECK(one->key == "network.url");
  CHECK(one->value == "ws://h/p?a=b");
  CHECK_FALSE(parse_override("network.url"));
  CHECK_FALSE(parse_override("=x"));
}

TEST_CASE("the master key comes from the credentials directory if it is there") {
  TempDir dir;
  Sources sources;
  sources.file.clear();
  sources.environment = {{"CREDENTIALS_DIRECTORY", dir.path()}, {"WASPHERE_STATE_DIR", "/s"}};
  auto loaded = load(sources);
  REQUIRE(loaded);
  CHECK(loaded->config.key_file == "/s/master.key");
  CHECK_FALSE(loaded->config.key_credential);

  dir.write("master.key", "x");
  loaded = load(sources);
  REQUIRE(loaded);
  CHECK(loaded->config.key_file == dir / "master.key");
  CHECK(loaded->config.key_credential);

  sources.overrides.push_back({"key_file", "/etc/k", "--set"});
  loaded = load(sources);
  REQUIRE(loaded);
  CHECK(loaded->config.key_file == "/etc/k");
  CHECK_FALSE(loaded->config.key_credential);
}

TEST_CASE("plain ws:// needs a root that is not WhatsApp's") {
  Sources sources = with_override("network.url", "ws://127.0.0.1:9/ws/chat");
  CHECK(message_of(sources).find("network.url is plain ws://") == 0);
  std::string root(64, 'a');
  sources.overrides.push_back({"network.noise_root", root, "--set"});
  auto loaded = load(sources);
  REQUIRE(loaded);
  CHECK(network_stamp(loaded->config) == "sandbox:" + root);
}

TEST_CASE("what is printed is a configuration file with the same values") {
  TempDir dir;
  Sources sources = with_override("reconnect.attempts", "7");
  sources.overrides.push_back({"network.noise_root", std::string(64, 'b'), "--set"});
  auto loaded = load(sources);
  REQUIRE(loaded);
  std::string text = print(*loaded);
  CHECK(text.find("# --set") != std::string::npos);
  CHECK(text.find("store.max_pages") == std::string::npos);
  auto again = load(only_file(dir.write("printed.conf", text)));
  REQUIRE(again);
  REQUIRE(again->values.size() == loaded->values.size());
  for (std::size_t i = 0; i < again->values.size(); ++i)
    CHECK(again->values[i].text == loaded->values[i].text);
}

TEST_CASE("messages show hostile values shortened and without control characters") {
  std::string message = message_of(with_override("log.level", "\x1b[31m" + std::string(500, 'x')));
  CHECK(message.find('\x1b') == std::string::npos);
  CHECK(message.size() < 250);
}

}  // namespace wasphere::config
