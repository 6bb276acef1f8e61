// The four encrypted forms as bytes (protocol 2, sections 1.3 and 1.6). Parsers are total and
// strict: every field that a ratchet needs is there and of its size; fields may come in any order,
// unknown ones are skipped. They answer invalid_message, and verify nothing.
#pragma once

#include <cstdint>
#include <optional>

#include "core/crypto/curve.h"
#include "core/signal/failure.h"

namespace wasphere::signal {

// High half: the version of the message. Low half: the newest its sender knows.
inline constexpr std::uint8_t kVersionByte = 0x33;

using Mac = ByteArray<8>;

// "msg"
struct SignalMessage {
  crypto::PublicKey ratchet_key{};
  std::uint32_t counter = 0;
  std::uint32_t previous_counter = 0;
  Bytes ciphertext;
  Bytes authenticated;  // the bytes that the MAC covers: all before it
  Mac mac{};
};
Outcome<SignalMessage> parse_signal_message(BytesView bytes);
// Without its MAC, which the caller appends.
Bytes signal_message_body(const crypto::PublicKey& ratchet_key, std::uint32_t counter,
                          std::uint32_t previous_counter, BytesView ciphertext);
Bytes build(const SignalMessage& message);

// What a peer needs to build the session that the enclosed message belongs to.
struct PreKeyHeader {
  std::optional<std::uint32_t> pre_key_id;  // absent: no one-time key was used
  std::uint32_t signed_pre_key_id = 0;
  std::uint32_t registration_id = 0;
  crypto::PublicKey base_key{};
  crypto::PublicKey identity{};
};

// "pkmsg"
struct PreKeySignalMessage {
  PreKeyHeader header;
  SignalMessage message;
};
Outcome<PreKeySignalMessage> parse_pre_key_signal_message(BytesView bytes);
Bytes build_pre_key_signal_message(const PreKeyHeader& header, BytesView signal_message);

// "skmsg"
struct SenderKeyMessage {
  std::uint32_t key_id = 0;
  std::uint32_t iteration = 0;
  Bytes ciphertext;
  Bytes authenticated;  // the bytes that are signed: all before the signature
  crypto::Signature signature{};
};
Outcome<SenderKeyMessage> parse_sender_key_message(BytesView bytes);
// Without its signature, which the caller appends.
Bytes sender_key_message_body(std::uint32_t key_id, std::uint32_t iteration, BytesView ciphertext);
Bytes build(const SenderKeyMessage& message);

// The secret of a group's sender; travels inside pairwise messages.
struct SenderKeyDistributionMessage {
  std::uint32_t key_id = 0;
  std::uint32_t iteration = 0;
  Secret<32> chain_key;
  crypto::PublicKey signing_key{};
};
Outcome<SenderKeyDistributionMessage> parse_sender_key_distribution(BytesView bytes);
Bytes build(const SenderKeyDistributionMessage& message);

}  // namespace wasphere::signal
