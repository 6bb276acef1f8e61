#include "core/model/message.h"

#include <catch2/catch.hpp>

#include "tests/unit/core/model/support.h"

namespace wasphere::model {
namespace {

using test::bytes;
using test::field;
using test::number_field;
using test::wrapped;

Parsed parsed(BytesView message) {
  auto out = parse_message(message);
  REQUIRE(out);
  return *out;
}

std::string refused(BytesView message) {
  auto out = parse_message(message);
  REQUIRE_FALSE(out);
  CHECK(out.error().code == ErrorCode::protocol_error);
  return out.error().message;
}

template <class Content>
Content content_of(BytesView message, std::string_view name) {
  Parsed out = parsed(message);
  CHECK(type_name(out) == name);
  REQUIRE(std::holds_alternative<Content>(out.content));
  return std::get<Content>(out.content);
}

const Bytes kHello = field(1, "hello ☕");

TEST_CASE("a plain text is a text") {
  Parsed out = parsed(kHello);
  CHECK(std::get<Text>(out.content).text == "hello ☕");
  CHECK(out.raw_type == "conversation");
  CHECK(type_name(out) == "text");
  CHECK(out.inner == kHello);
  CHECK_FALSE(out.secret);
  CHECK_FALSE(out.device_sent);
  CHECK_FALSE(out.sender_key);
  CHECK_FALSE(out.view_once);
  CHECK_FALSE(out.ephemeral);
}

TEST_CASE("an extended text brings its context") {
  Bytes context = concat({field(1, "3EB0BB"), field(2, "2@lid"), field(3, kHello),
                          field(15, "3@lid"), field(15, "4@lid"), number_field(21, 5),
                          number_field(22, 1), number_field(25, 86400)});
  Parsed out = parsed(
      field(6, concat({field(1, "look"), field(2, "https://example.org"), field(17, context)})));
  CHECK(std::get<Text>(out.content).text == "look");
  CHECK(std::get<Text>(out.content).matched_url == "https://example.org");
  CHECK(out.context.quoted_id == "3EB0BB");
  CHECK(out.context.quoted_participant == "2@lid");
  CHECK(out.context.quoted_message == kHello);
  CHECK(out.context.mentions == std::vector<std::string>{"3@lid", "4@lid"});
  CHECK(out.context.forwarded);
  CHECK(out.context.forwarding_score == 5);
  CHECK(out.context.expiration_s == 86400);
  CHECK(out.ephemeral);
}

TEST_CASE("each medium is told apart") {
  auto kind = [](BytesView message, std::string_view name) {
    return content_of<Media>(message, name).kind;
  };
  CHECK(kind(field(3, field(2, "image/jpeg")), "image") == MediaKind::image);
  CHECK(kind(field(9, field(2, "video/mp4")), "video") == MediaKind::video);
  CHECK(kind(field(9, number_field(8, 1)), "gif") == MediaKind::gif);
  CHECK(kind(field(66, field(2, "video/mp4")), "video") == MediaKind::note);
  CHECK(kind(field(8, field(2, "audio/mpeg")), "audio") == MediaKind::audio);
  CHECK(kind(field(8, number_field(6, 1)), "audio") == MediaKind::voice);
  CHECK(kind(field(7, field(2, "application/pdf")), "document") == MediaKind::document);
  CHECK(kind(field(26, field(5, "image/webp")), "sticker") == MediaKind::sticker);
}

TEST_CASE("the facts of a medium are read") {
  Bytes hash(32, 9);
  auto document = content_of<Media>(
      wrapped(53,
              field(7, concat({field(2, "application/pdf"), field(4, hash), number_field(5, 1234),
                               number_field(6, 7), field(8, "a.pdf"), field(20, "read this")}))),
      "document");
  CHECK(document.mimetype == "application/pdf");
  CHECK(document.sha256 == hash);
  CHECK(document.size == 1234);
  CHECK(document.pages == 7);
  CHECK(document.file_name == "a.pdf");
  CHECK(document.caption == "read this");
  auto video = content_of<Media>(field(9, concat({number_field(5, 61), field(7, "ha")})), "video");
  CHECK(video.seconds == 61);
  CHECK(video.caption == "ha");
  CHECK(content_of<Media>(field(26, number_field(13, 1)), "sticker").animated);
  CHECK(content_of<Media>(field(3, field(4, Bytes(31, 9))), "image").sha256.empty());
}

TEST_CASE("locations, also live and also without sense") {
  auto number = [](std::uint32_t number, double value) {
    Bytes out;
    append_varint(out, number << 3 | 1);
    const auto* raw = reinterpret_cast<const std::uint8_t*>(&value);
    append(out, BytesView(raw, sizeof value));
    return out;
  };
  auto place = content_of<Location>(
      field(5, concat({number(1, 51.5), number(2, -0.12), field(3, "Here"), field(4, "Road 1")})),
      "location");
  CHECK(place.latitude == 51.5);
  CHECK(place.longitude == -0.12);
  CHECK(place.name == "Here");
  CHECK(place.address == "Road 1");
  CHECK_FALSE(place.live);
  CHECK(content_of<Location>(field(18, number(1, 1)), "location").live);
  double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(content_of<Location>(field(5, number(1, nan)), "location").latitude == 0);
}

TEST_CASE("contacts, one and several") {
  Bytes card = concat({field(1, "Ann"), field(16, "BEGIN:VCARD")});
  auto one = content_of<Contacts>(field(4, card), "contact");
  REQUIRE(one.cards.size() == 1);
  CHECK(one.cards[0].display_name == "Ann");
  CHECK(one.cards[0].vcard == "BEGIN:VCARD");
  auto two = content_of<Contacts>(field(13, concat({field(2, card), field(2, card)})), "contact");
  CHECK(two.cards.size() == 2);
}

TEST_CASE("polls of all versions, and votes") {
  Bytes poll = concat(
      {field(2, "Tea?"), field(3, field(1, "yes")), field(3, field(1, "no")), number_field(4, 2)});
  for (std::uint32_t number : {49U, 60U, 64U, 111U, 119U}) {
    auto out = content_of<Poll>(field(number, poll), "poll");
    CHECK(out.name == "Tea?");
    CHECK(out.options == std::vector<std::string>{"yes", "no"});
    CHECK(out.selectable == 2);
  }
  CHECK(content_of<Poll>(wrapped(93, field(49, poll)), "poll").options.size() == 2);
  Bytes key = concat({field(1, "1@g.us"), field(3, "3EB0"), field(4, "2@lid")});
  auto vote = content_of<PollVote>(
      field(50, concat({field(1, key), field(2, concat({field(1, "payload"), field(2, "iv")})),
                        number_field(4, 17)})),
      "poll_vote");
  CHECK(vote.poll.chat == "1@g.us");
  CHECK(vote.poll.id == "3EB0");
  CHECK(vote.poll.participant == "2@lid");
  CHECK_FALSE(vote.poll.from_me);
  CHECK(vote.payload == bytes("payload"));
  CHECK(vote.iv == bytes("iv"));
  CHECK(vote.sender_time_ms == 17);
}

TEST_CASE("answers to buttons and lists are texts with a selection") {
  auto button = content_of<Text>(field(43, concat({field(1, "id1"), field(2, "Yes")})), "text");
  CHECK(button.selection == SelectionKind::button_reply);
  CHECK(button.selection_id == "id1");
  CHECK(button.text == "Yes");
  auto list = content_of<Text>(
      field(39, concat({field(1, "Row"), field(3, field(1, "id2")), field(5, "more")})), "text");
  CHECK(list.selection == SelectionKind::list_reply);
  CHECK(list.selection_id == "id2");
  CHECK(list.selection_description == "more");
  auto quick = content_of<Text>(field(29, concat({field(1, "id3"), field(2, "Go")})), "text");
  CHECK(quick.selection == SelectionKind::quick_reply);
  CHECK(quick.selection_id == "id3");
  auto flow =
      content_of<Text>(field(48, concat({field(1, field(1, "Body")),
                                         field(2, concat({field(1, "n"), field(2, "{}")}))})),
                       "text");
  CHECK(flow.selection == SelectionKind::quick_reply);
  CHECK(flow.text == "Body");
  CHECK(flow.selection_description == "{}");
}

TEST_CASE("messages with buttons show their text") {
  CHECK(content_of<Text>(field(42, field(6, "Choose")), "text").text == "Choose");
  CHECK(content_of<Text>(field(36, concat({field(1, "T"), field(2, "D")})), "text").text == "D");
  CHECK(content_of<Text>(field(25, field(4, field(6, "Four"))), "text").text == "Four");
  CHECK(content_of<Text>(field(45, field(2, field(1, "Body"))), "text").text == "Body");
}

TEST_CASE("reactions, edits and revokes name their target") {
  Bytes key = concat({field(1, "2@lid"), number_field(2, 1), field(3, "3EB0")});
  auto reaction =
      content_of<Reaction>(field(46, concat({field(1, key), field(2, "👍")})), "reaction");
  CHECK(reaction.emoji == "👍");
  CHECK(reaction.target.id == "3EB0");
  CHECK(reaction.target.from_me);
  auto edit = content_of<Edit>(
      wrapped(58, field(12, concat({field(1, key), number_field(2, 14), field(14, kHello)}))),
      "edit");
  CHECK(edit.message == kHello);
  CHECK(edit.target.id == "3EB0");
  auto revoke =
      content_of<Revoke>(field(12, concat({field(1, key), number_field(2, 0)})), "revoke");
  CHECK(revoke.target.chat == "2@lid");
}

TEST_CASE("other protocol messages keep their type and body") {
  Bytes body = concat({number_field(2, 22), field(23, "mapping")});
  auto out = content_of<Protocol>(field(12, body), "protocol");
  CHECK(out.type == 22);
  CHECK(out.body == body);
  CHECK(content_of<Protocol>(field(12, field(23, "x")), "protocol").type == -1);
  CHECK(content_of<Protocol>(field(12, number_field(2, 14)), "protocol").type == 14);
}

TEST_CASE("secret contents name their use case") {
  Bytes secret = concat({field(1, field(3, "3EB0")), field(2, "payload"), field(3, "iv")});
  CHECK(content_of<SecretContent>(field(56, secret), "reaction").use_case == "Enc Reaction");
  CHECK(content_of<SecretContent>(field(71, secret), "unsupported").use_case == "Enc Comment");
  CHECK(content_of<SecretContent>(field(76, secret), "unsupported").use_case == "Event Response");
  auto edit = content_of<SecretContent>(field(82, concat({secret, number_field(4, 2)})), "edit");
  CHECK(edit.use_case == "Message Edit");
  CHECK(edit.target.id == "3EB0");
  CHECK(edit.payload == bytes("payload"));
  CHECK(edit.iv == bytes("iv"));
  CHECK(content_of<SecretContent>(field(82, secret), "unsupported").use_case.empty());
}

TEST_CASE("what is not modelled is named") {
  Parsed event = parsed(field(75, "whatever"));
  CHECK(type_name(event) == "unsupported");
  CHECK(event.raw_type == "eventMessage");
  CHECK(parsed(field(9999, "")).raw_type == "unknown");
  Parsed album = parsed(field(83, number_field(2, 3)));
  CHECK(type_name(album).empty());
  CHECK(album.raw_type == "albumMessage");
}

TEST_CASE("a known content is preferred to an unknown field, whichever comes first") {
  CHECK(parsed(concat({field(9999, "x"), kHello})).raw_type == "conversation");
  CHECK(parsed(concat({kHello, field(9999, "x")})).raw_type == "conversation");
}

TEST_CASE("nothing for a person is nothing") {
  CHECK(type_name(parsed({})).empty());
  Parsed only_key = parsed(field(2, concat({field(1, "1@g.us"), field(2, "skdm")})));
  CHECK(type_name(only_key).empty());
  REQUIRE(only_key.sender_key);
  CHECK(only_key.sender_key->group == "1@g.us");
  CHECK(only_key.sender_key->distribution == bytes("skdm"));
}

TEST_CASE("a sender key comes beside the content, the fast one only if there is no other") {
  Bytes fast = field(15, concat({field(1, "1@g.us"), field(2, "fast")}));
  Bytes plain = field(2, concat({field(1, "1@g.us"), field(2, "plain")}));
  CHECK(parsed(concat({fast, kHello})).sender_key->distribution == bytes("fast"));
  CHECK(parsed(concat({plain, fast, kHello})).sender_key->distribution == bytes("plain"));
  CHECK(parsed(concat({fast, plain, kHello})).sender_key->distribution == bytes("plain"));
  CHECK(parsed(concat({plain, kHello})).raw_type == "conversation");
}

TEST_CASE("every wrapper is taken off") {
  for (std::uint32_t number : {37U, 40U, 53U, 55U, 58U, 59U, 62U, 67U, 74U, 87U, 91U, 92U, 96U, 99U,
                               101U, 103U, 106U, 118U}) {
    CAPTURE(number);
    Parsed out = parsed(wrapped(number, kHello));
    CHECK(out.raw_type == "conversation");
    CHECK(out.view_once == (number == 37 || number == 55 || number == 59));
    CHECK(out.ephemeral == (number == 40));
    CHECK(out.inner == wrapped(number, kHello));
  }
  CHECK(type_name(parsed(field(55, ""))).empty());
}

TEST_CASE("view once is told by the medium too") {
  CHECK(parsed(field(3, number_field(25, 1))).view_once);
  CHECK(parsed(field(9, number_field(20, 1))).view_once);
  CHECK(parsed(field(8, number_field(21, 1))).view_once);
}

TEST_CASE("ten wrappers are opened, eleven are not") {
  Bytes message = kHello;
  for (int i = 0; i < 10; ++i) message = wrapped(40, message);
  CHECK(parsed(message).raw_type == "conversation");
  CHECK_THAT(refused(wrapped(40, message)), Catch::Contains("too deep"));
}

TEST_CASE("a secret is found at any level, the inner one wins") {
  MessageSecret other{9};
  CHECK(parsed(concat({kHello, test::secret_field(test::kSecret)})).secret == test::kSecret);
  CHECK(parsed(concat({wrapped(55, kHello), test::secret_field(test::kSecret)})).secret ==
        test::kSecret);
  Bytes inner = concat({kHello, test::secret_field(test::kSecret)});
  CHECK(parsed(concat({wrapped(55, inner), test::secret_field(other)})).secret == test::kSecret);
  CHECK_FALSE(parsed(concat({kHello, field(35, field(3, Bytes(31, 1)))})).secret);
}

TEST_CASE("texts that are no UTF-8 are dropped, wherever they are") {
  const std::string bad = "\xC3\x28";
  CHECK(content_of<Text>(field(1, bad), "text").text.empty());
  CHECK(content_of<Media>(field(3, field(3, bad)), "image").caption.empty());
  CHECK(content_of<Reaction>(field(46, field(2, bad)), "reaction").emoji.empty());
  Parsed out = parsed(field(6, field(17, concat({field(15, bad), field(15, "1@lid")}))));
  CHECK(out.context.mentions == std::vector<std::string>{"1@lid"});
}

TEST_CASE("bytes that are no message are refused") {
  CHECK_THAT(refused(bytes("\xFF\xFF\xFF")), Catch::Contains("does not decode"));
  Bytes cut = kHello;
  cut.pop_back();
  refused(cut);
  refused(field(6, cut));
  refused(field(12, bytes("\x12\xFF")));
  refused(wrapped(40, cut));
  refused(Bytes{0x03});  // a group
  refused(Bytes{0x00, 0x00});
}

}  // namespace
}  // namespace wasphere::model
