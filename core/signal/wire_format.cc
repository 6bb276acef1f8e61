#include "core/signal/wire_format.h"

#include <algorithm>
#include <string>

#include "core/proto/signal.pb.h"

namespace wasphere::signal {
namespace {

constexpr std::uint8_t kVersion = 3;
constexpr std::uint8_t kKeyType = 0x05;
constexpr std::size_t kAesBlock = 16;
constexpr std::size_t kMaxSize = 1 << 24;  // what a frame can carry

tl::unexpected<Failure> malformed(std::string_view what) {
  return failed(Fault::invalid_message, what);
}

// Version byte, then a protobuf message.
template <class Proto>
Outcome<Proto> parse_versioned(BytesView bytes) {
  if (bytes.empty()) return malformed("the message is empty");
  if (bytes[0] >> 4 != kVersion || (bytes[0] & 0x0F) > kVersion)
    return malformed("the message has an unknown version");
  if (bytes.size() > kMaxSize) return malformed("the message is too large");
  Proto out;
  BytesView body = bytes.subspan(1);
  if (!out.ParseFromArray(body.data(), static_cast<int>(body.size())))
    return malformed("the message cannot be read");
  return out;
}

// `extra`: room for what the caller appends.
template <class Proto>
Bytes build_versioned(const Proto& message, std::size_t extra = 0) {
  std::size_t size = message.ByteSizeLong();
  Bytes out;
  out.reserve(1 + size + extra);
  out.resize(1 + size);
  out[0] = kVersionByte;
  message.SerializeWithCachedSizesToArray(out.data() + 1);
  return out;
}

std::optional<crypto::PublicKey> read_key(const std::string& field) {
  BytesView bytes = as_bytes(field);
  if (bytes.size() != 33 || bytes[0] != kKeyType) return std::nullopt;
  return to_array<32>(bytes.subspan(1));
}

void write_key(std::string& field, const crypto::PublicKey& key) {
  field = to_text(crypto::with_type_byte(key));
}

void write_bytes(std::string& field, BytesView bytes) {
  field.assign(as_text(bytes));
}

bool is_ciphertext(const std::string& field) {
  return !field.empty() && field.size() % kAesBlock == 0;
}

}  // namespace

Outcome<SignalMessage> parse_signal_message(BytesView bytes) {
  SignalMessage out;
  if (bytes.size() <= out.mac.size()) return malformed("the message is too short");
  BytesView body = bytes.first(bytes.size() - out.mac.size());
  WS_TRY(const proto::SignalMessage fields, parse_versioned<proto::SignalMessage>(body));
  auto key = read_key(fields.ratchet_key());
  if (!key) return malformed("the ratchet key is missing or malformed");
  if (!fields.has_counter()) return malformed("the message counter is missing");
  if (!is_ciphertext(fields.ciphertext())) return malformed("the ciphertext is no whole block");
  out.ratchet_key = *key;
  out.counter = fields.counter();
  out.previous_counter = fields.previous_counter();
  out.ciphertext = to_bytes(as_bytes(fields.ciphertext()));
  out.authenticated = to_bytes(body);
  std::copy(bytes.end() - static_cast<std::ptrdiff_t>(out.mac.size()), bytes.end(),
            out.mac.begin());
  return out;
}

Bytes signal_message_body(const crypto::PublicKey& ratchet_key, std::uint32_t counter,
                          std::uint32_t previous_counter, BytesView ciphertext) {
  proto::SignalMessage fields;
  write_key(*fields.mutable_ratchet_key(), ratchet_key);
  fields.set_counter(counter);
  fields.set_previous_counter(previous_counter);
  write_bytes(*fields.mutable_ciphertext(), ciphertext);
  return build_versioned(fields, sizeof(Mac));
}

Bytes build(const SignalMessage& message) {
  return concat({message.authenticated, message.mac});
}

Outcome<PreKeySignalMessage> parse_pre_key_signal_message(BytesView bytes) {
  WS_TRY(const proto::PreKeySignalMessage fields,
         parse_versioned<proto::PreKeySignalMessage>(bytes));
  auto base_key = read_key(fields.base_key());
  auto identity = read_key(fields.identity_key());
  if (!base_key) return malformed("the base key is missing or malformed");
  if (!identity) return malformed("the identity key is missing or malformed");
  if (!fields.has_signed_pre_key_id()) return malformed("the signed pre-key id is missing");
  PreKeySignalMessage out;
  if (fields.has_pre_key_id()) out.header.pre_key_id = fields.pre_key_id();
  out.header.signed_pre_key_id = fields.signed_pre_key_id();
  out.header.registration_id = fields.registration_id();
  out.header.base_key = *base_key;
  out.header.identity = *identity;
  WS_TRY(out.message, parse_signal_message(as_bytes(fields.message())));
  return out;
}

Bytes build_pre_key_signal_message(const PreKeyHeader& header, BytesView signal_message) {
  proto::PreKeySignalMessage fields;
  if (header.pre_key_id) fields.set_pre_key_id(*header.pre_key_id);
  write_key(*fields.mutable_base_key(), header.base_key);
  write_key(*fields.mutable_identity_key(), header.identity);
  write_bytes(*fields.mutable_message(), signal_message);
  fields.set_registration_id(header.registration_id);
  fields.set_signed_pre_key_id(header.signed_pre_key_id);
  return build_versioned(fields);
}

Outcome<SenderKeyMessage> parse_sender_key_message(BytesView bytes) {
  SenderKeyMessage out;
  if (bytes.size() <= out.signature.size()) return malformed("the group message is too short");
  BytesView body = bytes.first(bytes.size() - out.signature.size());
  WS_TRY(const proto::SenderKeyMessage fields, parse_versioned<proto::SenderKeyMessage>(body));
  if (!fields.has_id()) return malformed("the sender key id is missing");
  if (!fields.has_iteration()) return malformed("the iteration is missing");
  if (!is_ciphertext(fields.ciphertext())) return malformed("the ciphertext is no whole block");
  out.key_id = fields.id();
  out.iteration = fields.iteration();
  out.ciphertext = to_bytes(as_bytes(fields.ciphertext()));
  out.authenticated = to_bytes(body);
  std::copy(bytes.end() - static_cast<std::ptrdiff_t>(out.signature.size()), bytes.end(),
            out.signature.begin());
  return out;
}

Bytes sender_key_message_body(std::uint32_t key_id, std::uint32_t iteration, BytesView ciphertext) {
  proto::SenderKeyMessage fields;
  fields.set_id(key_id);
  fields.set_iteration(iteration);
  write_bytes(*fields.mutable_ciphertext(), ciphertext);
  return build_versioned(fields, sizeof(crypto::Signature));
}

Bytes build(const SenderKeyMessage& message) {
  return concat({message.authenticated, message.signature});
}

Outcome<SenderKeyDistributionMessage> parse_sender_key_distribution(BytesView bytes) {
  WS_TRY(const proto::SenderKeyDistributionMessage fields,
         parse_versioned<proto::SenderKeyDistributionMessage>(bytes));
  if (!fields.has_id()) return malformed("the sender key id is missing");
  if (!fields.has_iteration()) return malformed("the iteration is missing");
  auto chain_key = Secret<32>::from(as_bytes(fields.chain_key()));
  auto signing_key = read_key(fields.signing_key());
  if (!chain_key) return malformed("the chain key is missing or malformed");
  if (!signing_key) return malformed("the signing key is missing or malformed");
  return SenderKeyDistributionMessage{fields.id(), fields.iteration(), *std::move(chain_key),
                                      *signing_key};
}

Bytes build(const SenderKeyDistributionMessage& message) {
  proto::SenderKeyDistributionMessage fields;
  fields.set_id(message.key_id);
  fields.set_iteration(message.iteration);
  write_bytes(*fields.mutable_chain_key(), message.chain_key.view());
  write_key(*fields.mutable_signing_key(), message.signing_key);
  return build_versioned(fields);
}

}  // namespace wasphere::signal
