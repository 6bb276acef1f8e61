#include <catch2/catch.hpp>
#include <set>

#include "tests/unit/core/stanza/message_fixture.h"

namespace wasphere::stanza {
namespace {

const nlohmann::json& group(const char* name) {
  return test::vector_file("vectors-2.json").at(name);
}

TEST_CASE("message ids are those of the vectors") {
  for (const auto& item : group("message_id")) {
    if (item.at("whatsmeow_formula").is_null()) continue;
    Bytes random(16, item.at("random_byte_repeated").get<std::uint8_t>());
    test::ScriptedRng rng{random};
    auto own = wire::Jid::parse(test::text(item.at("user_jid"))).value();
    CHECK(make_message_id(item.at("unix_seconds"), own, rng) ==
          test::text(item.at("whatsmeow_formula")));
    CHECK(rng.left() == 0);
  }
}

TEST_CASE("message ids do not repeat within a second") {
  test::SeededRng rng;
  std::set<std::string> ids;
  for (int i = 0; i < 1000; ++i) ids.insert(make_message_id(1750000000, test::kOwnPn, rng));
  CHECK(ids.size() == 1000);
  CHECK(ids.begin()->size() == 22);
}

TEST_CASE("participant hashes are those of the vectors, in any order") {
  for (const auto& item : group("phash")) {
    std::vector<wire::Jid> devices;
    for (const auto& jid : item.at("jids")) devices.push_back(*wire::Jid::parse(test::text(jid)));
    CHECK(participant_hash(devices) == test::text(item.at("phash")));
    std::reverse(devices.begin(), devices.end());
    CHECK(participant_hash(devices) == test::text(item.at("phash")));
    devices.push_back(devices.front());
    CHECK(participant_hash(devices) == test::text(item.at("phash")));
  }
}

TEST_CASE("a message ack arrives as it was built") {
  MessageAck ack{"3EB0", test::kGroup, 1750000000, 421, "2:QrBd9lE9", "lid", true};
  auto read = parse_message_ack(test::over_the_wire(build_message_ack(ack)));
  REQUIRE(read);
  CHECK(read->id == ack.id);
  CHECK(read->from == ack.from);
  CHECK(read->time == ack.time);
  CHECK(read->error == 421U);
  CHECK(read->phash == ack.phash);
  CHECK(read->addressing_mode == "lid");
  CHECK(read->refresh_lid);
}

TEST_CASE("a plain ack has no error") {
  auto read = parse_message_ack(build_message_ack({"3EB0", test::kAnnLid, 5, {}, "", "", false}));
  REQUIRE(read);
  CHECK_FALSE(read->error);
  CHECK_FALSE(read->refresh_lid);
}

TEST_CASE("an error that is no number is an error all the same") {
  wire::Node ack = build_message_ack({"3EB0", test::kAnnLid, 5, {}, "", "", false});
  ack.set("error", "smax-invalid");
  CHECK(parse_message_ack(ack)->error == 0U);
}

TEST_CASE("acks of something else are none") {
  wire::Node ack = build_message_ack({"3EB0", test::kAnnLid, 5, {}, "", "", false});
  wire::Node other = ack, nameless = ack;
  other.set("class", "receipt");
  nameless.set("id", "");
  CHECK_FALSE(parse_message_ack(other));
  CHECK_FALSE(parse_message_ack(nameless));
  CHECK_FALSE(parse_message_ack(test::node("message")));
}

TEST_CASE("chat states have their three forms") {
  wire::Node composing = build_chat_state(test::kAnnLid, ChatState::composing);
  CHECK(composing.tag == "chatstate");
  CHECK(composing.jid("to") == test::kAnnLid);
  CHECK(composing.child()->tag == "composing");
  CHECK_FALSE(composing.child()->has("media"));
  CHECK(build_chat_state(test::kAnnLid, ChatState::recording).child()->attr("media") == "audio");
  CHECK(build_chat_state(test::kAnnLid, ChatState::paused).child()->tag == "paused");
}

}  // namespace
}  // namespace wasphere::stanza
