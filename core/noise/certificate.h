// The server's certificate chain (protocol 1, section 2.4).
#pragma once

#include <cstdint>

#include "core/crypto/curve.h"
#include "core/util/result.h"

namespace wasphere::noise {

// WhatsApp's own root; a sandbox has another one.
inline constexpr crypto::PublicKey kWhatsAppRoot{
    0x14, 0x23, 0x75, 0x57, 0x4d, 0x0a, 0x58, 0x71, 0x66, 0xaa, 0xe7, 0x1e, 0xbe, 0x51, 0x64, 0x37,
    0xc4, 0xa2, 0x8b, 0x73, 0xe3, 0x69, 0x5c, 0x6c, 0xe1, 0xf7, 0xf9, 0x54, 0x5d, 0xa8, 0xee, 0x6b};

struct Certificate {
  std::uint32_t serial = 0;
  std::uint32_t issuer_serial = 0;
  crypto::PublicKey key{};
  std::uint64_t not_before = 0;  // Unix seconds, inclusive
  std::uint64_t not_after = 0;   // Unix seconds, exclusive
};

struct CertificateChain {
  Certificate leaf;
  Certificate intermediate;
};

// All seven checks of section 2.4; certificate_rejected names the one that failed.
Result<CertificateChain> verify_chain(BytesView encoded, const crypto::PublicKey& root,
                                      const crypto::PublicKey& server_static, std::uint64_t now);

// The server's part: a chain signed by `root_key`, with explicit zeros where clients need them.
struct ChainRequest {
  crypto::PublicKey leaf_key{};
  const crypto::KeyPair* intermediate = nullptr;
  const crypto::PrivateKey* root_key = nullptr;
  std::uint64_t not_before = 0;
  std::uint64_t not_after = 0;
};
Bytes issue_chain(const ChainRequest& request, Rng& rng);

}  // namespace wasphere::noise
