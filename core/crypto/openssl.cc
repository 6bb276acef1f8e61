#include "core/crypto/openssl.h"

#include <openssl/err.h>

#include <climits>
#include <stdexcept>
#include <string>

namespace wasphere::crypto {

void require_openssl(bool ok, const char* what) {
  if (ok) return;
  char reason[256];
  ERR_error_string_n(ERR_get_error(), reason, sizeof reason);
  throw std::runtime_error(std::string("OpenSSL: ") + what + ": " + reason);
}

int openssl_size(std::size_t size) {
  if (size > INT_MAX) throw std::length_error("more than 2 GiB in one cryptographic operation");
  return static_cast<int>(size);
}

const EVP_MD* fetched_digest(const char* name) {
  const EVP_MD* digest = EVP_MD_fetch(nullptr, name, nullptr);
  require_openssl(digest != nullptr, name);
  return digest;
}

const EVP_CIPHER* fetched_cipher(const char* name) {
  const EVP_CIPHER* cipher = EVP_CIPHER_fetch(nullptr, name, nullptr);
  require_openssl(cipher != nullptr, name);
  return cipher;
}

}  // namespace wasphere::crypto
