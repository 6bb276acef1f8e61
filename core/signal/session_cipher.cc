#include "core/signal/session_cipher.h"

#include <algorithm>
#include <limits>

#include "core/crypto/cipher.h"
#include "core/crypto/hash.h"
#include "core/signal/x3dh.h"

namespace wasphere::signal {
namespace {

Mac mac_of(const Secret<32>& key, const crypto::PublicKey& sender,
           const crypto::PublicKey& receiver, BytesView authenticated) {
  Bytes input =
      concat({crypto::with_type_byte(sender), crypto::with_type_byte(receiver), authenticated});
  ByteArray<32> full = crypto::hmac_sha256(key.view(), input);
  Mac out;
  std::copy_n(full.begin(), out.size(), out.begin());
  return out;
}

Outcome<Bytes> open(const SessionState& state, const SignalMessage& message,
                    const Secret<32>& seed) {
  MessageKeys keys = message_keys(seed);
  Mac expected =
      mac_of(keys.mac, state.remote_identity, state.local_identity, message.authenticated);
  if (!equal_constant_time(expected, message.mac))
    return failed(Fault::bad_mac, "the message's MAC is wrong");
  auto plaintext = crypto::aes_cbc_decrypt(keys.cipher.view(), keys.iv.view(), message.ciphertext);
  if (!plaintext) return failed(Fault::invalid_message, "the ciphertext's padding is wrong");
  return *std::move(plaintext);
}

Outcome<Bytes> read_in_chain(const SessionState& state, MessageChain& chain,
                             const SignalMessage& message, std::uint32_t max_jump) {
  WS_TRY(ChainStep step, step_to(chain, message.counter, max_jump));
  WS_TRY(Bytes plaintext, open(state, message, step.seed));
  commit(chain, std::move(step));
  return plaintext;
}

// Our half of a turn: a new ratchet key, and the sending chain it begins.
Status turn_sending(SessionState& state, const Secret<32>& root, const crypto::PublicKey& theirs,
                    Rng& rng) {
  auto ratchet_key = crypto::KeyPair::generate(rng);
  WS_TRY(Secret<32> shared, crypto::agree(ratchet_key.private_key, theirs));
  RootAndChain step = root_step(root, shared);
  state.previous_counter = std::max(state.sending.index, 1U) - 1;
  state.ratchet_key = std::move(ratchet_key);
  state.root_key = step.root;
  state.sending = {step.chain, 0};
  return {};
}

// A message under a ratchet key we have not seen. Our half of the turn waits until it has proved
// genuine, so that a forged one costs one agreement and changes nothing.
Outcome<Bytes> read_with_turn(SessionState& state, const SignalMessage& message, Rng& rng,
                              std::uint32_t max_jump) {
  auto shared = crypto::agree(state.ratchet_key.private_key, message.ratchet_key);
  if (!shared) return failed(Fault::invalid_key, "the ratchet key is of low order");
  RootAndChain step = root_step(state.root_key, *shared);
  ReceiverChain chain{message.ratchet_key, {{step.chain, 0}, {}}};
  WS_TRY(Bytes plaintext, read_in_chain(state, chain.messages, message, max_jump));
  if (!turn_sending(state, step.root, message.ratchet_key, rng))
    return failed(Fault::invalid_key, "the ratchet key is of low order");
  state.receiving.push_back(std::move(chain));
  if (state.receiving.size() > kMaxReceiverChains) state.receiving.erase(state.receiving.begin());
  return plaintext;
}

ReceiverChain* chain_for(SessionState& state, const crypto::PublicKey& ratchet_key) {
  auto found =
      std::find_if(state.receiving.begin(), state.receiving.end(),
                   [&](const ReceiverChain& chain) { return chain.ratchet_key == ratchet_key; });
  return found == state.receiving.end() ? nullptr : &*found;
}

// A message this state has opened proves that the peer has it too: no pre-keys any more.
Outcome<Bytes> settled(SessionState& state, Outcome<Bytes> plaintext) {
  if (plaintext) state.pending.reset();
  return plaintext;
}

// Positions of states: 0 is the current one, the archived ones follow.
SessionState* state_at(SessionRecord& record, std::size_t position) {
  if (position == 0) return record.current ? &*record.current : nullptr;
  return &record.archived[position - 1];
}

void promote(SessionRecord& record, std::size_t position) {
  if (position == 0) return;
  auto found = record.archived.begin() + static_cast<std::ptrdiff_t>(position - 1);
  bool same_peer = !record.current || record.current->remote_identity == found->remote_identity;
  if (!same_peer) return;
  SessionState state = std::move(*found);
  record.archived.erase(found);
  archive_current(record);
  record.current = std::move(state);
}

Outcome<Decrypted> decrypted(SessionRecord record, std::size_t position, Bytes plaintext) {
  promote(record, position);
  trim_skipped_keys(record);
  return Decrypted{std::move(record), std::move(plaintext), false, std::nullopt};
}

Outcome<Decrypted> decrypt_with_turn(SessionRecord record, const SignalMessage& message, Rng& rng,
                                     std::uint32_t max_jump) {
  std::optional<Failure> first;
  for (std::size_t i = 0; i <= record.archived.size(); ++i) {
    SessionState* state = state_at(record, i);
    if (state == nullptr) continue;
    auto plaintext = settled(*state, read_with_turn(*state, message, rng, max_jump));
    if (plaintext) return decrypted(std::move(record), i, *std::move(plaintext));
    if (!first) first = plaintext.error();
  }
  return fail(first.value_or(Failure{Fault::no_session, "there is no session with this device"}));
}

Bytes signed_body(const SessionState& state, BytesView plaintext) {
  MessageKeys keys = message_keys(state.sending.seed());
  Bytes ciphertext = crypto::aes_cbc_encrypt(keys.cipher.view(), keys.iv.view(), plaintext);
  Bytes body = signal_message_body(state.ratchet_key.public_key, state.sending.index,
                                   state.previous_counter, ciphertext);
  append(body, mac_of(keys.mac, state.local_identity, state.remote_identity, body));
  return body;
}

Bytes wrapped(const SessionState& state, BytesView body) {
  PreKeyHeader header{state.pending->pre_key_id, state.pending->signed_pre_key_id,
                      state.local_registration_id, state.base_key, state.local_identity};
  return build_pre_key_signal_message(header, body);
}

Outcome<SessionState> answer(const PreKeyHeader& header, const PreKeyInputs& inputs) {
  if (!inputs.signed_pre_key || inputs.signed_pre_key->id != header.signed_pre_key_id)
    return failed(Fault::invalid_key_id, "the signed pre-key is not ours");
  if (!header.pre_key_id) return respond(inputs.own, *inputs.signed_pre_key, nullptr, header);
  if (!inputs.one_time || inputs.one_time->id != *header.pre_key_id)
    return failed(Fault::invalid_key_id, "the one-time pre-key is not ours or was used");
  return respond(inputs.own, *inputs.signed_pre_key, &*inputs.one_time, header);
}

}  // namespace

Outcome<SessionRecord> begin_session(SessionRecord record, const LocalIdentity& own,
                                     const PreKeyBundle& bundle, Rng& rng) {
  WS_TRY(SessionState state, initiate(own, bundle, rng));
  archive_current(record);
  record.current = std::move(state);
  return record;
}

Outcome<Encrypted> encrypt(SessionRecord record, BytesView plaintext) {
  if (!record.current) return failed(Fault::no_session, "there is no session with this device");
  SessionState& state = *record.current;
  if (state.sending.index == std::numeric_limits<std::uint32_t>::max())
    return failed(Fault::invalid_session, "the sending chain is used up");
  Bytes body = signed_body(state, plaintext);
  state.sending.advance();
  auto type = CiphertextType::msg;
  if (state.pending) {
    type = CiphertextType::pkmsg;
    body = wrapped(state, body);
  }
  return Encrypted{std::move(record), type, std::move(body)};
}

Outcome<Decrypted> decrypt(SessionRecord record, const SignalMessage& message, Rng& rng,
                           std::uint32_t max_jump) {
  for (std::size_t i = 0; i <= record.archived.size(); ++i) {
    SessionState* state = state_at(record, i);
    ReceiverChain* chain = state ? chain_for(*state, message.ratchet_key) : nullptr;
    if (chain == nullptr) continue;
    WS_TRY(Bytes plaintext,
           settled(*state, read_in_chain(*state, chain->messages, message, max_jump)));
    return decrypted(std::move(record), i, std::move(plaintext));
  }
  return decrypt_with_turn(std::move(record), message, rng, max_jump);
}

Outcome<Decrypted> decrypt_pre_key(SessionRecord record, const PreKeySignalMessage& message,
                                   const PreKeyInputs& inputs, Rng& rng, std::uint32_t max_jump) {
  // The one-time key is gone once its session exists; a redelivery or a second message uses that.
  if (find_base_key(record, message.header.base_key) != nullptr)
    return decrypt(std::move(record), message.message, rng, max_jump);
  WS_TRY(SessionState state, answer(message.header, inputs));
  WS_TRY(Bytes plaintext, read_with_turn(state, message.message, rng, max_jump));
  archive_current(record);
  record.current = std::move(state);
  trim_skipped_keys(record);
  return Decrypted{std::move(record), std::move(plaintext), true, message.header.pre_key_id};
}

}  // namespace wasphere::signal
