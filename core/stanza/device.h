// Device: our own companion identity, everything that makes a linked account usable.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/crypto/curve.h"
#include "core/wire/jid.h"

namespace wasphere::stanza {

struct SignedPreKey {
  std::uint32_t id = 0;  // 24 bits
  crypto::KeyPair key;
  crypto::Signature signature{};  // XEdDSA by the identity key over 05 ‖ public key
};

struct PreKey {
  std::uint32_t id = 0;  // 24 bits
  crypto::KeyPair key;
};

// What pair-success gave us. Present = linked.
struct Account {
  wire::Jid jid;  // with our device number
  wire::Jid lid;
  std::string platform;                       // the phone's: "android", "iphone", …
  std::string business_name;                  // empty for private accounts
  Bytes signed_identity;                      // ADVSignedDeviceIdentity, all four fields
  crypto::PublicKey account_signature_key{};  // the phone's identity key
  std::uint32_t key_index = 0;
};

struct Device {
  crypto::KeyPair noise_key;
  crypto::KeyPair identity_key;
  SignedPreKey signed_pre_key;
  std::uint32_t registration_id = 0;  // 1…16383
  Secret<32> adv_secret;
  std::optional<Account> account;
  Bytes routing_info;               // opaque, from <ib><edge_routing>
  std::uint32_t login_counter = 0;  // "lc" of the login payload
  std::string push_name;

  bool linked() const { return account.has_value(); }
  static Device generate(Rng& rng);  // all keys new, not linked
};

// True if `signature` is that of `identity` over 05 ‖ `key`.
bool check_signed_pre_key(const crypto::PublicKey& identity, const crypto::PublicKey& key,
                          BytesView signature);

// Versioned serialisation for the store (which seals it). parse_device is total: storage_corrupt on
// anything that serialize() does not write. The bytes of serialize() are secret; wipe them after
// use.
Bytes serialize(const Device& device);
Result<Device> parse_device(BytesView bytes);

}  // namespace wasphere::stanza
