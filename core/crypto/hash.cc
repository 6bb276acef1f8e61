#include "core/crypto/hash.h"

#include <algorithm>
#include <stdexcept>

#include "core/crypto/openssl.h"

namespace wasphere::crypto {
namespace {

constexpr std::size_t kBlock = 64;
constexpr std::size_t kDigest = 32;

const EVP_MD* sha256_digest() {
  static const EVP_MD* digest = fetched_digest("SHA256");
  return digest;
}

EVP_MD_CTX* scratch_context() {
  thread_local DigestContext context(EVP_MD_CTX_new());
  require_openssl(context != nullptr, "digest context");
  return context.get();
}

template <std::size_t N>
ByteArray<N> digest(const EVP_MD* algorithm, std::initializer_list<BytesView> parts) {
  EVP_MD_CTX* context = scratch_context();
  ByteArray<N> out;
  bool ok = EVP_DigestInit_ex2(context, algorithm, nullptr) == 1;
  for (BytesView part : parts) ok = ok && EVP_DigestUpdate(context, part.data(), part.size()) == 1;
  ok = ok && EVP_DigestFinal_ex(context, out.data(), nullptr) == 1;
  require_openssl(ok, "digest");
  return out;
}

ByteArray<kDigest> hash(std::initializer_list<BytesView> parts) {
  return digest<kDigest>(sha256_digest(), parts);
}

// RFC 2104, with the padded keys kept, so that HKDF's several MACs under one key share them.
class HmacKey {
 public:
  explicit HmacKey(BytesView key) {
    ByteArray<kDigest> shortened;
    if (key.size() > kBlock) {
      shortened = hash({key});
      key = shortened;
    }
    std::copy(key.begin(), key.end(), inner_.begin());
    for (std::size_t i = 0; i < kBlock; ++i) {
      outer_[i] = inner_[i] ^ 0x5C;
      inner_[i] ^= 0x36;
    }
  }
  HmacKey(const HmacKey&) = delete;
  HmacKey& operator=(const HmacKey&) = delete;
  ~HmacKey() {
    wipe(inner_);
    wipe(outer_);
  }

  ByteArray<kDigest> mac(BytesView a, BytesView b = {}, BytesView c = {}) const {
    return hash({outer_, hash({inner_, a, b, c})});
  }

 private:
  ByteArray<kBlock> inner_{};
  ByteArray<kBlock> outer_{};
};

}  // namespace

ByteArray<32> sha256(BytesView data) {
  return hash({data});
}

ByteArray<20> sha1(BytesView data) {
  static const EVP_MD* algorithm = fetched_digest("SHA1");
  return digest<20>(algorithm, {data});
}

ByteArray<16> md5(BytesView data) {
  static const EVP_MD* algorithm = fetched_digest("MD5");
  return digest<16>(algorithm, {data});
}

ByteArray<32> hmac_sha256(BytesView key, BytesView data) {
  return HmacKey(key).mac(data);
}

Bytes hkdf_sha256(BytesView key_material, BytesView salt, BytesView info, std::size_t length) {
  if (length > 255 * kDigest) throw std::length_error("HKDF gives at most 8160 bytes");
  // HMAC pads its key with zeros, so that an empty salt is the same as 32 zero bytes.
  ByteArray<kDigest> extracted = hmac_sha256(salt, key_material);
  HmacKey key(extracted);
  wipe(extracted);
  Bytes out;
  out.reserve(length);
  ByteArray<kDigest> block;
  for (std::uint8_t counter = 1; out.size() < length; ++counter) {
    BytesView previous = counter == 1 ? BytesView{} : BytesView(block);
    block = key.mac(previous, info, BytesView(&counter, 1));
    append(out, BytesView(block).first(std::min(kDigest, length - out.size())));
  }
  wipe(block);
  return out;
}

ByteArray<32> pbkdf2_sha256(BytesView password, BytesView salt, unsigned iterations) {
  ByteArray<32> out;
  int ok = PKCS5_PBKDF2_HMAC(reinterpret_cast<const char*>(password.data()),
                             openssl_size(password.size()), salt.data(), openssl_size(salt.size()),
                             openssl_size(iterations), sha256_digest(), 32, out.data());
  require_openssl(ok == 1, "PBKDF2");
  return out;
}

}  // namespace wasphere::crypto
