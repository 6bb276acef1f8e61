// The server's durable state: its keys, the accounts, the linked devices, the groups. One file a
// device, so that 812 uploaded pre-keys rewrite one small file. No private key of a phone or
// companion is ever in it.
#pragma once

#include <optional>
#include <vector>

#include "core/crypto/curve.h"
#include "sandbox/group_book.h"
#include "sandbox/records.h"
#include "sandbox/state_files.h"

namespace wasphere::sandbox {

struct ServerKeys {
  crypto::KeyPair root;          // signs the intermediate; clients are told its public key
  crypto::KeyPair intermediate;  // signs the leaf
  crypto::KeyPair leaf;          // the server's Noise static key
};

class ServerState {
 public:
  explicit ServerState(StateFiles& files) : files_(files) {}

  Result<std::optional<ServerKeys>> load_keys() const;
  Status save(const ServerKeys& keys);
  Result<std::vector<AccountRecord>> load_accounts() const;
  Status save(const AccountRecord& account);
  Result<std::vector<DeviceRecord>> load_devices() const;
  Status save(const DeviceRecord& device);
  Status remove(const DeviceRecord& device);
  Result<std::vector<Group>> load_groups() const;
  Status save(const Group& group);

 private:
  StateFiles& files_;
};

// The folders of it, for StateFiles::open.
std::vector<std::string> state_folders();

}  // namespace wasphere::sandbox
