#include "sandbox/certificates.h"

#include <catch2/catch.hpp>

#include "tests/support/manual_clock.h"
#include "tests/support/seeded_rng.h"

namespace wasphere::sandbox {
namespace {

struct Fixture {
  wasphere::test::SeededRng rng;
  wasphere::test::ManualClock clock;
  Certificates certificates{Certificates::make_keys(rng), clock, rng};

  Result<noise::CertificateChain> verified(ChainFault fault = ChainFault::none) {
    const auto config = certificates.config(fault);
    return noise::verify_chain(config.certificate_chain, certificates.root(),
                               config.static_key.public_key, runtime::unix_seconds(clock));
  }
};

TEST_CASE("the chain passes every check, with serial 0 written out") {
  Fixture f;
  REQUIRE(f.verified());
  const auto chain = f.certificates.config().certificate_chain;
  const Bytes issuer_zero{0x10, 0x00};
  CHECK(std::search(chain.begin(), chain.end(), issuer_zero.begin(), issuer_zero.end()) !=
        chain.end());
}

TEST_CASE("the chain is kept while it is fresh and issued anew before it ends") {
  Fixture f;
  const auto first = f.certificates.config().certificate_chain;
  f.clock.advance(std::chrono::hours(24 * 30));
  CHECK(f.certificates.config().certificate_chain == first);
  f.clock.advance(std::chrono::hours(24 * 365));
  CHECK(f.certificates.config().certificate_chain != first);
  CHECK(f.verified());
}

TEST_CASE("each faulty chain is rejected, and the next one is good again") {
  Fixture f;
  for (const auto fault : {ChainFault::wrong_root, ChainFault::expired, ChainFault::wrong_leaf}) {
    auto chain = f.verified(fault);
    REQUIRE_FALSE(chain);
    CHECK(chain.error().code == ErrorCode::certificate_rejected);
  }
  CHECK(f.verified());
}

}  // namespace
}  // namespace wasphere::sandbox
