// What the sandbox network remembers: accounts and their linked devices. Public keys only.
#pragma once

#include <cstdint>
#include <string>

#include "core/crypto/curve.h"
#include "core/stanza/prekeys.h"
#include "core/wire/jid.h"

namespace wasphere::sandbox {

struct AccountRecord {
  std::string number;                // digits: the user part of its JID
  std::string lid;                   // digits: the user part of its LID
  std::string name;                  // what its owner calls himself
  std::string platform;              // the phone's: "android", "iphone", …
  crypto::PublicKey identity{};      // the phone's identity key
  Bytes key_index_list;              // ADVSignedKeyIndexList as the phone published it last
  std::uint64_t key_index_time = 0;  // Unix seconds
  std::uint64_t created = 0;         // Unix seconds
  std::uint16_t last_device = 0;     // the device number given out last

  wire::Jid jid(std::uint16_t device = 0) const {
    return {number, std::string(wire::kUserServer), device};
  }
  wire::Jid lid_jid(std::uint16_t device = 0) const {
    return {lid, std::string(wire::kLidServer), device};
  }
};

struct DeviceRecord {
  std::string number;             // of its account
  std::uint16_t device = 0;       // 1…254; 0 is the phone itself
  std::uint32_t key_index = 0;    // of the phone's key index list
  crypto::PublicKey noise_key{};  // a login must prove this one
  std::string os_name;            // as the companion calls itself
  Bytes device_identity;          // ADVSignedDeviceIdentity with the companion's signature
  std::uint64_t linked_at = 0;    // Unix seconds
  bool uploaded = false;          // a bundle was uploaded since linking
  stanza::UploadedBundle bundle;  // registration data first, then what was uploaded

  wire::Jid jid() const { return {number, std::string(wire::kUserServer), device}; }
};

}  // namespace wasphere::sandbox
