// Group messages recorded from another implementation.
#include <catch2/catch.hpp>

#include "core/signal/sender_key.h"
#include "tests/unit/core/signal/support.h"

using namespace wasphere;
using namespace wasphere::signal;
using namespace wasphere::signal_test;
using test::hex;

namespace {

SenderKeyRecord member(const char* distribution) {
  auto message = parse_sender_key_distribution(hex(known("sender_keys")[distribution])).value();
  return process_distribution({}, message).value();
}

Outcome<std::string> receive(SenderKeyRecord& record, const nlohmann::json& item) {
  auto message = parse_sender_key_message(hex(item["message"])).value();
  CHECK(message.iteration == item["iteration"].get<std::uint32_t>());
  WS_TRY(auto out, group_decrypt(record, message));
  record = std::move(out.next);
  return to_text(out.plaintext);
}

SenderKeyRecord own_record() {
  const auto& item = known("sender_keys");
  SenderKeyState state;
  state.key_id = item["key_id"];
  state.chain.next = {secret(item["chain_key"]), 0};
  state.signing_key = public_key(item["signing_pub"]);
  state.signing_private = private_key(item["signing_priv"]);
  state.edwards = crypto::edwards_key(*state.signing_private);
  return {{state}};
}

}  // namespace

TEST_CASE("sender key vectors: messages in order") {
  SenderKeyRecord record = member("skdm_initial");
  for (const auto& item : known("sender_keys")["sequential"])
    CHECK(receive(record, item).value() == item["plaintext"].get<std::string>());
}

TEST_CASE("sender key vectors: a sender that leaves gaps, out of order") {
  const auto& items = known("sender_keys")["baileys_messages"];
  SenderKeyRecord record = member("skdm_initial");
  for (const auto& at : known("sender_keys")["receive_order_checked"]) {
    const auto& item = items[at.get<std::size_t>()];
    CHECK(receive(record, item).value() == item["plaintext"].get<std::string>());
  }
  CHECK(receive(record, items[0]).error().fault == Fault::duplicate);
}

TEST_CASE("sender key vectors: a late device reads from where its key begins") {
  SenderKeyRecord late = member("skdm_after_4_baileys_messages");
  CHECK(late.states[0].chain.next.index == 7);
  MessageChain chain{{secret(known("sender_keys")["chain_key"]), 0}, {}};
  commit(chain, step_to(chain, 6, kMaxJump).value());
  CHECK(late.states[0].chain.next.key == chain.next.key);
}

TEST_CASE("sender key vectors: we write the same bytes, but for the random signature") {
  SenderKeyRecord record = own_record();
  CHECK(build(distribution(record).value()) == hex(known("sender_keys")["skdm_initial"]));
  test::SeededRng rng;
  for (const auto& item : known("sender_keys")["sequential"]) {
    std::string text = item["plaintext"];
    auto out = group_encrypt(record, as_bytes(text), rng).value();
    auto own = parse_sender_key_message(out.body).value();
    auto theirs = parse_sender_key_message(hex(item["message"])).value();
    CHECK(own.authenticated == theirs.authenticated);
    auto key = record.states[0].signing_key;
    CHECK(crypto::verify(key, own.authenticated, own.signature));
    CHECK(crypto::verify(key, own.authenticated, theirs.signature));
    record = out.next;
  }
}
