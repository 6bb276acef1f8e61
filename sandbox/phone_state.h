// The phones' durable state, apart from the server's: their private keys are in it and nowhere
// else.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/stanza/pairing.h"
#include "sandbox/state_files.h"

namespace wasphere::sandbox {

struct PhoneRecord {
  std::string number;  // digits
  std::string name;
  std::string platform;
  stanza::PhoneIdentity identity;
  std::uint32_t last_key_index = 0;  // of its key index list; the first companion gets 1
  bool contact = false;              // plays a virtual contact
};

class PhoneState {
 public:
  explicit PhoneState(StateFiles& files) : files_(files) {}
  Result<std::vector<PhoneRecord>> load() const;
  Status save(const std::vector<PhoneRecord>& phones);

 private:
  StateFiles& files_;
};

}  // namespace wasphere::sandbox
