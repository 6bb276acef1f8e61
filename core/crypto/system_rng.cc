#include "core/crypto/system_rng.h"

#include <openssl/rand.h>

#include <algorithm>

#include "core/crypto/openssl.h"

namespace wasphere::crypto {
namespace {

void draw(std::span<std::uint8_t> out) {
  require_openssl(RAND_bytes(out.data(), openssl_size(out.size())) == 1, "random numbers");
}

// Most draws are a few bytes, and OpenSSL's cost is the same for hundreds. What was handed out is
// not kept.
class Pool {
 public:
  Pool() = default;
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  ~Pool() { wipe(bytes_); }

  void take(std::span<std::uint8_t> out) {
    if (left_ < out.size()) refill();
    const auto from = std::span(bytes_).subspan(bytes_.size() - left_, out.size());
    std::ranges::copy(from, out.begin());
    wipe(from);
    left_ -= out.size();
  }

 private:
  void refill() {
    left_ = 0;
    draw(bytes_);
    left_ = bytes_.size();
  }

  ByteArray<512> bytes_{};
  std::size_t left_ = 0;
};

constexpr std::size_t kMostPooled = 64;

}  // namespace

void SystemRng::fill(std::span<std::uint8_t> out) {
  thread_local Pool pool;
  if (out.size() > kMostPooled) return draw(out);
  pool.take(out);
}

}  // namespace wasphere::crypto
