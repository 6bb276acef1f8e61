#include "daemon/session/validation.h"

#include <catch2/catch.hpp>

namespace wasphere::session {
namespace {

NewSession named(std::string name) {
  return {std::move(name), {}, {}};
}

std::vector<std::string> pointers(const Error& error) {
  std::vector<std::string> out;
  for (const FieldError& field : error.fields) out.push_back(field.pointer + " " + field.code);
  return out;
}

TEST_CASE("names are trimmed", "[session][validation]") {
  CHECK(validate(named("  support \n"))->name == "support");
  CHECK(validate(named("Büro 2 – Öffnung"))->name == "Büro 2 – Öffnung");
}

TEST_CASE("a name has 1 to 64 characters, not bytes", "[session][validation]") {
  CHECK(validate(named(std::string(64, 'x'))));
  std::string umlauts;
  for (int i = 0; i < 64; ++i) umlauts += "ü";
  CHECK(validate(named(umlauts)));
  for (const std::string& bad :
       {std::string(65, 'x'), std::string{}, std::string("   "), umlauts + "ü"}) {
    const auto refused = validate(named(bad));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::validation_failed);
    CHECK(pointers(refused.error()) == std::vector<std::string>{"/name LENGTH"});
  }
}

TEST_CASE("a name cannot be mistaken for a path or an id", "[session][validation]") {
  for (const char* bad : {"a/b",
                          "a\x01"
                          "b",
                          "a\x7f", "a\nb",
                          "a\xC2\x85"
                          "b",
                          "sess_abc", "\xFF\xFE"}) {
    const auto refused = validate(named(bad));
    REQUIRE_FALSE(refused);
    CHECK(pointers(refused.error()) == std::vector<std::string>{"/name FORMAT"});
  }
}

TEST_CASE("every fault is listed at once", "[session][validation]") {
  NewSession request = named("");
  request.description = std::string(513, 'd');
  request.settings.msg_delay_min_ms = -1;
  request.settings.msg_delay_max_ms = 300'001;
  request.settings.rate_limit_per_min = 1001;
  const auto refused = validate(request);
  REQUIRE_FALSE(refused);
  CHECK(pointers(refused.error()) ==
        std::vector<std::string>{"/name LENGTH", "/description LENGTH", "/msgDelayMinMs RANGE",
                                 "/msgDelayMaxMs RANGE", "/rateLimitPerMin RANGE"});
}

TEST_CASE("limits themselves are allowed", "[session][validation]") {
  NewSession request = named("x");
  request.description = std::string(512, 'd');
  request.settings.msg_delay_min_ms = 300'000;
  request.settings.msg_delay_max_ms = 300'000;
  request.settings.rate_limit_per_min = 0;
  CHECK(validate(request));
}

TEST_CASE("a patch is checked together with what is there", "[session][validation]") {
  SessionPatch patch;
  patch.msg_delay_min_ms = 4000;
  const auto refused = validate(patch, named("support"));
  REQUIRE_FALSE(refused);
  CHECK(pointers(refused.error()) == std::vector<std::string>{"/msgDelayMaxMs RANGE"});
  patch.msg_delay_max_ms = 5000;
  patch.typing_simulation = false;
  const auto taken = validate(patch, named("support"));
  REQUIRE(taken);
  CHECK(taken->name == "support");
  CHECK(taken->settings.msg_delay_min_ms == 4000);
  CHECK_FALSE(taken->settings.typing_simulation);
}

TEST_CASE("phone numbers come as people write them", "[session][validation]") {
  CHECK(normalize_phone_number("+44 7700 900-123") == "+447700900123");
  CHECK(normalize_phone_number("(44) 7700.900123") == "+447700900123");
  for (const char* bad :
       {"", "12345", "+0447700900123", "1234567890123456", "+44x", "44+7700900123"}) {
    const auto refused = normalize_phone_number(bad);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::invalid_phone_number);
  }
}

}  // namespace
}  // namespace wasphere::session
