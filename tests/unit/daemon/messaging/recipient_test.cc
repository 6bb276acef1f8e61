#include "daemon/messaging/recipient.h"

#include <catch2/catch.hpp>

namespace wasphere::messaging {
namespace {

std::string meant(std::string_view text) {
  const auto jid = parse_recipient(text);
  return jid ? jid->to_string() : "refused: " + std::string(error_info(jid.error().code).name);
}

TEST_CASE("a number as people write it is a phone number") {
  const auto text = GENERATE(as<std::string>{}, "447700900123", "+447700900123", "+44 7700 900123",
                             "0044 7700-900123", "(44) 7700 900123");
  CHECK(meant(text) == "447700900123@s.whatsapp.net");
}

TEST_CASE("JIDs of people and groups are taken as they are") {
  CHECK(meant("447700900123@s.whatsapp.net") == "447700900123@s.whatsapp.net");
  CHECK(meant("447700900123@c.us") == "447700900123@s.whatsapp.net");
  CHECK(meant("100000000000001@lid") == "100000000000001@lid");
  CHECK(meant("120363041234567890@g.us") == "120363041234567890@g.us");
  CHECK(meant("447700900123-1400000000@g.us") == "447700900123-1400000000@g.us");
}

TEST_CASE("everything else is refused") {
  const auto text = GENERATE(
      as<std::string>{}, "", "abc", "12345", "1234567890123456", "44 7700 x00123", "44+7700900123",
      "@s.whatsapp.net", "abc@s.whatsapp.net", "447700900123:2@s.whatsapp.net",
      "447700900123@example.com", "@g.us", "group@g.us", "447700900123-@g.us", "x@lid",
      "status@broadcast", "120363@newsletter", "447700900123@", "00", "+", "4477@00@lid");
  INFO(text);
  CHECK(meant(text) == "refused: INVALID_RECIPIENT");
}

TEST_CASE("the digits of a number, or what is wrong with it") {
  CHECK(parse_number("+44 7700 900123").value() == "447700900123");
  CHECK(parse_number("447700900123@s.whatsapp.net").error().code ==
        ErrorCode::invalid_phone_number);
}

}  // namespace
}  // namespace wasphere::messaging
