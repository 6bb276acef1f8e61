// Any bytes as a chain, and any details under sound signatures: only a complete chain is accepted.
#include <fuzzer/FuzzedDataProvider.h>

#include <cstdlib>

#include "core/noise/certificate.h"
#include "core/proto/noise.pb.h"
#include "tests/support/seeded_rng.h"

using namespace wasphere;
using namespace wasphere::noise;

namespace {

constexpr std::uint64_t kNow = 1'785'000'000;

struct Keys {
  test::SeededRng rng;
  crypto::KeyPair root = crypto::KeyPair::generate(rng);
  crypto::KeyPair intermediate = crypto::KeyPair::generate(rng);
  crypto::KeyPair server = crypto::KeyPair::generate(rng);
};

void sign(Keys& keys, proto::CertChain_NoiseCertificate& out, const crypto::KeyPair& issuer,
          std::string details) {
  auto signature = crypto::sign(issuer.private_key, as_bytes(details), keys.rng);
  out.set_details(std::move(details));
  out.set_signature(to_text(signature));
}

void must_be_sound(const CertificateChain& chain, const Keys& keys) {
  bool linked = chain.intermediate.issuer_serial == 0 &&
                chain.leaf.issuer_serial == chain.intermediate.serial &&
                chain.leaf.key == keys.server.public_key;
  bool valid = chain.leaf.not_before <= kNow && kNow < chain.leaf.not_after &&
               chain.intermediate.not_before <= kNow && kNow < chain.intermediate.not_after;
  if (!linked || !valid) std::abort();
}

// Details that are close to sound ones: keys in place, numbers and what follows from the fuzzer.
std::string details(FuzzedDataProvider& input, const crypto::PublicKey& key) {
  proto::CertChain_NoiseCertificate_Details out;
  out.set_serial(input.ConsumeIntegralInRange<std::uint32_t>(0, 2));
  out.set_issuer_serial(input.ConsumeIntegralInRange<std::uint32_t>(0, 2));
  out.set_key(to_text(key));
  out.set_not_before(input.ConsumeIntegral<std::uint32_t>());
  out.set_not_after(input.ConsumeIntegral<std::uint32_t>());
  return out.SerializeAsString() + input.ConsumeRandomLengthString();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzedDataProvider input(data, size);
  static const Keys kFixed;
  Keys keys = kFixed;
  if (input.ConsumeBool()) {
    auto raw = input.ConsumeRemainingBytes<std::uint8_t>();
    if (verify_chain(raw, keys.root.public_key, keys.server.public_key, kNow)) std::abort();
    return 0;
  }
  proto::CertChain chain;
  sign(keys, *chain.mutable_intermediate(), keys.root,
       details(input, keys.intermediate.public_key));
  sign(keys, *chain.mutable_leaf(), keys.intermediate, details(input, keys.server.public_key));
  auto result = verify_chain(as_bytes(chain.SerializeAsString()), keys.root.public_key,
                             keys.server.public_key, kNow);
  if (result)
    must_be_sound(*result, keys);
  else if (result.error().code != ErrorCode::certificate_rejected)
    std::abort();
  return 0;
}
