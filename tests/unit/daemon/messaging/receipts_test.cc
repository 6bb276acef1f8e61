// Receipts move our messages forward, and say so once for every reader.
#include <catch2/catch.hpp>

#include "tests/support/busy_store.h"
#include "tests/unit/daemon/messaging/receive_world.h"

namespace wasphere::test::receiving {
namespace {

const std::string kSam = "200000000000000@lid";
const std::string kGroup = "120363000000000001@g.us";

void keep_sent(ReceiveWorld& world, const std::string& id, const std::string& chat) {
  store::MessageRow row;
  row.session_id = world.id();
  row.id = id;
  row.chat = chat;
  row.sender = std::string(kOwnLid) + "@lid";
  row.from_me = true;
  row.type = "text";
  row.content = row.context = "{}";
  row.status = store::MessageStatus::sent;
  world.in_store([&](store::Tx& tx) -> Status {
    tx.messages.insert(row);
    return {};
  });
}

wire::Node receipt(const std::string& id, const std::string& from, const std::string& type,
                   const std::string& participant = "") {
  wire::Node out{"receipt", {{"id", id}, {"from", wire::Jid::parse(from).value()}}, {}};
  out.set("t", "1779704500");
  if (!type.empty()) out.set("type", type);
  if (!participant.empty()) out.set("participant", wire::Jid::parse(participant).value());
  return out;
}

TEST_CASE("delivered, read and played, each once and never back", "[receipts]") {
  ReceiveWorld world;
  keep_sent(world, "M1", kSam);
  REQUIRE(world.receipt(receipt("M1", kSam, "")));
  REQUIRE(world.receipt(receipt("M1", "200000000000000:7@lid", "")));  // his second device
  CHECK(world.events() == Lines{"delivered M1"});
  REQUIRE(world.receipt(receipt("M1", kSam, "played")));
  REQUIRE(world.receipt(receipt("M1", kSam, "read")));
  REQUIRE(world.receipt(receipt("M1", kSam, "inactive")));
  CHECK(world.events() == Lines{"played M1"});
  CHECK(world.message("M1")->status == store::MessageStatus::played);
  CHECK(world.line->take().size() == 5);
}

TEST_CASE("in a group every reader counts", "[receipts]") {
  ReceiveWorld world;
  keep_sent(world, "M1", kGroup);
  REQUIRE(world.receipt(receipt("M1", kGroup, "read", kSam)));
  REQUIRE(world.receipt(receipt("M1", kGroup, "", "300000000000000@lid")));
  CHECK(world.events() == Lines{"read M1 by " + kSam, "delivered M1 by 300000000000000@lid"});
  CHECK(world.message("M1")->status == store::MessageStatus::read);
}

TEST_CASE("receipts of our own devices say nothing about the reader", "[receipts]") {
  ReceiveWorld world;
  keep_sent(world, "M1", kSam);
  const std::string own = std::string(kOwnLid) + ":2@lid";
  for (const char* type : {"sender", "read-self", "peer_msg"}) {
    auto node = receipt("M1", own, type);
    node.set("recipient", wire::Jid::parse(kSam).value());
    REQUIRE(world.receipt(node));
  }
  CHECK(world.events().empty());
  CHECK(world.message("M1")->status == store::MessageStatus::sent);
  CHECK(world.line->take().size() == 3);
}

TEST_CASE("who is not in the chat cannot move its messages", "[receipts]") {
  ReceiveWorld world;
  keep_sent(world, "M1", kSam);
  REQUIRE(world.receipt(receipt("M1", "300000000000000@lid", "read")));
  CHECK(world.events().empty());
  CHECK(world.message("M1")->status == store::MessageStatus::sent);
}

TEST_CASE("who waits for a message learns that it was read", "[receipts]") {
  ReceiveWorld world;
  keep_sent(world, "M1", kSam);
  auto list = receipt("M1", kSam, "read");
  list.content = wire::Nodes{{"list", {}, wire::Nodes{wire::Node{"item", {{"id", "M2"}}, {}}}}};
  keep_sent(world, "M2", kSam);
  REQUIRE(world.receipt(list));
  CHECK(world.events() == Lines{"read M1", "read M2"});
}

TEST_CASE("a receipt is not acknowledged unless it is stored", "[receipts]") {
  ReceiveWorld world;
  keep_sent(world, "M1", kSam);
  world.store.faults().fail_commit(1);
  CHECK_FALSE(world.receipt(receipt("M1", kSam, "")));
  CHECK(world.line->take().empty());
  REQUIRE(world.receipt(receipt("M1", kSam, "")));
  CHECK(world.events() == Lines{"delivered M1"});
  CHECK(world.line->take().size() == 1);
}

TEST_CASE("nonsense is acknowledged and forgotten", "[receipts]") {
  ReceiveWorld world;
  REQUIRE(world.receipt({"receipt", {{"id", "X"}}, {}}));
  REQUIRE(world.receipt(receipt("X", kSam, "retry")));
  REQUIRE(world.receipt(receipt("unknown", kSam, "read")));
  CHECK(world.line->take().size() == 3);
  CHECK(world.events().empty());
}

Status hand_in(ReceiveWorld& world, const std::string& id) {
  std::vector<wire::Node> stanzas;
  stanzas.push_back(receipt(id, kSam, ""));
  return run_task(world.io, world.account->on_receipts(std::move(stanzas)));
}

TEST_CASE("a receipt that nobody waits for holds up nothing and is stored soon", "[receipts]") {
  ReceiveWorld world;
  for (const char* id : {"M1", "M2", "M3"}) keep_sent(world, id, kSam);
  const int before = world.store.faults().commits();
  for (const char* id : {"M1", "M2", "M3"}) CHECK(hand_in(world, id));
  CHECK(world.store.faults().commits() == before);
  CHECK(world.line->take().empty());
  REQUIRE(run_until(world.io, [&] { return world.line->sent.size() == 3; }));
  CHECK(world.events() == Lines{"delivered M1", "delivered M2", "delivered M3"});
}

TEST_CASE("a receipt that somebody waits for does not overtake those before it", "[receipts]") {
  ReceiveWorld world;
  for (const char* id : {"M0", "M1"}) keep_sent(world, id, kSam);
  {
    const BusyStore busy(world.io, *world.store);
    const auto begin = [&](auto task) {
      boost::asio::co_spawn(world.io, std::move(task), boost::asio::detached);
      world.io.poll();
    };
    const auto arrive = [&](const char* id, const char* type) {
      std::vector<wire::Node> stanzas;
      stanzas.push_back(receipt(id, kSam, type));
      begin(world.account->on_receipts(std::move(stanzas)));
    };
    arrive("M0", "");
    arrive("M1", "");
    const auto deadline = world.clock.now_steady() + runtime::Duration{30'000};
    begin(world.account->wait("M1", store::MessageStatus::played, deadline));
    arrive("M1", "read");
  }
  world.settle();
  CHECK(world.events() == Lines{"delivered M0", "delivered M1", "read M1"});
}

TEST_CASE("receipts that cannot be stored end the line, unacknowledged", "[receipts]") {
  ReceiveWorld world;
  for (const char* id : {"M1", "M2"}) keep_sent(world, id, kSam);
  world.store.faults().fail_commit(1);
  for (const char* id : {"M1", "M2"}) CHECK(hand_in(world, id));
  REQUIRE(run_until(world.io, [&] { return world.line->given_up.has_value(); }));
  CHECK(world.line->given_up->code == ErrorCode::storage_unavailable);
  CHECK(world.line->take().empty());
  CHECK(world.events().empty());
}

}  // namespace
}  // namespace wasphere::test::receiving
