#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include "tests/unit/signal_oracle/oracle_parts.h"

namespace wasphere::oracle {
namespace {

// Collects what is to be hashed.
struct Digest {
  Bytes key;
  Bytes data;
};

int random_bytes(std::uint8_t* data, std::size_t size, void* user) {
  static_cast<Rng*>(user)->fill({data, size});
  return 0;
}

int hmac_init(void** context, const std::uint8_t* key, std::size_t size, void*) {
  *context = new Digest{{key, key + size}, {}};
  return 0;
}

int sha512_init(void** context, void*) {
  *context = new Digest;
  return 0;
}

int update(void* context, const std::uint8_t* data, std::size_t size, void*) {
  append(static_cast<Digest*>(context)->data, {data, size});
  return 0;
}

int hmac_final(void* context, signal_buffer** out, void*) {
  auto* digest = static_cast<Digest*>(context);
  std::uint8_t mac[SHA256_DIGEST_LENGTH];
  HMAC(EVP_sha256(), digest->key.data(), static_cast<int>(digest->key.size()), digest->data.data(),
       digest->data.size(), mac, nullptr);
  *out = signal_buffer_create(mac, sizeof mac);
  return 0;
}

int sha512_final(void* context, signal_buffer** out, void*) {
  auto* digest = static_cast<Digest*>(context);
  std::uint8_t hash[SHA512_DIGEST_LENGTH];
  SHA512(digest->data.data(), digest->data.size(), hash);
  *out = signal_buffer_create(hash, sizeof hash);
  digest->data.clear();
  return 0;
}

void cleanup(void* context, void*) {
  delete static_cast<Digest*>(context);
}

int aes_cbc(signal_buffer** out, bool encrypt, const std::uint8_t* key, const std::uint8_t* iv,
            BytesView in) {
  std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(EVP_CIPHER_CTX_new(),
                                                                          EVP_CIPHER_CTX_free);
  Bytes buffer(in.size() + 16);
  int head = 0;
  int tail = 0;
  bool ok = EVP_CipherInit_ex(context.get(), EVP_aes_256_cbc(), nullptr, key, iv, encrypt) == 1 &&
            EVP_CipherUpdate(context.get(), buffer.data(), &head, in.data(),
                             static_cast<int>(in.size())) == 1 &&
            EVP_CipherFinal_ex(context.get(), buffer.data() + head, &tail) == 1;
  if (!ok) return SG_ERR_UNKNOWN;
  *out = signal_buffer_create(buffer.data(), static_cast<std::size_t>(head + tail));
  return 0;
}

bool is_aes256_cbc(int cipher, std::size_t key_size, std::size_t iv_size) {
  return cipher == SG_CIPHER_AES_CBC_PKCS5 && key_size == 32 && iv_size == 16;
}

int encrypt(signal_buffer** out, int cipher, const std::uint8_t* key, std::size_t key_size,
            const std::uint8_t* iv, std::size_t iv_size, const std::uint8_t* text, std::size_t size,
            void*) {
  if (!is_aes256_cbc(cipher, key_size, iv_size)) return SG_ERR_INVAL;
  return aes_cbc(out, true, key, iv, {text, size});
}

int decrypt(signal_buffer** out, int cipher, const std::uint8_t* key, std::size_t key_size,
            const std::uint8_t* iv, std::size_t iv_size, const std::uint8_t* text, std::size_t size,
            void*) {
  if (!is_aes256_cbc(cipher, key_size, iv_size)) return SG_ERR_INVAL;
  return aes_cbc(out, false, key, iv, {text, size});
}

}  // namespace

void set_crypto(signal_context* context, Rng& rng) {
  signal_crypto_provider provider{};
  provider.random_func = random_bytes;
  provider.hmac_sha256_init_func = hmac_init;
  provider.hmac_sha256_update_func = update;
  provider.hmac_sha256_final_func = hmac_final;
  provider.hmac_sha256_cleanup_func = cleanup;
  provider.sha512_digest_init_func = sha512_init;
  provider.sha512_digest_update_func = update;
  provider.sha512_digest_final_func = sha512_final;
  provider.sha512_digest_cleanup_func = cleanup;
  provider.encrypt_func = encrypt;
  provider.decrypt_func = decrypt;
  provider.user_data = &rng;
  require(signal_context_set_crypto_provider(context, &provider), "crypto provider");
}

}  // namespace wasphere::oracle
