#include "cli/message_view.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "cli/message_text.h"

using namespace wasphere::cli;
using nlohmann::json;

TEST_CASE("numbers are shown as people write them") {
  CHECK(readable_address("447700900123@s.whatsapp.net") == "+447700900123");
  CHECK(readable_address("100@lid") == "100@lid");
  CHECK(readable_address("120363000000000001@g.us") == "120363000000000001@g.us");
}

TEST_CASE("a message is one line whatever it holds") {
  CHECK(message_line({{"type", "text"}, {"text", "a\nb"}}) == "a b");
  CHECK(message_line({{"type", "image"}, {"text", nullptr}}) == "[image]");
  CHECK(message_line({{"type", "poll"}, {"text", "Lunch?"}}) == "[poll] Lunch?");
  CHECK(message_line({{"type", "text"}, {"text", "x"}, {"deletedAt", "2026"}}) == "[deleted]");
}

TEST_CASE("a table of messages names chat, author and text") {
  const json messages{{{"messageId", "3EB0"},
                       {"chat", "100@lid"},
                       {"chatPn", "447700900123@s.whatsapp.net"},
                       {"sender", "100@lid"},
                       {"pushName", "Sam\x1b[2J"},
                       {"fromMe", false},
                       {"timestamp", 1779704400},
                       {"status", "received"},
                       {"type", "text"},
                       {"text", "hello"}}};
  const std::string table = render_messages(messages, false);
  CHECK(table.find("+447700900123") != std::string::npos);
  CHECK(table.find("Sam") != std::string::npos);
  CHECK(table.find('\x1b') == std::string::npos);
  CHECK(table.find("hello") != std::string::npos);
}

TEST_CASE("a group is shown with its members") {
  const json group{
      {"id", "1@g.us"},
      {"subject", "Team"},
      {"size", 1},
      {"announce", true},
      {"participants",
       {{{"jid", "100@lid"}, {"phone", "447700900123@s.whatsapp.net"}, {"admin", "superadmin"}}}}};
  const std::string text = render_group(group, false);
  CHECK(text.find("Team") != std::string::npos);
  CHECK(text.find("+447700900123") != std::string::npos);
  CHECK(text.find("superadmin") != std::string::npos);
}

TEST_CASE("a text that is no UTF-8 is refused before it is sent") {
  CHECK(*message_text("grüße") == "grüße");
  const auto bad = message_text("a\xff");
  REQUIRE_FALSE(bad);
  CHECK(bad.error().fields[0].pointer == "/text");
}
