#include "core/model/peer.h"

#include <catch2/catch.hpp>

#include "core/util/encoding.h"
#include "tests/unit/core/model/support.h"

namespace wasphere::model {
namespace {

using test::bytes;
using test::field;
using test::number_field;

Protocol mappings(BytesView payload) {
  return {kLidMappings, concat({number_field(2, kLidMappings), field(23, field(1, payload))})};
}
Bytes mapping(std::uint64_t phone, std::uint64_t assigned, std::uint64_t latest) {
  return field(
      1, concat({number_field(1, phone), number_field(2, assigned), number_field(3, latest)}));
}

Bytes key_of(std::string_view chat, bool from_me, std::string_view id,
             std::string_view participant) {
  Bytes out = concat({field(1, chat), number_field(2, from_me ? 1 : 0), field(3, id)});
  return participant.empty() ? out : concat({out, field(4, participant)});
}

// One result of an answer: a message as the phone keeps it.
Bytes result_of(BytesView web_message) {
  return field(3, field(4, field(1, web_message)));
}
Protocol answer(std::uint64_t type, BytesView results) {
  const Bytes inner = concat({number_field(1, type), field(2, "REQUEST"), results});
  return {kPeerAnswer, concat({number_field(2, kPeerAnswer), field(17, inner)})};
}

}  // namespace

TEST_CASE("the newer LID of a mapping counts, and zeros are no addresses") {
  const Bytes payload = concat({mapping(447700900001, 100, 0), mapping(447700900002, 100, 200),
                                mapping(0, 100, 0), mapping(447700900003, 0, 0)});
  const auto pairs = parse_lid_mappings(mappings(payload));
  REQUIRE(pairs);
  REQUIRE(pairs->size() == 2);
  CHECK(pairs->at(0).phone == wire::Jid{"447700900001", "s.whatsapp.net"});
  CHECK(pairs->at(0).lid == wire::Jid{"100", "lid"});
  CHECK(pairs->at(1).lid == wire::Jid{"200", "lid"});
}

TEST_CASE("mappings that are none are an error, none at all are none") {
  CHECK(parse_lid_mappings(mappings({}))->empty());
  CHECK(parse_lid_mappings({kLidMappings, {}})->empty());
  CHECK(parse_lid_mappings(mappings(bytes("\xff"))).error().code == ErrorCode::protocol_error);
  CHECK(parse_lid_mappings({kLidMappings, bytes("\xff")}).error().code ==
        ErrorCode::protocol_error);
}

TEST_CASE("the phone's answer holds messages as it keeps them") {
  const Bytes message = field(1, "hello");
  const Bytes web = concat({field(1, key_of("1@g.us", false, "A1", "2@lid")), field(2, message),
                            number_field(3, 1779704400), field(5, "2@lid"), field(19, "Sam")});
  const auto found = parse_recovered(answer(4, concat({result_of(web), field(3, Bytes{})})));
  REQUIRE(found);
  REQUIRE(found->size() == 1);
  const RecoveredMessage& one = found->front();
  CHECK(one.key.chat == "1@g.us");
  CHECK_FALSE(one.key.from_me);
  CHECK(one.key.id == "A1");
  CHECK(one.key.participant == "2@lid");
  CHECK(one.message == message);
  CHECK(one.time == 1779704400);
  CHECK(one.participant == "2@lid");
  CHECK(one.push_name == "Sam");
}

TEST_CASE("answers to other requests hold no messages") {
  const Bytes web = field(1, key_of("1@lid", true, "A1", ""));
  CHECK(parse_recovered(answer(3, result_of(web)))->empty());
  CHECK(parse_recovered({kPeerAnswer, {}})->empty());
}

TEST_CASE("a damaged answer is an error, a name that is no text is none") {
  CHECK(parse_recovered(answer(4, result_of(bytes("\xff")))).error().code ==
        ErrorCode::protocol_error);
  CHECK(parse_recovered({kPeerAnswer, bytes("\xff")}).error().code == ErrorCode::protocol_error);
  const auto found = parse_recovered(answer(4, result_of(field(19, "\xff"))));
  REQUIRE(found);
  CHECK(found->front().push_name.empty());
}

TEST_CASE("a request names each message by its key, and authors in groups only") {
  const MessageKey direct{"1@lid", false, "A1", ""};
  const MessageKey in_group{"1@g.us", true, "A2", "2@lid"};
  const Bytes keys = concat({field(5, field(1, key_of("1@lid", false, "A1", ""))),
                             field(5, field(1, key_of("1@g.us", true, "A2", "2@lid")))});
  const Bytes request = concat({number_field(1, 4), keys});
  const Bytes expected = field(12, concat({number_field(2, 16), field(16, request)}));
  CHECK(to_hex(placeholder_request({direct, in_group})) == to_hex(expected));
  const auto parsed = parse_message(expected);
  REQUIRE(parsed);
  CHECK(std::get<Protocol>(parsed->content).type == kPeerRequest);
}

}  // namespace wasphere::model
