#include <catch2/catch.hpp>

#include "core/signal/sender_key.h"
#include "tests/unit/daemon/store/messaging_fixture.h"

namespace wasphere::store {
namespace {

// Told apart by its base key.
signal::SessionRecord ratchet(std::uint8_t mark) {
  signal::SessionRecord out;
  out.current.emplace();
  out.current->base_key.fill(mark);
  return out;
}

std::uint8_t mark_of(const signal::SessionRecord& record) {
  return record.current ? record.current->base_key[0] : std::uint8_t{0};
}

const wire::Jid kPhone = jid("447700900001:3@s.whatsapp.net");
const wire::Jid kLid = jid("100200300:3@lid");

}  // namespace

TEST_CASE("ratchets are kept for each device and session") {
  MessagingDatabase t;
  CHECK(t.signal.session("sess_a", kLid).empty());
  t.signal.save_session("sess_a", kLid, ratchet(1));
  t.signal.save_session("sess_a", jid(kAliceLid), ratchet(2));
  t.signal.save_session("sess_b", kLid, ratchet(3));
  t.signal.save_session("sess_a", kLid, ratchet(4));
  t.commit();
  CHECK(mark_of(t.signal.session("sess_a", kLid)) == 4);
  CHECK(mark_of(t.signal.session("sess_a", jid(kAliceLid))) == 2);
  CHECK(mark_of(t.signal.session("sess_b", kLid)) == 3);
  const std::vector<wire::Jid> both{jid(kAliceLid), kLid};
  CHECK(t.signal.devices_with_session("sess_a", jid(kAliceLid)) == both);
  t.signal.save_session("sess_a", kLid, {});
  CHECK(t.signal.session("sess_a", kLid).empty());
  CHECK(t.signal.devices_with_session("sess_a", kLid).size() == 1);
}

TEST_CASE("a ratchet under a strange key or damaged is an error, not an empty one") {
  MessagingDatabase t;
  t.signal.save_session("sess_a", kLid, ratchet(1));
  t.signal.save_session("sess_a", jid(kBobLid), ratchet(2));
  t.db().run(
      "UPDATE ratchets SET sealed = (SELECT sealed FROM ratchets WHERE contact = ?1) "
      "WHERE contact = ?2",
      kBobLid, kAliceLid);  // a sealed value does not open in another row
  CHECK(failure_of([&] { t.signal.session("sess_a", kLid); }) == ErrorCode::key_mismatch);

  const Bytes nonsense{9, 9, 9};
  const auto key = t.keys().find("sess_a");
  t.db().run("UPDATE ratchets SET sealed = ?1 WHERE contact = ?2",
             seal(*key, nonsense, seal_context("ratchets", "sess_a", kBobLid)), kBobLid);
  CHECK(failure_of([&] { t.signal.session("sess_a", jid(kBobLid)); }) ==
        ErrorCode::storage_corrupt);

  t.keys().destroy("sess_a");
  CHECK(failure_of([&] { t.signal.session("sess_a", kLid); }) == ErrorCode::key_missing);
}

TEST_CASE("sender keys of a group, and who has ours") {
  MessagingDatabase t;
  const auto group = jid(kGroup);
  const auto own = jid("100200999:7@lid");
  auto ours = signal::new_sender_key(t.rng);
  auto theirs = signal::process_distribution({}, signal::distribution(ours).value()).value();
  t.signal.save_sender_key("sess_a", group, own, ours);
  t.signal.save_sender_key("sess_a", group, kLid, theirs);
  t.commit();
  CHECK(signal::serialize(t.signal.sender_key("sess_a", group, own)) == signal::serialize(ours));
  CHECK(signal::serialize(t.signal.sender_key("sess_a", group, kLid)) == signal::serialize(theirs));
  CHECK(t.signal.sender_key("sess_b", group, own).empty());
  CHECK(t.signal.sender_key("sess_a", jid("1@g.us"), own).empty());

  t.signal.add_holders("sess_a", group, {kLid, jid(kAliceLid), jid(kBobLid)});
  t.signal.add_holders("sess_a", group, {kLid});
  CHECK(t.signal.holders("sess_a", group) ==
        std::set<wire::Jid>{kLid, jid(kAliceLid), jid(kBobLid)});
  t.signal.forget_holder("sess_a", group, kLid);
  CHECK(t.signal.holders("sess_a", group).count(kLid) == 0);
  t.signal.forget_holder_everywhere("sess_a", kLid);
  CHECK(t.signal.holders("sess_a", group) == std::set<wire::Jid>{jid(kBobLid)});

  t.signal.rotate_sender_key("sess_a", group);
  CHECK(t.signal.holders("sess_a", group).empty());
  CHECK(t.signal.sender_key("sess_a", group, own).empty());
  CHECK_FALSE(t.signal.sender_key("sess_a", group, kLid).empty());  // others' keys stay
  t.signal.save_sender_key("sess_a", group, kLid, {});
  CHECK(t.signal.sender_key("sess_a", group, kLid).empty());
}

TEST_CASE("what was kept under a phone number moves to the LID, unless that has its own") {
  MessagingDatabase t;
  const auto group = jid(kGroup);
  const auto phone0 = jid(kAlicePhone);
  const auto lid0 = jid(kAliceLid);
  t.signal.save_session("sess_a", kPhone, ratchet(1));
  t.signal.save_session("sess_a", phone0, ratchet(2));
  t.signal.save_session("sess_a", lid0, ratchet(3));
  t.signal.save_session("sess_a", jid(kBobPhone), ratchet(4));
  auto key = signal::new_sender_key(t.rng);
  t.signal.save_sender_key("sess_a", group, kPhone, key);
  t.signal.add_holders("sess_a", group, {kPhone, phone0, lid0, jid(kBobPhone)});

  t.signal.migrate("sess_a", phone0, lid0);
  t.commit();
  CHECK(mark_of(t.signal.session("sess_a", kLid)) == 1);
  CHECK(mark_of(t.signal.session("sess_a", lid0)) == 3);
  CHECK(t.signal.devices_with_session("sess_a", phone0).empty());
  CHECK(mark_of(t.signal.session("sess_a", jid(kBobPhone))) == 4);
  CHECK(signal::serialize(t.signal.sender_key("sess_a", group, kLid)) == signal::serialize(key));
  CHECK(t.signal.sender_key("sess_a", group, kPhone).empty());
  CHECK(t.signal.holders("sess_a", group) == std::set<wire::Jid>{kLid, lid0, jid(kBobPhone)});
  t.signal.migrate("sess_a", phone0, lid0);  // again changes nothing
  CHECK(mark_of(t.signal.session("sess_a", kLid)) == 1);
}

TEST_CASE("ratchets go with the credentials") {
  MessagingDatabase t;
  const auto group = jid(kGroup);
  t.signal.save_session("sess_a", kLid, ratchet(1));
  t.signal.save_sender_key("sess_a", group, kLid, signal::new_sender_key(t.rng));
  t.signal.add_holders("sess_a", group, {kLid});
  t.directory.learn("sess_a", jid(kAlicePhone), jid(kAliceLid), true);
  t.devices.wipe("sess_a");
  for (const char* sql :
       {"SELECT count(*) FROM ratchets", "SELECT count(*) FROM sender_keys",
        "SELECT count(*) FROM sender_key_holders", "SELECT count(*) FROM addresses"})
    CHECK(t.db().integer(sql) == 0);
  CHECK_THROWS_AS(t.signal.save_session("sess_a", kLid, ratchet(1)), SqliteFailure);
}

TEST_CASE("a new key for a session leaves nothing that it cannot open") {
  MessagingDatabase t;
  t.signal.save_session("sess_a", kLid, ratchet(1));
  t.signal.add_holders("sess_a", jid(kGroup), {kLid});
  t.keys().destroy("sess_a");  // its file got lost
  t.devices.save("sess_a", stanza::Device::generate(t.rng));
  CHECK(t.signal.session("sess_a", kLid).empty());
  CHECK(t.signal.holders("sess_a", jid(kGroup)).empty());
}

}  // namespace wasphere::store
