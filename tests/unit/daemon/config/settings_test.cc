#include "daemon/config/settings.h"

#include <catch2/catch.hpp>
#include <set>

namespace wasphere::config {
namespace {

bool takes(std::string_view key, std::string_view value) {
  const Setting* setting = find_setting(key);
  REQUIRE(setting != nullptr);
  Config config;
  auto done = setting->apply(value, config);
  if (!done) CHECK(done.error().code == ErrorCode::config_invalid);
  return done.has_value();
}

}  // namespace

TEST_CASE("the table is complete and free of contradictions") {
  std::set<std::string> names;
  std::set<std::string> variables;
  for (const Setting& setting : settings()) {
    INFO(setting.name);
    CHECK(names.emplace(setting.name).second);
    CHECK(variables.insert(environment_name(setting)).second);
    CHECK_FALSE(setting.type.empty());
    CHECK_FALSE(setting.doc.empty());
    CHECK(takes(setting.name, setting.fallback));
    CHECK(find_setting(setting.name) == &setting);
  }
  CHECK(environment_name(*find_setting("rpc.mode")) == "WASPHERE_RPC_MODE");
  CHECK(environment_name(*find_setting("reconnect.base_ms")) == "WASPHERE_RECONNECT_BASE_MS");
}

TEST_CASE("URLs of servers") {
  for (const char* good :
       {"wss://web.whatsapp.com/ws/chat", "ws://127.0.0.1:5000", "ws://[::1]:80/x?y=1", "wss://h"})
    CHECK(takes("network.url", good));
  for (const char* bad : {"", "http://h/", "wss://", "wss:///p", "wss://h:0/", "wss://h:65536/",
                          "wss://h:/", "wss://h:8x/", "wss://user@h/", "wss://h/a b", "wss://h/#f",
                          "wss://[::1/", "wss://[]/", "wss://[::1]x/", "WSS://h/", "wss://h\n/"}) {
    INFO(bad);
    CHECK_FALSE(takes("network.url", bad));
  }
}

TEST_CASE("root keys") {
  CHECK(takes("network.noise_root", "whatsapp"));
  CHECK(takes("network.noise_root", std::string(64, 'A')));
  CHECK_FALSE(takes("network.noise_root", std::string(63, 'a')));
  CHECK_FALSE(takes("network.noise_root", std::string(66, 'a')));
  CHECK_FALSE(takes("network.noise_root", std::string(64, 'g')));
  CHECK_FALSE(takes("network.noise_root", ""));
}

TEST_CASE("modes of the socket") {
  CHECK(takes("rpc.mode", "0660"));
  CHECK(takes("rpc.mode", "600"));
  for (const char* bad : {"", "0666", "0661", "660x", "0o60", "-660", "07770", "80", "6"}) {
    INFO(bad);
    CHECK_FALSE(takes("rpc.mode", bad));
  }
}

TEST_CASE("numbers keep their ranges") {
  CHECK(takes("reconnect.attempts", "1"));
  CHECK(takes("reconnect.attempts", "100"));
  for (const char* bad : {"0", "101", "-1", "", "5 ", "0x5", "1e1", "99999999999999999999"}) {
    INFO(bad);
    CHECK_FALSE(takes("reconnect.attempts", bad));
  }
  CHECK_FALSE(takes("events.max_rows", "0"));
  CHECK(takes("events.retention_days", "0"));
  CHECK(takes("messages.retention_days", "0"));
  CHECK(takes("messages.max_bytes", "0"));
  CHECK_FALSE(takes("messages.max_bytes", "-1"));
}

TEST_CASE("choices, paths and groups") {
  Config config;
  REQUIRE(find_setting("log.level")->apply("warning", config));
  CHECK(config.log.level == runtime::LogLevel::warning);
  REQUIRE(find_setting("log.format")->apply("json", config));
  CHECK(config.log.format == runtime::LogFormat::json);
  REQUIRE(find_setting("reconnect.after_exhaustion")->apply("stop", config));
  CHECK(config.reconnect.after_exhaustion == AfterExhaustion::stop);
  CHECK_FALSE(takes("log.level", "debug|info"));
  CHECK_FALSE(takes("log.level", ""));
  CHECK_FALSE(takes("state_dir", ""));
  CHECK(takes("rpc.socket", std::string(107, 'x')));
  CHECK_FALSE(takes("rpc.socket", std::string(108, 'x')));
  CHECK(takes("rpc.group", "wasphere"));
  CHECK_FALSE(takes("rpc.group", "a b"));
}

TEST_CASE("the nearest key is only offered when it is near") {
  CHECK(nearest_setting("log.levle") == "log.level");
  CHECK(nearest_setting("attempts") == "reconnect.attempts");
  CHECK(nearest_setting("xyzzy.plugh") == std::nullopt);
  CHECK(nearest_setting("store.max_page") != "store.max_pages");
  CHECK(nearest_setting(std::string(100'000, 'a')) == std::nullopt);
}

}  // namespace wasphere::config
