#include "core/wire/jid.h"

#include <catch2/catch.hpp>

using wasphere::wire::Jid;

namespace {

struct Row {
  const char* text;
  Jid jid;
  const char* printed;  // null: as `text`
};

const Row kRows[] = {
    {"5511999999999@s.whatsapp.net", {"5511999999999", "s.whatsapp.net"}, nullptr},
    {"5511999999999:3@s.whatsapp.net", {"5511999999999", "s.whatsapp.net", 3}, nullptr},
    {"5511999999999:0@s.whatsapp.net",
     {"5511999999999", "s.whatsapp.net", 0},
     "5511999999999@s.whatsapp.net"},
    {"1:65535@lid", {"1", "lid", 65535}, nullptr},
    {"123456789012345:7@lid", {"123456789012345", "lid", 7}, nullptr},
    {"5511999999999_1:2@s.whatsapp.net",
     {"5511999999999", "s.whatsapp.net", 2},
     "5511999999999:2@s.whatsapp.net"},
    {"5511_1_2@s.whatsapp.net", {"5511", "s.whatsapp.net"}, "5511@s.whatsapp.net"},
    {"some_1@bot", {"some_1", "bot"}, nullptr},
    {"_1@s.whatsapp.net", {"_1", "s.whatsapp.net"}, nullptr},
    {"120363012345678901@g.us", {"120363012345678901", "g.us"}, nullptr},
    {"5511999999999-1600000000@g.us", {"5511999999999-1600000000", "g.us"}, nullptr},
    {"status@broadcast", {"status", "broadcast"}, nullptr},
    {"5511999999999:99@hosted", {"5511999999999", "hosted", 99}, nullptr},
    {"1:99@hosted.lid", {"1", "hosted.lid", 99}, nullptr},
    {"100012345678:5@msgr", {"100012345678", "msgr", 5}, nullptr},
    {"2-555:1@interop", {"555", "interop", 1, 2}, nullptr},
    {"555@interop", {"555", "interop"}, nullptr},
    {"0-555@interop", {"555", "interop"}, "555@interop"},
    {"0-2-555@interop", {"2-555", "interop"}, nullptr},
    {"99999-5@interop", {"99999-5", "interop"}, nullptr},
    {"@s.whatsapp.net", {"", "s.whatsapp.net"}, nullptr},
    {"s.whatsapp.net", {"", "s.whatsapp.net"}, "@s.whatsapp.net"},
    {"g.us", {"", "g.us"}, "@g.us"},
};

}  // namespace

TEST_CASE("addresses: text to parts and back") {
  for (const Row& row : kRows) {
    INFO(row.text);
    auto parsed = Jid::parse(row.text);
    REQUIRE(parsed);
    CHECK(*parsed == row.jid);
    CHECK(parsed->to_string() == (row.printed ? row.printed : row.text));
    CHECK(Jid::parse(parsed->to_string()) == parsed);
  }
}

TEST_CASE("addresses: what is none") {
  for (const char* text : {"",
                           "@",
                           "user@",
                           "1:@s.whatsapp.net",
                           "1:x@s.whatsapp.net",
                           "1:2:3@lid",
                           "1:-1@lid",
                           "1:+1@lid",
                           "1: 1@lid",
                           "1:65536@lid",
                           "1:99999999999@lid",
                           ":3@s.whatsapp.net",
                           "a@b@c",
                           "a@b:1",
                           "a b@c",
                           "a@b c",
                           "J\xC3\xBCrgen@lid",
                           "a\n@lid",
                           "a@lid\x7f",
                           "a:b"}) {
    INFO(text);
    CHECK_FALSE(Jid::parse(text));
  }
  CHECK_FALSE(Jid::parse(std::string_view("a\0b@lid", 7)));
}

TEST_CASE("addresses: helpers") {
  Jid device{"5511", "s.whatsapp.net", 4};
  CHECK(device.without_device() == Jid{"5511", "s.whatsapp.net"});
  CHECK_FALSE(device.is_server());
  CHECK(Jid::server_only().to_string() == "@s.whatsapp.net");
  CHECK(Jid::server_only("g.us").is_server());
  CHECK(Jid{"1", "lid"} < Jid{"2", "lid"});
}
