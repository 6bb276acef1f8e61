#include "core/crypto/system_rng.h"

#include <openssl/rand.h>

#include "core/crypto/openssl.h"

namespace wasphere::crypto {

void SystemRng::fill(std::span<std::uint8_t> out) {
  require_openssl(RAND_bytes(out.data(), openssl_size(out.size())) == 1, "random numbers");
}

}  // namespace wasphere::crypto
