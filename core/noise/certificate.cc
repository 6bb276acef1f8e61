#include "core/noise/certificate.h"

#include <climits>

#include "core/proto/noise.pb.h"

namespace wasphere::noise {
namespace {

using proto::CertChain;
using RawCertificate = proto::CertChain_NoiseCertificate;
using Details = proto::CertChain_NoiseCertificate_Details;

constexpr std::uint32_t kRootSerial = 0;
constexpr std::uint32_t kIntermediateSerial = 1;
constexpr std::uint32_t kLeafSerial = 2;

tl::unexpected<Error> rejected(const std::string& why) {
  return fail(ErrorCode::certificate_rejected, "the server's certificate chain: " + why);
}

bool parse(google::protobuf::MessageLite& out, BytesView bytes) {
  return bytes.size() <= INT_MAX &&
         out.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

Result<Certificate> read_certificate(const RawCertificate& raw, const std::string& which) {
  Details details;
  if (!parse(details, as_bytes(raw.details())))
    return rejected("the details of the " + which + " certificate cannot be read");
  auto key = to_array<32>(as_bytes(details.key()));
  if (!key) return rejected("the key of the " + which + " certificate is not 32 bytes");
  return Certificate{details.serial(), details.issuer_serial(), *key, details.not_before(),
                     details.not_after()};
}

Status check_complete(const RawCertificate& raw, const std::string& which) {
  if (raw.details().empty()) return rejected("the " + which + " certificate is missing");
  if (raw.signature().size() != 64)
    return rejected("the signature of the " + which + " certificate is not 64 bytes");
  return {};
}

// Over the bytes as received: a re-encoding need not be the same bytes.
Status check_signature(const RawCertificate& raw, const crypto::PublicKey& issuer,
                       const std::string& which) {
  if (crypto::verify(issuer, as_bytes(raw.details()), as_bytes(raw.signature()))) return {};
  return rejected("the signature of the " + which + " certificate is wrong");
}

Status check_dates(const Certificate& certificate, std::uint64_t now, const std::string& which) {
  if (now < certificate.not_before)
    return rejected("the " + which + " certificate is not valid yet; check the host's clock");
  if (now >= certificate.not_after)
    return rejected("the " + which + " certificate has expired; check the host's clock");
  return {};
}

Status check_links(const CertificateChain& chain, const crypto::PublicKey& server_static) {
  if (chain.leaf.issuer_serial != chain.intermediate.serial)
    return rejected("the leaf certificate was issued by another intermediate");
  if (chain.leaf.key != server_static)
    return rejected("the leaf certificate belongs to another key than the server's");
  return {};
}

std::string encode_details(const Certificate& certificate) {
  Details details;
  details.set_serial(certificate.serial);
  details.set_issuer_serial(certificate.issuer_serial);
  details.set_key(certificate.key.data(), certificate.key.size());
  details.set_not_before(certificate.not_before);
  details.set_not_after(certificate.not_after);
  return details.SerializeAsString();
}

void issue(RawCertificate& out, const Certificate& certificate, const crypto::PrivateKey& issuer,
           Rng& rng) {
  out.set_details(encode_details(certificate));
  crypto::Signature signature = crypto::sign(issuer, as_bytes(out.details()), rng);
  out.set_signature(signature.data(), signature.size());
}

}  // namespace

Result<CertificateChain> verify_chain(BytesView encoded, const crypto::PublicKey& root,
                                      const crypto::PublicKey& server_static, std::uint64_t now) {
  CertChain raw;
  if (!parse(raw, encoded)) return rejected("it cannot be read");
  WS_CHECK(check_complete(raw.leaf(), "leaf"));
  WS_CHECK(check_complete(raw.intermediate(), "intermediate"));
  CertificateChain chain;
  WS_TRY(chain.intermediate, read_certificate(raw.intermediate(), "intermediate"));
  if (chain.intermediate.issuer_serial != kRootSerial)
    return rejected("the intermediate certificate was not issued by the root");
  WS_CHECK(check_signature(raw.intermediate(), root, "intermediate"));
  WS_TRY(chain.leaf, read_certificate(raw.leaf(), "leaf"));
  WS_CHECK(check_signature(raw.leaf(), chain.intermediate.key, "leaf"));
  WS_CHECK(check_links(chain, server_static));
  WS_CHECK(check_dates(chain.intermediate, now, "intermediate"));
  WS_CHECK(check_dates(chain.leaf, now, "leaf"));
  return chain;
}

Bytes issue_chain(const ChainRequest& request, Rng& rng) {
  Certificate intermediate{kIntermediateSerial, kRootSerial, request.intermediate->public_key,
                           request.not_before, request.not_after};
  Certificate leaf{kLeafSerial, kIntermediateSerial, request.leaf_key, request.not_before,
                   request.not_after};
  CertChain chain;
  issue(*chain.mutable_leaf(), leaf, request.intermediate->private_key, rng);
  issue(*chain.mutable_intermediate(), intermediate, *request.root_key, rng);
  return to_bytes(as_bytes(chain.SerializeAsString()));
}

}  // namespace wasphere::noise
