#include "core/signal/x3dh.h"

#include <algorithm>

namespace wasphere::signal {
namespace {

// FF×32, then up to four agreements. Zeroised when it goes.
class MasterSecret {
 public:
  MasterSecret() { std::fill_n(bytes_.mutable_array().begin(), 32, std::uint8_t{0xFF}); }

  void add(const crypto::PrivateKey& own, const crypto::PublicKey& theirs) {
    auto shared = crypto::agree(own, theirs);
    valid_ = valid_ && shared.has_value();
    if (!shared) return;
    std::copy(shared->array().begin(), shared->array().end(),
              bytes_.mutable_array().begin() + static_cast<std::ptrdiff_t>(size_));
    size_ += 32;
  }
  Outcome<RootAndChain> keys() const {
    if (!valid_) return failed(Fault::invalid_key, "a public key is of low order");
    return initial_keys(bytes_.view().first(size_));
  }

 private:
  Secret<160> bytes_;
  std::size_t size_ = 32;
  bool valid_ = true;
};

SessionState state_with(const LocalIdentity& own, const crypto::PublicKey& remote_identity,
                        std::uint32_t remote_registration_id, const crypto::PublicKey& base_key) {
  SessionState state;
  state.local_identity = own.key.public_key;
  state.local_registration_id = own.registration_id;
  state.remote_identity = remote_identity;
  state.remote_registration_id = remote_registration_id;
  state.base_key = base_key;
  return state;
}

}  // namespace

Outcome<SessionState> initiate(const LocalIdentity& own, const PreKeyBundle& bundle, Rng& rng) {
  if (!stanza::check_signed_pre_key(bundle.identity, bundle.signed_pre_key, bundle.signature))
    return failed(Fault::invalid_signature, "the signed pre-key's signature is wrong");
  auto base = crypto::KeyPair::generate(rng);
  MasterSecret secret;
  secret.add(own.key.private_key, bundle.signed_pre_key);
  secret.add(base.private_key, bundle.identity);
  secret.add(base.private_key, bundle.signed_pre_key);
  if (bundle.one_time) secret.add(base.private_key, bundle.one_time->key);
  WS_TRY(RootAndChain keys, secret.keys());

  SessionState state = state_with(own, bundle.identity, bundle.registration_id, base.public_key);
  state.ratchet_key = crypto::KeyPair::generate(rng);
  auto shared = crypto::agree(state.ratchet_key.private_key, bundle.signed_pre_key);
  if (!shared) return failed(Fault::invalid_key, "a public key is of low order");
  RootAndChain step = root_step(keys.root, *shared);
  state.root_key = step.root;
  state.sending.key = step.chain;
  state.pending.emplace();
  state.pending->signed_pre_key_id = bundle.signed_pre_key_id;
  if (bundle.one_time) state.pending->pre_key_id = bundle.one_time->id;
  return state;
}

Outcome<SessionState> respond(const LocalIdentity& own, const stanza::SignedPreKey& signed_pre_key,
                              const stanza::PreKey* one_time, const PreKeyHeader& header) {
  const crypto::PrivateKey& signed_private = signed_pre_key.key.private_key;
  MasterSecret secret;
  secret.add(signed_private, header.identity);
  secret.add(own.key.private_key, header.base_key);
  secret.add(signed_private, header.base_key);
  if (one_time != nullptr) secret.add(one_time->key.private_key, header.base_key);
  WS_TRY(RootAndChain keys, secret.keys());

  SessionState state = state_with(own, header.identity, header.registration_id, header.base_key);
  state.ratchet_key = signed_pre_key.key;
  state.root_key = keys.root;
  state.sending.key = keys.chain;
  return state;
}

}  // namespace wasphere::signal
