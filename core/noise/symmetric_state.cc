#include "core/noise/symmetric_state.h"

#include <algorithm>

#include "core/crypto/cipher.h"
#include "core/crypto/hash.h"
#include "core/noise/nonce.h"

namespace wasphere::noise {
namespace {

struct TwoKeys {
  Secret<32> first;
  Secret<32> second;
};

TwoKeys derive(BytesView chaining_key, BytesView key_material) {
  Bytes both = crypto::hkdf_sha256(key_material, chaining_key, {}, 64);
  TwoKeys out{*Secret<32>::from(BytesView(both).first(32)),
              *Secret<32>::from(BytesView(both).last(32))};
  wipe(both);
  return out;
}

}  // namespace

SymmetricState::SymmetricState(std::string_view protocol_name) {
  if (protocol_name.size() > hash_.size())
    hash_ = crypto::sha256(as_bytes(protocol_name));
  else
    std::copy(protocol_name.begin(), protocol_name.end(), hash_.begin());
  chaining_key_ = Secret<32>(hash_);
  key_ = Secret<32>(hash_);
}

void SymmetricState::mix_hash(BytesView data) {
  hash_ = crypto::sha256(concat({hash_, data}));
}

void SymmetricState::mix_key(BytesView key_material) {
  TwoKeys keys = derive(chaining_key_.view(), key_material);
  chaining_key_ = std::move(keys.first);
  key_ = std::move(keys.second);
  counter_ = 0;
}

Status SymmetricState::mix_agreement(const crypto::PrivateKey& own,
                                     const crypto::PublicKey& theirs) {
  WS_TRY(Secret<32> shared, crypto::agree(own, theirs));
  mix_key(shared.view());
  return {};
}

Bytes SymmetricState::encrypt(BytesView plaintext) {
  Bytes out = crypto::aes_gcm_encrypt(key_.view(), nonce_iv(counter_++), plaintext, hash_);
  mix_hash(out);
  return out;
}

Result<Bytes> SymmetricState::decrypt(BytesView ciphertext) {
  WS_TRY(Bytes plaintext,
         crypto::aes_gcm_decrypt(key_.view(), nonce_iv(counter_), ciphertext, hash_));
  ++counter_;
  mix_hash(ciphertext);
  return plaintext;
}

TransportKeys SymmetricState::split() const {
  TwoKeys keys = derive(chaining_key_.view(), {});
  return {std::move(keys.first), std::move(keys.second)};
}

}  // namespace wasphere::noise
