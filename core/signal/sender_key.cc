#include "core/signal/sender_key.h"

#include <algorithm>
#include <limits>

#include "core/crypto/cipher.h"

namespace wasphere::signal {
namespace {

constexpr std::uint32_t kMaxKeyId = 0x7FFFFFFF;  // 31 bits

Outcome<Bytes> open(const SenderKeyMessage& message, const Secret<32>& seed) {
  GroupMessageKeys keys = group_message_keys(seed);
  auto plaintext = crypto::aes_cbc_decrypt(keys.cipher.view(), keys.iv.view(), message.ciphertext);
  if (!plaintext) return failed(Fault::invalid_message, "the ciphertext's padding is wrong");
  return *std::move(plaintext);
}

SenderKeyState state_from(const SenderKeyDistributionMessage& message,
                          const crypto::EdwardsKey& edwards) {
  SenderKeyState state;
  state.edwards = edwards;
  state.key_id = message.key_id;
  state.chain.next = {message.chain_key, message.iteration};
  state.signing_key = message.signing_key;
  return state;
}

auto find_key(std::vector<SenderKeyState>& states, std::uint32_t key_id) {
  return std::find_if(states.begin(), states.end(),
                      [&](const SenderKeyState& state) { return state.key_id == key_id; });
}

// A chain that was left behind further than messages may jump would never be caught up with.
void catch_up(MessageChain& chain, const SenderKeyDistributionMessage& message) {
  bool ahead = message.iteration > chain.next.index;
  if (ahead && message.iteration - chain.next.index > kMaxJump)
    chain.next = {message.chain_key, message.iteration};
}

const SenderKeyState* own_state(const SenderKeyRecord& record) {
  bool own = !record.empty() && record.states.front().signing_private;
  return own ? &record.states.front() : nullptr;
}

}  // namespace

SenderKeyRecord new_sender_key(Rng& rng) {
  SenderKeyState state;
  state.key_id = static_cast<std::uint32_t>(rng.between(1, kMaxKeyId));
  rng.fill(state.chain.next.key.mutable_array());
  auto signing = crypto::KeyPair::generate(rng);
  state.signing_key = signing.public_key;
  state.edwards = crypto::edwards_key(signing.private_key);
  state.signing_private = std::move(signing.private_key);
  SenderKeyRecord record;
  record.states.push_back(std::move(state));
  return record;
}

Outcome<SenderKeyDistributionMessage> distribution(const SenderKeyRecord& record) {
  const SenderKeyState* state = own_state(record);
  if (state == nullptr) return failed(Fault::no_session, "there is no own key for this group");
  const ChainKey& next = state->chain.next;
  return SenderKeyDistributionMessage{state->key_id, next.index, next.key, state->signing_key};
}

Outcome<GroupEncrypted> group_encrypt(SenderKeyRecord record, BytesView plaintext, Rng& rng) {
  if (own_state(record) == nullptr)
    return failed(Fault::no_session, "there is no own key for this group");
  SenderKeyState& state = record.states.front();
  ChainKey& next = state.chain.next;
  if (next.index == std::numeric_limits<std::uint32_t>::max())
    return failed(Fault::invalid_session, "the sender key is used up");
  GroupMessageKeys keys = group_message_keys(next.seed());
  Bytes ciphertext = crypto::aes_cbc_encrypt(keys.cipher.view(), keys.iv.view(), plaintext);
  Bytes body = sender_key_message_body(state.key_id, next.index, ciphertext);
  append(body, crypto::sign(*state.signing_private, state.edwards, body, rng));
  next.advance();
  return GroupEncrypted{std::move(record), std::move(body)};
}

Outcome<SenderKeyRecord> process_distribution(SenderKeyRecord record,
                                              const SenderKeyDistributionMessage& message) {
  auto& states = record.states;
  auto known = find_key(states, message.key_id);
  if (known != states.end() && known->signing_key == message.signing_key) {
    catch_up(known->chain, message);
    std::rotate(states.begin(), known, known + 1);
    return record;
  }
  auto edwards = crypto::edwards_key(message.signing_key);
  if (!edwards) return failed(Fault::invalid_key, "the sender's signing key is no usable key");
  if (known != states.end()) states.erase(known);
  states.insert(states.begin(), state_from(message, *edwards));
  if (states.size() > kMaxSenderKeyStates) states.resize(kMaxSenderKeyStates);
  return record;
}

Outcome<GroupDecrypted> group_decrypt(SenderKeyRecord record, const SenderKeyMessage& message,
                                      std::uint32_t max_jump) {
  auto state = find_key(record.states, message.key_id);
  if (state == record.states.end())
    return failed(Fault::no_session, "the sender's key for this group is missing");
  if (!crypto::verify(state->edwards, message.authenticated, message.signature))
    return failed(Fault::invalid_signature, "the group message's signature is wrong");
  WS_TRY(ChainStep step, step_to(state->chain, message.iteration, max_jump));
  WS_TRY(Bytes plaintext, open(message, step.seed));
  commit(state->chain, std::move(step));
  return GroupDecrypted{std::move(record), std::move(plaintext)};
}

}  // namespace wasphere::signal
