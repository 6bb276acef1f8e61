// What the OpenSSL-based files share. Only for .cc files of core/crypto.
#pragma once

#include <openssl/evp.h>

#include <memory>

#include "core/util/bytes.h"

namespace wasphere::crypto {

// Throws std::runtime_error with OpenSSL's reason. Only for calls that cannot fail on any input:
// out of memory, or a library without the algorithm.
void require_openssl(bool ok, const char* what);
// The size as OpenSSL wants it. Throws std::length_error beyond 2 GiB.
int openssl_size(std::size_t size);

struct OpensslDelete {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, OpensslDelete>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, OpensslDelete>;

// Algorithms are fetched once for the process: a fetch costs more than hashing a small message.
const EVP_MD* fetched_digest(const char* name);
const EVP_CIPHER* fetched_cipher(const char* name);

}  // namespace wasphere::crypto
