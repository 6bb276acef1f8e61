#include <catch2/catch.hpp>

#include "tests/unit/core/model/support.h"

namespace wasphere::model {
namespace {

using test::field;
using test::kKey;
using test::kSecret;

const wire::Jid kGroup{"120363000000000000", "g.us"};

Parsed round_trip(const Outgoing& message) {
  return parse_message(build_message(message)).value();
}

template <class Content>
Content content_of(const Outgoing& message) {
  Parsed out = round_trip(message);
  REQUIRE(std::holds_alternative<Content>(out.content));
  return std::get<Content>(out.content);
}

Outgoing outgoing(decltype(Outgoing::content) content) {
  Outgoing out;
  out.content = std::move(content);
  return out;
}

Text text(std::string words) {
  Text out;
  out.text = std::move(words);
  return out;
}

void check_key(const MessageKey& key) {
  CHECK(key.chat == kKey.chat);
  CHECK(key.from_me == kKey.from_me);
  CHECK(key.id == kKey.id);
  CHECK(key.participant == kKey.participant);
}

TEST_CASE("a plain text is a conversation, with context it is an extended text") {
  Outgoing message = outgoing(text("hello"));
  CHECK(build_message(message) == field(1, "hello"));
  message.secret = kSecret;
  CHECK(round_trip(message).secret == kSecret);
  message.context.expiration_s = 604800;
  Parsed out = round_trip(message);
  CHECK(out.raw_type == "extendedTextMessage");
  CHECK(std::get<Text>(out.content).text == "hello");
  CHECK(out.context.expiration_s == 604800);
  CHECK(out.secret == kSecret);
}

TEST_CASE("context arrives as it was given") {
  Outgoing message = outgoing(text("@3 see"));
  message.context.quoted_id = "3EB0BB";
  message.context.quoted_participant = "2@lid";
  message.context.quoted_message = field(1, "quoted");
  message.context.mentions = {"3@lid", "4@lid"};
  message.context.forwarded = true;
  message.context.forwarding_score = 3;
  Context out = round_trip(message).context;
  CHECK(out.quoted_id == "3EB0BB");
  CHECK(out.quoted_participant == "2@lid");
  CHECK(out.quoted_message == message.context.quoted_message);
  CHECK(out.mentions == message.context.mentions);
  CHECK(out.forwarded);
  CHECK(out.forwarding_score == 3);
}

TEST_CASE("locations, contacts and polls arrive as they were given") {
  Outgoing place = outgoing(Location{51.5, -0.12, "Here", "Road 1", false});
  place.context.quoted_id = "3EB0BB";
  auto location = content_of<Location>(place);
  CHECK(location.latitude == 51.5);
  CHECK(location.longitude == -0.12);
  CHECK(location.name == "Here");
  CHECK(location.address == "Road 1");
  CHECK(round_trip(place).context.quoted_id == "3EB0BB");

  ContactCard card{"Ann", "BEGIN:VCARD"};
  CHECK(round_trip(outgoing(Contacts{{card}})).raw_type == "contactMessage");
  auto contacts = content_of<Contacts>(outgoing(Contacts{{card, card}}));
  REQUIRE(contacts.cards.size() == 2);
  CHECK(contacts.cards[1].vcard == "BEGIN:VCARD");

  Parsed single = round_trip(outgoing(Poll{"Tea?", {"yes", "no"}, 1}));
  CHECK(single.raw_type == "pollCreationMessageV3");
  Parsed any = round_trip(outgoing(Poll{"Tea?", {"yes", "no"}, 0}));
  CHECK(any.raw_type == "pollCreationMessage");
  CHECK(std::get<Poll>(any.content).selectable == 0);
  CHECK(std::get<Poll>(any.content).options == std::vector<std::string>{"yes", "no"});
}

TEST_CASE("what is about another message names it") {
  Outgoing reaction = outgoing(Reaction{kKey, "👍"});
  reaction.time_ms = 17;
  CHECK(content_of<Reaction>(reaction).emoji == "👍");
  check_key(content_of<Reaction>(reaction).target);
  auto edit = content_of<Edit>(outgoing(Edit{kKey, field(1, "better")}));
  CHECK(edit.message == field(1, "better"));
  check_key(edit.target);
  check_key(content_of<Revoke>(outgoing(Revoke{kKey})).target);
  auto vote = content_of<PollVote>(outgoing(PollVote{kKey, {1, 2}, {3}, 18}));
  CHECK(vote.payload == Bytes{1, 2});
  CHECK(vote.iv == Bytes{3});
  CHECK(vote.sender_time_ms == 18);
  check_key(vote.poll);
}

TEST_CASE("a copy for own devices moves the context outside and comes back whole") {
  Bytes message = concat({field(1, "hello"), test::secret_field(kSecret), field(9999, "unknown")});
  Bytes wrapped = wrap_device_sent(message, {"2", "lid", 7});
  auto context = embedded_field(wrapped, 35);
  REQUIRE(context);
  auto sent = embedded_field(wrapped, 31);
  REQUIRE(sent);
  CHECK_FALSE(embedded_field(*embedded_field(*sent, 2), 35));
  auto out = parse_message(wrapped).value();
  REQUIRE(out.device_sent);
  CHECK(out.device_sent->destination == "2@lid");
  CHECK(out.secret == kSecret);
  CHECK(std::get<Text>(out.content).text == "hello");
  CHECK(out.inner ==
        concat({field(1, "hello"), field(9999, "unknown"), test::secret_field(kSecret)}));
}

TEST_CASE("a copy that keeps its own context inside is left alone") {
  Bytes inner = concat({field(1, "hello"), test::secret_field(kSecret)});
  Bytes sent = field(31, concat({field(1, "2@lid"), field(2, inner)}));
  auto out = parse_message(concat({sent, test::secret_field(MessageSecret{9})})).value();
  CHECK(out.inner == inner);
  CHECK(out.secret == kSecret);
}

TEST_CASE("a sender key goes alone or beside a message") {
  Bytes distribution{1, 2, 3};
  auto alone = parse_message(sender_key_message(kGroup, distribution)).value();
  REQUIRE(alone.sender_key);
  CHECK(alone.sender_key->group == kGroup.to_string());
  CHECK(alone.sender_key->distribution == distribution);
  auto beside = parse_message(with_sender_key(field(1, "hello"), kGroup, distribution)).value();
  CHECK(beside.sender_key->distribution == distribution);
  CHECK(std::get<Text>(beside.content).text == "hello");
}

}  // namespace
}  // namespace wasphere::model
