#include "daemon/api/send_contents.h"

#include <catch2/catch.hpp>

using namespace wasphere;

namespace {

constexpr std::int64_t kNow = 1779704400000;
constexpr std::int64_t kMinute = 60'000;

store::MessageRow own_text() {
  store::MessageRow row;
  row.id = "3EB0AA";
  row.chat = "100@lid";
  row.sender = "200@lid";
  row.from_me = true;
  row.type = "text";
  row.status = store::MessageStatus::sent;
  row.time = kNow;
  row.sent_at = kNow;
  return row;
}

template <class Draft>
std::string pointer_of(const Result<Draft>& draft) {
  REQUIRE_FALSE(draft);
  REQUIRE(draft.error().fields.size() == 1);
  return draft.error().fields[0].pointer;
}

ipc::MessageSendPoll poll(std::vector<std::string> options, std::int64_t selectable = 1) {
  ipc::MessageSendPoll out;
  out.name = "Lunch?";
  out.options = std::move(options);
  out.selectableCount = selectable;
  return out;
}

ipc::MessageEdit edit(std::string text) {
  ipc::MessageEdit out;
  out.text = std::move(text);
  return out;
}

}  // namespace

TEST_CASE("a text is sent as it is, but not a blank one") {
  ipc::MessageSend request;
  request.text = " hello ";
  const auto draft = api::draft_of(request);
  REQUIRE(draft);
  CHECK(draft->type == "text");
  CHECK(std::get<model::Text>(draft->content.content).text == " hello ");
  request.text = " \n\t";
  CHECK(pointer_of(api::draft_of(request)) == "/text");
}

TEST_CASE("a contact card escapes its name and has the digits of its number") {
  ipc::MessageSendContact request;
  request.displayName = "Smith; Sam,\nJr\\";
  request.phoneNumber = "+44 7700 900-123";
  const auto draft = api::draft_of(request);
  REQUIRE(draft);
  const auto& cards = std::get<model::Contacts>(draft->content.content).cards;
  REQUIRE(cards.size() == 1);
  CHECK(cards[0].vcard ==
        "BEGIN:VCARD\nVERSION:3.0\nN:;Smith\\; Sam\\, Jr\\\\;;;\nFN:Smith\\; Sam\\, Jr\\\\\n"
        "TEL;type=CELL;type=VOICE;waid=447700900123:+447700900123\nEND:VCARD");
}

TEST_CASE("contact cards come one by one or as a list, and bad ones are named") {
  ipc::MessageSendContact request;
  CHECK(pointer_of(api::draft_of(request)) == "/displayName");
  request.displayName = "Sam";
  CHECK(pointer_of(api::draft_of(request)) == "/phoneNumber");
  request.phoneNumber = "12";
  CHECK(pointer_of(api::draft_of(request)) == "/phoneNumber");
  request.contacts = {{"A", "447700900123"}};
  CHECK(pointer_of(api::draft_of(request)) == "/contacts");
  request.displayName.reset();
  request.phoneNumber.reset();
  request.contacts.push_back({"B", "no number"});
  CHECK(pointer_of(api::draft_of(request)) == "/contacts/1/phoneNumber");
}

TEST_CASE("the answers of a poll are different and enough") {
  const auto draft = api::draft_of(poll({"Pizza", "Soup"}, 0));
  REQUIRE(draft);
  CHECK(std::get<model::Poll>(draft->content.content).selectable == 0);
  CHECK(pointer_of(api::draft_of(poll({"Pizza", "Pizza"}))) == "/options");
  CHECK(pointer_of(api::draft_of(poll({"Pizza", " "}))) == "/options/1");
  CHECK(pointer_of(api::draft_of(poll({"Pizza", "Soup"}, 3))) == "/selectableCount");
}

TEST_CASE("a reaction names its message as its author's group would") {
  ipc::MessageReact request;
  request.emoji = "👍";
  store::MessageRow row = own_text();
  row.from_me = false;
  row.status = store::MessageStatus::received;
  const auto direct = api::draft_of(request, row, kNow);
  REQUIRE(direct);
  const auto& key = std::get<model::Reaction>(direct->content.content).target;
  CHECK(key.id == "3EB0AA");
  CHECK_FALSE(key.from_me);
  CHECK(key.participant.empty());
  row.chat = "120363000000000001@g.us";
  const auto group = api::draft_of(request, row, kNow);
  REQUIRE(group);
  CHECK(std::get<model::Reaction>(group->content.content).target.participant == "200@lid");
}

TEST_CASE("a text of our own can be changed for a quarter of an hour") {
  CHECK(api::draft_of(edit("new"), own_text(), kNow + 15 * kMinute));
  const auto late = api::draft_of(edit("new"), own_text(), kNow + 15 * kMinute + 1);
  REQUIRE_FALSE(late);
  CHECK(late.error().code == ErrorCode::edit_window_expired);
  CHECK(pointer_of(api::draft_of(edit(" "), own_text(), kNow)) == "/text");
}

TEST_CASE("what cannot be changed is a conflict") {
  store::MessageRow row = own_text();
  const auto refused = [&] {
    const auto draft = api::draft_of(edit("new"), row, kNow);
    return !draft && draft.error().code == ErrorCode::conflict;
  };
  CHECK_FALSE(refused());
  row.from_me = false;
  CHECK(refused());
  row = own_text();
  row.type = "poll";
  CHECK(refused());
  row = own_text();
  row.status = store::MessageStatus::failed;
  CHECK(refused());
  row = own_text();
  row.revoked_at = kNow;
  CHECK(refused());
}

TEST_CASE("a message is deleted for everyone: our own, or anybody's in a group") {
  ipc::MessageDelete request;
  CHECK(api::draft_of(request, own_text(), kNow + 60 * 60 * kMinute));
  const auto late = api::draft_of(request, own_text(), kNow + 60 * 60 * kMinute + 1);
  REQUIRE_FALSE(late);
  CHECK(late.error().code == ErrorCode::edit_window_expired);
  store::MessageRow other = own_text();
  other.from_me = false;
  CHECK_FALSE(api::draft_of(request, other, kNow));
  other.chat = "120363000000000001@g.us";
  const auto draft = api::draft_of(request, other, kNow);
  REQUIRE(draft);
  CHECK(std::get<model::Revoke>(draft->content.content).target.participant == "200@lid");
  request.forEveryone = false;
  const auto only_here = api::draft_of(request, own_text(), kNow);
  REQUIRE_FALSE(only_here);
  CHECK(only_here.error().code == ErrorCode::not_supported);
}
