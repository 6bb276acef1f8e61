// Linking: pair-device, the QR text, ADV identities, pair-success, the pairing code (protocol 1, 5
// and 6). Both the companion's part and the phone's are here; the server only relays.
#pragma once

#include <string>
#include <vector>

#include "core/stanza/device.h"
#include "core/stanza/stream.h"
#include "core/wire/node.h"

namespace wasphere::stanza {

// --- QR, companion side
Result<std::vector<std::string>> parse_pair_device(const wire::Node& iq);  // the refs, in order
std::string qr_text(std::string_view ref, const Device& device, std::string_view platform_id,
                    bool with_url_prefix = true);

// --- QR, phone side. Total.
struct QrContent {
  std::string ref;
  crypto::PublicKey noise_key{};
  crypto::PublicKey identity_key{};
  Secret<32> adv_secret;
  std::string platform_id;  // empty in the four-part form
};
Result<QrContent> parse_qr_text(std::string_view text);

// --- pair-success, companion side
struct PairSuccess {
  Account account;
  wire::Node reply;  // pair-device-sign, to be sent only after `account` is durable
};
// Verifies HMAC and account signature, signs the device identity. On failure `error_reply` is what
// the server must be told (401 hmac-mismatch / signature-mismatch, 500 internal-error).
struct PairFailure {
  Error error;
  wire::Node reply;
};
tl::expected<PairSuccess, PairFailure> accept_pair_success(const wire::Node& iq,
                                                           const Device& device, Rng& rng);

// --- phone side: what a phone makes when it scans
struct PhoneIdentity {
  crypto::KeyPair key;
  std::uint32_t raw_id = 0;
};
struct CompanionGrant {
  Bytes device_identity_hmac;  // ADVSignedDeviceIdentityHMAC
  Bytes key_index_list;        // ADVSignedKeyIndexList
};
CompanionGrant grant_companion(const PhoneIdentity& phone,
                               const crypto::PublicKey& companion_identity,
                               const Secret<32>& adv_secret, std::uint32_t key_index,
                               const std::vector<std::uint32_t>& valid_indexes, std::uint64_t now,
                               Rng& rng);

// --- server side: pair-success out, and the check of the companion's reply
struct PairSuccessContent {
  std::string id;
  std::uint64_t time = 0;
  wire::Jid jid, lid;
  std::string platform;
  std::string business_name;
  Bytes device_identity_hmac;
};
wire::Node build_pair_device(std::string_view id, const std::vector<std::string>& refs);
wire::Node build_pair_success(const PairSuccessContent& content);
// key-index attribute and device signature (prefix 06 01) of a pair-device-sign answer.
Status check_pair_device_sign(const wire::Node& result, const crypto::PublicKey& companion_identity,
                              BytesView device_identity_hmac);

}  // namespace wasphere::stanza
