#include "tests/unit/signal_oracle/oracle.h"

#include <group_cipher.h>
#include <group_session_builder.h>
#include <key_helper.h>
#include <protocol.h>
#include <session_builder.h>
#include <session_cipher.h>

#include <cstring>

#include "tests/support/seeded_rng.h"
#include "tests/unit/signal_oracle/oracle_parts.h"

namespace wasphere::oracle {
namespace {

constexpr std::uint32_t kSignedPreKeyId = 3;
constexpr signal_protocol_address kPeer{"peer", 4, 1};
constexpr signal_protocol_address kSelf{"self", 4, 1};
constexpr signal_protocol_sender_key_name kPeersKey{"group", 5, kPeer};
constexpr signal_protocol_sender_key_name kOwnKey{"group", 5, kSelf};

template <class T, void (*Free)(T*)>
struct Freed {
  void operator()(T* object) const { Free(object); }
};
using Builder = std::unique_ptr<session_builder, Freed<session_builder, session_builder_free>>;
using Cipher = std::unique_ptr<session_cipher, Freed<session_cipher, session_cipher_free>>;
using GroupCipher = std::unique_ptr<group_cipher, Freed<group_cipher, group_cipher_free>>;
using GroupBuilder = std::unique_ptr<group_session_builder,
                                     Freed<group_session_builder, group_session_builder_free>>;

crypto::PublicKey raw_key(const ec_public_key* key) {
  signal_buffer* buffer = nullptr;
  require(ec_public_key_serialize(&buffer, key), "public key");
  Bytes typed = take(buffer);
  return *to_array<32>(BytesView(typed).subspan(1));
}

Verdict verdict_of(int status) {
  if (status >= 0) return Verdict::opened;
  if (status == SG_ERR_DUPLICATE_MESSAGE) return Verdict::duplicate;
  return status == SG_ERR_NO_SESSION ? Verdict::no_session : Verdict::refused;
}

Opened opened(int status, signal_buffer* plaintext) {
  Opened out{verdict_of(status), {}};
  if (status >= 0) out.text = to_text(take(plaintext));
  return out;
}

}  // namespace

struct Oracle::Impl {
  explicit Impl(std::uint64_t seed) : rng(seed) {
    require(signal_context_create(&context, nullptr), "context");
    set_crypto(context, rng);
    require(signal_protocol_store_context_create(&store, context), "store");
    set_stores(store, memory);
    make_identity();
    make_signed_pre_key();
  }
  ~Impl() {
    signal_protocol_store_context_destroy(store);
    signal_context_destroy(context);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void make_identity() {
    ratchet_identity_key_pair* made = nullptr;
    require(signal_protocol_key_helper_generate_identity_key_pair(&made, context), "identity");
    identity.reset(made);
    signal_buffer* buffer = nullptr;
    require(ec_public_key_serialize(&buffer, ratchet_identity_key_pair_get_public(made)), "key");
    memory.identity_public = take(buffer);
    require(ec_private_key_serialize(&buffer, ratchet_identity_key_pair_get_private(made)), "key");
    memory.identity_private = take(buffer);
    memory.registration_id = static_cast<std::uint32_t>(rng.between(1, 16380));
  }

  void make_signed_pre_key() {
    session_signed_pre_key* made = nullptr;
    require(signal_protocol_key_helper_generate_signed_pre_key(&made, identity.get(),
                                                               kSignedPreKeyId, 0, context),
            "signed pre-key");
    signed_pre_key.reset(made);
    require(signal_protocol_signed_pre_key_store_key(store, made), "signed pre-key");
  }

  stanza::PublicPreKey mint() {
    ec_key_pair* pair = nullptr;
    require(curve_generate_key_pair(context, &pair), "key pair");
    Ref<ec_key_pair> owned_pair(pair);
    session_pre_key* key = nullptr;
    require(session_pre_key_create(&key, next_id, pair), "pre-key");
    Ref<session_pre_key> owned_key(key);
    require(signal_protocol_pre_key_store_key(store, key), "pre-key");
    return {next_id++, raw_key(ec_key_pair_get_public(pair))};
  }

  Ref<ec_public_key> import(const crypto::PublicKey& key) const {
    auto typed = crypto::with_type_byte(key);
    ec_public_key* out = nullptr;
    require(curve_decode_point(&out, typed.data(), typed.size(), context), "public key");
    return Ref<ec_public_key>(out);
  }

  Ref<ec_private_key> import(const crypto::PrivateKey& key) const {
    ec_private_key* out = nullptr;
    require(curve_decode_private_point(&out, key.array().data(), 32, context), "private key");
    return Ref<ec_private_key>(out);
  }

  Cipher cipher() const {
    session_cipher* out = nullptr;
    require(session_cipher_create(&out, store, &kPeer, context), "session cipher");
    return Cipher(out);
  }

  GroupCipher group(const signal_protocol_sender_key_name& name) const {
    group_cipher* out = nullptr;
    require(group_cipher_create(&out, store, &name, context), "group cipher");
    return GroupCipher(out);
  }

  GroupBuilder group_builder() const {
    group_session_builder* out = nullptr;
    require(group_session_builder_create(&out, store, context), "group builder");
    return GroupBuilder(out);
  }

  Opened open_msg(BytesView body) const {
    signal_message* parsed = nullptr;
    int status = signal_message_deserialize(&parsed, body.data(), body.size(), context);
    if (status < 0) return {};
    Ref<signal_message> message(parsed);
    signal_buffer* plaintext = nullptr;
    status = session_cipher_decrypt_signal_message(cipher().get(), parsed, nullptr, &plaintext);
    return opened(status, plaintext);
  }

  Opened open_pkmsg(BytesView body) const {
    pre_key_signal_message* parsed = nullptr;
    int status = pre_key_signal_message_deserialize(&parsed, body.data(), body.size(), context);
    if (status < 0) return {};
    Ref<pre_key_signal_message> message(parsed);
    signal_buffer* plaintext = nullptr;
    status =
        session_cipher_decrypt_pre_key_signal_message(cipher().get(), parsed, nullptr, &plaintext);
    return opened(status, plaintext);
  }

  test::SeededRng rng;
  Memory memory;
  signal_context* context = nullptr;
  signal_protocol_store_context* store = nullptr;
  Ref<ratchet_identity_key_pair> identity;
  Ref<session_signed_pre_key> signed_pre_key;
  std::uint32_t next_id = 1;
};

Oracle::Oracle(std::uint64_t seed) : impl_(std::make_unique<Impl>(seed)) {}
Oracle::~Oracle() = default;

signal::PreKeyBundle Oracle::bundle(bool with_one_time) {
  const auto* key = impl_->signed_pre_key.get();
  signal::PreKeyBundle out;
  out.registration_id = impl_->memory.registration_id;
  out.identity = raw_key(ratchet_identity_key_pair_get_public(impl_->identity.get()));
  out.signed_pre_key_id = kSignedPreKeyId;
  out.signed_pre_key = raw_key(ec_key_pair_get_public(session_signed_pre_key_get_key_pair(key)));
  std::memcpy(out.signature.data(), session_signed_pre_key_get_signature(key),
              out.signature.size());
  if (with_one_time) out.one_time = impl_->mint();
  return out;
}

std::size_t Oracle::one_time_keys() const {
  return impl_->memory.pre_keys.size();
}

bool Oracle::has_session() const {
  return impl_->memory.session.has_value();
}

void Oracle::forget() {
  impl_->memory.session.reset();
}

bool Oracle::begin(const signal::PreKeyBundle& bundle) {
  auto identity = impl_->import(bundle.identity);
  auto signed_key = impl_->import(bundle.signed_pre_key);
  Ref<ec_public_key> one_time;
  if (bundle.one_time) one_time = impl_->import(bundle.one_time->key);
  session_pre_key_bundle* raw = nullptr;
  require(session_pre_key_bundle_create(
              &raw, bundle.registration_id, 1, bundle.one_time ? bundle.one_time->id : 0,
              one_time.get(), bundle.signed_pre_key_id, signed_key.get(), bundle.signature.data(),
              bundle.signature.size(), identity.get()),
          "bundle");
  Ref<session_pre_key_bundle> owned(raw);
  session_builder* builder = nullptr;
  require(session_builder_create(&builder, impl_->store, &kPeer, impl_->context), "builder");
  return session_builder_process_pre_key_bundle(Builder(builder).get(), raw) >= 0;
}

Wire Oracle::send(std::string_view text) {
  ciphertext_message* raw = nullptr;
  BytesView bytes = as_bytes(text);
  require(session_cipher_encrypt(impl_->cipher().get(), bytes.data(), bytes.size(), &raw),
          "encrypt");
  Ref<ciphertext_message> message(raw);
  bool pre_key = ciphertext_message_get_type(raw) == CIPHERTEXT_PREKEY_TYPE;
  return {pre_key ? signal::CiphertextType::pkmsg : signal::CiphertextType::msg,
          bytes_of(ciphertext_message_get_serialized(raw))};
}

Opened Oracle::receive(const Wire& wire) {
  return wire.type == signal::CiphertextType::msg ? impl_->open_msg(wire.body)
                                                  : impl_->open_pkmsg(wire.body);
}

Bytes Oracle::distribution() {
  sender_key_distribution_message* raw = nullptr;
  require(group_session_builder_create_session(impl_->group_builder().get(), &raw, &kOwnKey),
          "sender key");
  Ref<sender_key_distribution_message> message(raw);
  return bytes_of(
      ciphertext_message_get_serialized(reinterpret_cast<const ciphertext_message*>(raw)));
}

void Oracle::rotate() {
  impl_->memory.sender_keys.erase("self");
}

Bytes Oracle::group_send(std::string_view text) {
  ciphertext_message* raw = nullptr;
  BytesView bytes = as_bytes(text);
  require(group_cipher_encrypt(impl_->group(kOwnKey).get(), bytes.data(), bytes.size(), &raw),
          "group encrypt");
  Ref<ciphertext_message> message(raw);
  return bytes_of(ciphertext_message_get_serialized(raw));
}

void Oracle::accept(BytesView distribution) {
  sender_key_distribution_message* raw = nullptr;
  require(sender_key_distribution_message_deserialize(&raw, distribution.data(),
                                                      distribution.size(), impl_->context),
          "distribution message");
  Ref<sender_key_distribution_message> message(raw);
  require(group_session_builder_process_session(impl_->group_builder().get(), &kPeersKey, raw),
          "distribution message");
}

Opened Oracle::group_receive(BytesView body) {
  sender_key_message* raw = nullptr;
  if (sender_key_message_deserialize(&raw, body.data(), body.size(), impl_->context) < 0) return {};
  Ref<sender_key_message> message(raw);
  signal_buffer* plaintext = nullptr;
  int status = group_cipher_decrypt(impl_->group(kPeersKey).get(), raw, nullptr, &plaintext);
  return opened(status, plaintext);
}

crypto::Signature Oracle::sign(const crypto::PrivateKey& key, BytesView message) {
  signal_buffer* signature = nullptr;
  require(curve_calculate_signature(impl_->context, &signature, impl_->import(key).get(),
                                    message.data(), message.size()),
          "signature");
  return to_array<64>(take(signature)).value();
}

bool Oracle::verify(const crypto::PublicKey& key, BytesView message, BytesView signature) {
  return curve_verify_signature(impl_->import(key).get(), message.data(), message.size(),
                                signature.data(), signature.size()) == 1;
}

ByteArray<32> Oracle::agree(const crypto::PrivateKey& own, const crypto::PublicKey& theirs) {
  std::uint8_t* shared = nullptr;
  int size =
      curve_calculate_agreement(&shared, impl_->import(theirs).get(), impl_->import(own).get());
  require(size, "agreement");
  auto out = to_array<32>(BytesView(shared, static_cast<std::size_t>(size)));
  std::free(shared);
  return out.value();
}

}  // namespace wasphere::oracle
