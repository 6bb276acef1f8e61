#include "sandbox/tokens.h"

namespace wasphere::sandbox {
namespace {

constexpr std::size_t kTokenBytes = 16;
constexpr std::uint64_t kBucket = 604'800;  // seconds
constexpr std::uint64_t kBuckets = 4;

bool expired(std::uint64_t time, std::uint64_t now) {
  return time < (now / kBucket - (kBuckets - 1)) * kBucket;
}

}  // namespace

const Tokens::Token* Tokens::issue(const AccountRecord& issuer, const AccountRecord& to,
                                   std::uint64_t time, Rng& rng) {
  auto& token = tokens_[{issuer.number, to.number}];
  if (time < token.time) return nullptr;
  token = {rng.bytes(kTokenBytes), time};
  return &token;
}

bool Tokens::valid(const AccountRecord& issuer, const AccountRecord& sender,
                   const wire::Node& message, std::uint64_t now) const {
  const auto found = tokens_.find({issuer.number, sender.number});
  const auto* shown = message.child("tctoken");
  if (found == tokens_.end() || shown == nullptr) return false;
  return shown->content_bytes() == found->second.bytes && !expired(found->second.time, now);
}

}  // namespace wasphere::sandbox
