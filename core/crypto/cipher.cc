#include "core/crypto/cipher.h"

#include <stdexcept>

#include "core/crypto/openssl.h"

namespace wasphere::crypto {
namespace {

constexpr std::size_t kKey = 32;
constexpr std::size_t kGcmIv = 12;
constexpr std::size_t kTag = 16;
constexpr std::size_t kAesBlock = 16;

// One context a thread, used by one operation at a time.
EVP_CIPHER_CTX* scratch_context() {
  thread_local CipherContext context(EVP_CIPHER_CTX_new());
  require_openssl(context != nullptr, "cipher context");
  return context.get();
}

const EVP_CIPHER* gcm() {
  static const EVP_CIPHER* cipher = fetched_cipher("AES-256-GCM");
  return cipher;
}

const EVP_CIPHER* cbc() {
  static const EVP_CIPHER* cipher = fetched_cipher("AES-256-CBC");
  return cipher;
}

const EVP_CIPHER* ctr() {
  static const EVP_CIPHER* cipher = fetched_cipher("AES-256-CTR");
  return cipher;
}

bool fits(BytesView key, BytesView iv, std::size_t iv_size) {
  return key.size() == kKey && iv.size() == iv_size;
}

// Keys we encrypt with are our own: a wrong size is a bug, never input.
void require_sizes(BytesView key, BytesView iv, std::size_t iv_size) {
  if (!fits(key, iv, iv_size)) throw std::invalid_argument("AES key or IV of the wrong size");
}

// A null output would make OpenSSL take the data for AAD, so that nothing is fed at all if empty.
bool update(EVP_CIPHER_CTX* context, std::uint8_t* out, BytesView in) {
  int written = 0;
  return in.empty() ||
         EVP_CipherUpdate(context, out, &written, in.data(), openssl_size(in.size())) == 1;
}

EVP_CIPHER_CTX* start(const EVP_CIPHER* cipher, BytesView key, BytesView iv, bool encrypt) {
  EVP_CIPHER_CTX* context = scratch_context();
  int ok = EVP_CipherInit_ex2(context, cipher, key.data(), iv.data(), encrypt ? 1 : 0, nullptr);
  require_openssl(ok == 1, "cipher start");
  return context;
}

tl::unexpected<Error> refused(const char* message) {
  return fail(ErrorCode::crypto_error, message);
}

// CBC writes whole blocks, so that `out` must have room for one more than the input.
std::optional<std::size_t> run_cbc(EVP_CIPHER_CTX* context, BytesView in, Bytes& out) {
  int head = 0;
  int tail = 0;
  if (!in.empty() &&
      EVP_CipherUpdate(context, out.data(), &head, in.data(), openssl_size(in.size())) != 1)
    return std::nullopt;
  if (EVP_CipherFinal_ex(context, out.data() + head, &tail) != 1) return std::nullopt;
  return static_cast<std::size_t>(head + tail);
}

}  // namespace

Bytes aes_gcm_encrypt(BytesView key32, BytesView iv12, BytesView plaintext, BytesView aad) {
  require_sizes(key32, iv12, kGcmIv);
  EVP_CIPHER_CTX* context = start(gcm(), key32, iv12, true);
  Bytes out(plaintext.size() + kTag);
  std::uint8_t* tag = out.data() + plaintext.size();
  int tail = 0;
  bool ok = update(context, nullptr, aad) && update(context, out.data(), plaintext) &&
            EVP_CipherFinal_ex(context, tag, &tail) == 1 &&
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, kTag, tag) == 1;
  require_openssl(ok, "AES-GCM encryption");
  return out;
}

Result<Bytes> aes_gcm_decrypt(BytesView key32, BytesView iv12, BytesView ciphertext,
                              BytesView aad) {
  if (!fits(key32, iv12, kGcmIv)) return refused("AES-GCM key or IV of the wrong size");
  if (ciphertext.size() < kTag) return refused("ciphertext is shorter than its tag");
  BytesView body = ciphertext.first(ciphertext.size() - kTag);
  auto tag = *to_array<kTag>(ciphertext.last(kTag));
  EVP_CIPHER_CTX* context = start(gcm(), key32, iv12, false);
  require_openssl(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, kTag, tag.data()) == 1,
                  "AES-GCM tag");
  Bytes out(body.size());
  bool fed = update(context, nullptr, aad) && update(context, out.data(), body);
  int tail = 0;
  std::uint8_t nothing[kAesBlock];
  if (!fed || EVP_CipherFinal_ex(context, nothing, &tail) != 1) {
    wipe(out);
    return refused("authentication tag does not match");
  }
  return out;
}

Bytes aes_cbc_encrypt(BytesView key32, BytesView iv16, BytesView plaintext) {
  require_sizes(key32, iv16, kAesBlock);
  Bytes out(plaintext.size() + kAesBlock);
  auto size = run_cbc(start(cbc(), key32, iv16, true), plaintext, out);
  require_openssl(size.has_value(), "AES-CBC encryption");
  out.resize(*size);
  return out;
}

Result<Bytes> aes_cbc_decrypt(BytesView key32, BytesView iv16, BytesView ciphertext) {
  if (!fits(key32, iv16, kAesBlock)) return refused("AES-CBC key or IV of the wrong size");
  if (ciphertext.empty() || ciphertext.size() % kAesBlock != 0)
    return refused("AES-CBC ciphertext is not a whole number of blocks");
  Bytes out(ciphertext.size() + kAesBlock);
  auto size = run_cbc(start(cbc(), key32, iv16, false), ciphertext, out);
  if (!size) {
    wipe(out);
    return refused("AES-CBC padding is wrong");
  }
  out.resize(*size);
  return out;
}

Bytes aes_ctr(BytesView key32, BytesView iv16, BytesView data) {
  require_sizes(key32, iv16, kAesBlock);
  EVP_CIPHER_CTX* context = start(ctr(), key32, iv16, true);
  Bytes out(data.size());
  require_openssl(update(context, out.data(), data), "AES-CTR");
  return out;
}

}  // namespace wasphere::crypto
