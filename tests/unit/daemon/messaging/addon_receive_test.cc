// Reactions, votes, edits, deletions, and what our own devices tell us.
#include <catch2/catch.hpp>

#include "core/model/addon.h"
#include "core/util/encoding.h"
#include "tests/unit/daemon/messaging/receive_world.h"

namespace wasphere::test::receiving {
namespace {

const std::string kSam = "200000000000000:2@lid";
const std::string kSamUser = "200000000000000@lid";
const std::string kSamPhone = "447700900111@s.whatsapp.net";
const std::string kEve = "300000000000000:1@lid";
const std::string kGroup = "120363000000000001@g.us";

model::MessageKey key_of(const std::string& chat, const std::string& id,
                         const std::string& participant = "") {
  return {chat, false, id, participant};
}

template <class Content>
Bytes message_of(Content content) {
  model::Outgoing out;
  out.content = std::move(content);
  out.time_ms = 1779704400000;
  return model::build_message(out);
}

struct Chat : ReceiveWorld {
  Peer sam = meet(kSam);
  Chat() {
    deliver(sam.says("A1", "hello"));
    events();
    line->take();
  }
  Status from_sam(const std::string& id, const Bytes& message) {
    return deliver(sam.stanza(id, {sam.seal(message)}));
  }
};

TEST_CASE("an edit by its author changes the message", "[receive]") {
  Chat chat;
  auto stanza = chat.sam.stanza(
      "A2", {chat.sam.seal(message_of(model::Edit{key_of(kSamUser, "A1"), Peer::text("hallo")}))});
  stanza.set("t", "1779704460");
  REQUIRE(chat.deliver(stanza));
  CHECK(chat.events() == Lines{"edited A1 'hallo'"});
  CHECK(chat.message("A1")->text == "hallo");
  CHECK(chat.message("A1")->edited_at == 1779704460000);
}

TEST_CASE("nobody edits or deletes what another wrote", "[receive]") {
  Chat chat;
  Peer eve = chat.meet(kEve);
  wire::Nodes first;
  first.push_back(chat.sam.seal(chat.sam.share_key(kGroup)));
  first.push_back(chat.sam.seal_group(Peer::text("mine")));
  REQUIRE(chat.deliver(chat.sam.in_group("G1", kGroup, first)));
  chat.events();
  const auto key = key_of(kGroup, "G1", kSamUser);
  REQUIRE(chat.deliver(
      eve.in_group("G2", kGroup, {eve.seal(message_of(model::Edit{key, Peer::text("forged")}))})));
  REQUIRE(chat.deliver(eve.in_group("G3", kGroup, {eve.seal(message_of(model::Revoke{key}))})));
  CHECK(chat.events().empty());
  CHECK(chat.message("G1")->text == "mine");
  CHECK(chat.message("G1")->revoked_at == 0);
}

TEST_CASE("a message is deleted by its author, and in a group by an admin", "[receive]") {
  Chat chat;
  REQUIRE(chat.from_sam("A2", message_of(model::Revoke{key_of(kSamUser, "A1")})));
  CHECK(chat.events() == Lines{"deleted A1 by " + kSamUser});
  CHECK(chat.message("A1")->revoked_at != 0);
  // Said twice, it is deleted once.
  REQUIRE(chat.from_sam("A3", message_of(model::Revoke{key_of(kSamUser, "A1")})));
  CHECK(chat.events().empty());

  Peer admin = chat.meet(kEve);
  wire::Nodes first;
  first.push_back(chat.sam.seal(chat.sam.share_key(kGroup)));
  first.push_back(chat.sam.seal_group(Peer::text("mine")));
  REQUIRE(chat.deliver(chat.sam.in_group("G1", kGroup, first)));
  chat.events();
  auto stanza = admin.in_group(
      "G2", kGroup, {admin.seal(message_of(model::Revoke{key_of(kGroup, "G1", kSamUser)}))});
  stanza.set("edit", "8");
  REQUIRE(chat.deliver(stanza));
  CHECK(chat.events() == Lines{"deleted G1 by 300000000000000@lid"});
}

TEST_CASE("a reaction is an event of its own and a message", "[receive]") {
  Chat chat;
  REQUIRE(chat.from_sam("A2", message_of(model::Reaction{key_of(kSamUser, "A1"), "👍"})));
  CHECK(chat.events() == Lines{"reaction A1 '👍'", "received A2 in " + kSamUser + " from " +
                                                       kSamUser + " reaction '👍'"});
}

// A poll that we sent, as the sending half keeps it.
void keep_own_poll(ReceiveWorld& world, const std::string& id, const model::MessageSecret& secret,
                   const Bytes& secret_of_row) {
  model::Outgoing poll;
  poll.content = model::Poll{"Lunch?", {"Soup", "Salad"}, 1};
  poll.secret = secret;
  store::SentMessage sent;
  sent.id = id;
  sent.chat = kSamUser;
  sent.message = model::build_message(poll);
  store::MessageRow row;
  row.session_id = world.id();
  row.id = id;
  row.chat = kSamUser;
  row.sender = std::string(kOwnLid) + "@lid";
  row.from_me = true;
  row.type = "poll";
  row.content = row.context = "{}";
  row.status = store::MessageStatus::sent;
  row.secret = secret_of_row;
  world.in_store([&](store::Tx& tx) -> Status {
    tx.messages.insert(row);
    tx.messages.save_sent(world.id(), sent);
    return {};
  });
}

Bytes vote_message(ReceiveWorld& world, const model::MessageSecret& secret,
                   const std::string& author, const std::string& voter) {
  const auto sealed = model::seal_addon(model::encode_vote({"Salad"}), secret,
                                        {"POLL", author, voter}, "Poll Vote", world.rng);
  // pollUpdateMessage, written by hand: we never vote.
  auto field = [](std::uint8_t tag, BytesView content) {
    ByteWriter out;
    out.u8(tag).u8(static_cast<std::uint8_t>(content.size())).put(content);
    return out.take();
  };
  const Bytes key = concat({field(0x0A, as_bytes(kSamUser)), field(0x1A, as_bytes("POLL"))});
  const Bytes vote = concat({field(0x0A, sealed.payload), field(0x12, sealed.iv)});
  const Bytes update = concat({field(0x0A, key), field(0x12, vote)});
  ByteWriter out;
  out.u8(0x92).u8(0x03).u8(static_cast<std::uint8_t>(update.size())).put(update);
  return out.take();
}

TEST_CASE("a vote in our poll is opened in whichever addresses it was made", "[receive]") {
  Chat chat;
  model::MessageSecret secret{};
  chat.rng.fill(secret);
  keep_own_poll(chat, "POLL", secret, to_bytes(secret));
  chat.in_store([&](store::Tx& tx) -> Status {
    tx.directory.learn(chat.id(), wire::Jid::parse(kSamPhone).value(),
                       wire::Jid::parse(kSamUser).value(), true);
    return {};
  });
  const std::string by_lid = std::string(kOwnLid) + "@lid";
  const std::string by_phone = std::string(kOwnPhone) + "@s.whatsapp.net";
  REQUIRE(chat.from_sam("V1", vote_message(chat, secret, by_lid, kSamUser)));
  REQUIRE(chat.from_sam("V2", vote_message(chat, secret, by_phone, kSamPhone)));
  const auto events = chat.events();
  REQUIRE(events.size() == 4);
  CHECK(events[0] == "voted in POLL: Salad");
  CHECK(events[2] == "voted in POLL: Salad");
  CHECK(chat.message("V1")->type == "poll_vote");
  CHECK(chat.message("V1")->content == "vote in POLL");
}

TEST_CASE("a vote is opened with the copy of a poll whose row has lost its secret", "[receive]") {
  Chat chat;
  model::MessageSecret secret{};
  chat.rng.fill(secret);
  keep_own_poll(chat, "POLL", secret, {});
  const std::string by_lid = std::string(kOwnLid) + "@lid";
  REQUIRE(chat.from_sam("V1", vote_message(chat, secret, by_lid, kSamUser)));
  CHECK(chat.events().at(0) == "voted in POLL: Salad");
}

TEST_CASE("pairs of addresses are believed from our own phone only", "[receive]") {
  Chat chat;
  // protocolMessage{type 22, lidMigrationMappingSync{payload{mapping{phone, lid}}}}
  const Bytes mapping = from_hex("08b7d0a6b98c0d10c0c4071800").value_or(Bytes{});
  auto wrap = [](std::initializer_list<std::uint8_t> tag, BytesView content) {
    ByteWriter out;
    for (const std::uint8_t byte : tag) out.u8(byte);
    out.u8(static_cast<std::uint8_t>(content.size())).put(content);
    return out.take();
  };
  const Bytes payload = wrap({0x0A}, mapping);
  const Bytes sync = wrap({0xBA, 0x01}, wrap({0x0A}, payload));
  const Bytes type = {0x10, 22};
  const Bytes message = wrap({0x62}, concat({type, sync}));
  const auto lid = wire::Jid::parse("123456@lid").value();
  auto known = [&](store::Tx& tx) { return tx.directory.phone_of(chat.id(), lid).has_value(); };

  REQUIRE(chat.from_sam("A2", message));
  CHECK_FALSE(chat.read(known));
  Peer phone = chat.meet(std::string(kOwnLid) + "@lid");
  auto stanza = phone.stanza("P1", {phone.seal(message)});
  stanza.set("category", "peer");
  REQUIRE(chat.deliver(stanza));
  CHECK(chat.read(known));
  CHECK(chat.events().empty());
  CHECK(chat.line->take_outlines().back() ==
        "receipt id=P1 to=" + std::string(kOwnLid) + "@lid type=peer_msg");
}

TEST_CASE("an announcement of history is noted", "[receive]") {
  ReceiveWorld world;
  Peer phone = world.meet(std::string(kOwnLid) + "@lid");
  const Bytes message = {0x62, 0x02, 0x10, 5};
  auto stanza = phone.stanza("H1", {phone.seal(message)});
  stanza.set("category", "peer");
  REQUIRE(world.deliver(stanza));
  const auto sent = world.line->take_outlines();
  REQUIRE(sent.size() == 2);
  CHECK(sent[0] == "receipt id=H1 to=" + std::string(kOwnPhone) + "@s.whatsapp.net type=hist_sync");
}

}  // namespace
}  // namespace wasphere::test::receiving
