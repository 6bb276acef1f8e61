#include "core/signal/kdf.h"

#include <algorithm>
#include <string_view>

#include "core/crypto/hash.h"

namespace wasphere::signal {
namespace {

constexpr ByteArray<1> kSeedLabel{0x01};
constexpr ByteArray<1> kChainLabel{0x02};

Secret<32> labelled(const Secret<32>& key, const ByteArray<1>& label) {
  ByteArray<32> out = crypto::hmac_sha256(key.view(), label);
  Secret<32> secret(out);
  wipe(out);
  return secret;
}

// HKDF's output, zeroised when it goes.
class Expanded {
 public:
  Expanded(BytesView key_material, BytesView salt, std::string_view info, std::size_t size)
      : bytes_(crypto::hkdf_sha256(key_material, salt, as_bytes(info), size)) {}
  Expanded(const Expanded&) = delete;
  Expanded& operator=(const Expanded&) = delete;
  ~Expanded() { wipe(bytes_); }

  template <std::size_t N>
  Secret<N> at(std::size_t offset) const {
    Secret<N> out;
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(offset), N,
                out.mutable_array().begin());
    return out;
  }

 private:
  Bytes bytes_;
};

RootAndChain root_and_chain(BytesView key_material, BytesView salt, std::string_view info) {
  Expanded keys(key_material, salt, info, 64);
  return {keys.at<32>(0), keys.at<32>(32)};
}

}  // namespace

Secret<32> ChainKey::seed() const {
  return labelled(key, kSeedLabel);
}

void ChainKey::advance() {
  key = labelled(key, kChainLabel);
  ++index;
}

RootAndChain initial_keys(BytesView master_secret) {
  return root_and_chain(master_secret, {}, "WhisperText");
}

RootAndChain root_step(const Secret<32>& root, const Secret<32>& shared) {
  return root_and_chain(shared.view(), root.view(), "WhisperRatchet");
}

MessageKeys message_keys(const Secret<32>& seed) {
  Expanded keys(seed.view(), {}, "WhisperMessageKeys", 80);
  return {keys.at<32>(0), keys.at<32>(32), keys.at<16>(64)};
}

GroupMessageKeys group_message_keys(const Secret<32>& seed) {
  Expanded keys(seed.view(), {}, "WhisperGroup", 48);
  return {keys.at<16>(0), keys.at<32>(16)};
}

}  // namespace wasphere::signal
