#include "daemon/api/message_json.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "daemon/api/event_json.h"
#include "ipc/json.h"
#include "tests/support/seeded_rng.h"

using namespace wasphere;
using nlohmann::json;

namespace {

constexpr std::int64_t kNow = 1779704400000;

json content_of(model::Content content) {
  model::Parsed parsed;
  parsed.content = std::move(content);
  return *ipc::parse_json(api::content_json(parsed));
}

store::MessageRow message() {
  store::MessageRow row;
  row.id = "3EB0AA";
  row.chat = "100@lid";
  row.chat_phone = "447700900200@s.whatsapp.net";
  row.sender = "100@lid";
  row.sender_phone = "447700900200@s.whatsapp.net";
  row.push_name = "Sam";
  row.type = "text";
  row.raw_type = "conversation";
  row.content = R"({"text":"hello"})";
  row.context = R"({"quotedMessageId":null})";
  row.time = kNow + 999;
  return row;
}

json payload_of(const events::Event& event) {
  test::SeededRng rng(1);
  api::JsonEncoder encoder(rng);
  store::SessionRow session;
  session.id = "sess_1";
  session.name = "support";
  auto parsed = ipc::parse_json(encoder.encode(event, session, kNow).payload);
  REQUIRE(parsed);
  return *parsed;
}

}  // namespace

TEST_CASE("content of a text is its text, and what was chosen in a list or by a button") {
  CHECK(content_of(model::Text{"hi", "", {}, "", ""}) == json{{"text", "hi"}});
  const json chosen =
      content_of(model::Text{"Yes", "", model::SelectionKind::button_reply, "y1", ""});
  CHECK(chosen ==
        json{{"text", "Yes"}, {"selectionId", "y1"}, {"interactiveKind", "button_reply"}});
}

TEST_CASE("content of media tells kind and size, never keys or addresses") {
  model::Media voice;
  voice.kind = model::MediaKind::voice;
  voice.mimetype = "audio/ogg; codecs=opus";
  voice.seconds = 7;
  voice.size = 4096;
  voice.sha256 = {0xab, 0xcd};
  CHECK(content_of(voice) == json{{"mimetype", "audio/ogg; codecs=opus"},
                                  {"size", 4096},
                                  {"sha256", "abcd"},
                                  {"mediaUrl", nullptr},
                                  {"isVoiceNote", true},
                                  {"seconds", 7}});
}

TEST_CASE("content of the other kinds") {
  CHECK(content_of(model::Location{51.5, -0.125, "Home", "", false}) == json{{"latitude", 51.5},
                                                                             {"longitude", -0.125},
                                                                             {"name", "Home"},
                                                                             {"address", nullptr},
                                                                             {"isLive", false}});
  CHECK(content_of(model::Contacts{{{"Sam", "BEGIN:VCARD"}}}) ==
        json{{"displayName", "Sam"}, {"vcard", "BEGIN:VCARD"}});
  CHECK(content_of(model::Contacts{{{"A", "1"}, {"B", "2"}}})["contacts"].size() == 2);
  CHECK(content_of(model::Contacts{}) == json::object());
  CHECK(content_of(model::Poll{"Q", {"a", "b"}, 1}) ==
        json{{"name", "Q"}, {"options", {"a", "b"}}, {"selectableCount", 1}});
  CHECK(content_of(model::Reaction{{"", false, "3EB0", ""}, "👍"}) ==
        json{{"reaction", "👍"}, {"replyMessageId", "3EB0"}});
  CHECK(content_of(model::Other{}) == json::object());
}

TEST_CASE("context names quote, mentions and forwarding") {
  CHECK(*ipc::parse_json(api::context_json({})) ==
        json{{"quotedMessageId", nullptr}, {"mentions", json::array()}, {"forwarded", false}});
  model::Context context;
  context.quoted_id = "3EB0";
  context.mentions = {"1@lid"};
  context.forwarded = true;
  CHECK(*ipc::parse_json(api::context_json(context)) ==
        json{{"quotedMessageId", "3EB0"}, {"mentions", {"1@lid"}}, {"forwarded", true}});
}

TEST_CASE("a received message is told with both addresses of its author") {
  const json event = payload_of(events::MessageReceived{message(), false});
  CHECK(event["event"] == "message.received");
  const json& data = event["data"];
  CHECK(data["from"] == "100@lid");
  CHECK(data["senderLid"] == "100@lid");
  CHECK(data["senderPn"] == "447700900200@s.whatsapp.net");
  CHECK(data["senderJid"] == "447700900200@s.whatsapp.net");
  CHECK(data["content"]["text"] == "hello");
  CHECK(data["context"]["quotedMessageId"].is_null());
  CHECK(data["timestamp"] == kNow / 1000);
  CHECK(data["isGroup"] == false);
  CHECK(data["avatarUrl"].is_null());
}

TEST_CASE("receipts and ends have a name each") {
  using store::MessageStatus;
  const auto progress = [](MessageStatus status) {
    return payload_of(events::MessageProgress{message(), status, "5@lid", kNow});
  };
  CHECK(progress(MessageStatus::delivered)["event"] == "message.delivered");
  CHECK(progress(MessageStatus::read)["event"] == "message.read");
  CHECK(progress(MessageStatus::played)["event"] == "message.played");
  CHECK(progress(MessageStatus::read)["data"] == json{{"messageId", "3EB0AA"},
                                                      {"to", "447700900200@s.whatsapp.net"},
                                                      {"participant", "5@lid"},
                                                      {"timestamp", kNow / 1000}});
  const auto end = [](MessageStatus status) {
    store::MessageRow row = message();
    row.status = status;
    row.error = "not_allowed";
    row.error_code = 463;
    row.attempts = 2;
    return payload_of(events::MessageEnded{row});
  };
  CHECK(end(MessageStatus::failed)["event"] == "message.failed");
  CHECK(end(MessageStatus::expired)["event"] == "message.expired");
  CHECK(end(MessageStatus::cancelled)["event"] == "message.cancelled");
  CHECK(end(MessageStatus::failed)["data"]["code"] == 463);
  CHECK(end(MessageStatus::failed)["data"]["attempts"] == 2);
}

TEST_CASE("a vote tells who chose what") {
  const json data = payload_of(events::PollVoted{
      "100@lid", "7@lid", "", "3EB0P", "Lunch?", "3EB0V", {"Pizza", "Soup"}, kNow})["data"];
  CHECK(data["pollMessageId"] == "3EB0P");
  CHECK(data["selectedOptions"] == json{"Pizza", "Soup"});
  CHECK(data["voter"] == json{{"jid", "7@lid"}, {"phone", nullptr}});
}
