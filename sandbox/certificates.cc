#include "sandbox/certificates.h"

namespace wasphere::sandbox {
namespace {

constexpr std::uint64_t kDay = 24 * 60 * 60;
constexpr std::uint64_t kBackdated = kDay;  // tolerates a client whose clock is behind
constexpr std::uint64_t kLifetime = 60 * kDay;
constexpr std::uint64_t kRenewBefore = 20 * kDay;

}  // namespace

Certificates::Certificates(ServerKeys keys, const runtime::Clock& clock, Rng& rng)
    : keys_(std::move(keys)), clock_(clock), rng_(rng) {}

ServerKeys Certificates::make_keys(Rng& rng) {
  return {.root = crypto::KeyPair::generate(rng),
          .intermediate = crypto::KeyPair::generate(rng),
          .leaf = crypto::KeyPair::generate(rng)};
}

noise::ServerConfig Certificates::config(ChainFault fault) {
  if (fault != ChainFault::none) return {keys_.leaf, issue(fault)};
  if (stale()) {
    const auto now = runtime::unix_seconds(clock_);
    not_before_ = now - kBackdated;
    not_after_ = now + kLifetime;
    chain_ = issue(ChainFault::none);
  }
  return {keys_.leaf, chain_};
}

bool Certificates::stale() const {
  const auto now = runtime::unix_seconds(clock_);
  return chain_.empty() || now < not_before_ || now + kRenewBefore >= not_after_;
}

Bytes Certificates::issue(ChainFault fault) {
  const auto stranger = crypto::KeyPair::generate(rng_);
  noise::ChainRequest request;
  request.leaf_key = fault == ChainFault::wrong_leaf ? stranger.public_key : keys_.leaf.public_key;
  request.intermediate = &keys_.intermediate;
  request.root_key =
      fault == ChainFault::wrong_root ? &stranger.private_key : &keys_.root.private_key;
  const auto now = runtime::unix_seconds(clock_);
  request.not_before = fault == ChainFault::expired ? now - kLifetime : now - kBackdated;
  request.not_after = fault == ChainFault::expired ? now - kDay : now + kLifetime;
  return noise::issue_chain(request, rng_);
}

}  // namespace wasphere::sandbox
