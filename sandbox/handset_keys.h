// The long-lived keys of a virtual device, and the folder they are kept in: apart from the server's
// state, which holds the public halves only.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/signal/keys.h"
#include "core/stanza/device.h"
#include "core/stanza/prekeys.h"
#include "sandbox/state_files.h"

namespace wasphere::sandbox {

struct HandsetKeys {
  std::string number;        // of its account
  std::uint16_t device = 0;  // 0: the phone
  signal::LocalIdentity identity;
  stanza::SignedPreKey signed_pre_key;
  std::map<std::uint32_t, stanza::PreKey> one_time;  // not used up yet
  std::uint32_t next_id = 1;
  Bytes device_identity;  // ADVSignedDeviceIdentity, of companions

  static HandsetKeys make(std::string number, const crypto::KeyPair& identity, Rng& rng);
  // So many more one-time keys; their public halves.
  std::vector<stanza::PublicPreKey> add_one_time(std::size_t count, Rng& rng);
  // All that is public, with these one-time keys.
  stanza::UploadedBundle bundle(std::vector<stanza::PublicPreKey> one_time_keys) const;
};

class HandsetState {
 public:
  explicit HandsetState(StateFiles& files) : files_(files) {}
  Result<std::vector<HandsetKeys>> load() const;
  Status save(const HandsetKeys& keys);
  Status remove(const HandsetKeys& keys);

 private:
  StateFiles& files_;
};

}  // namespace wasphere::sandbox
