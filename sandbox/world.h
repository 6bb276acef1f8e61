// The registry of accounts and linked devices. Unless said otherwise a change is durable before the
// call returns; if it cannot be saved, nothing has changed.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sandbox/server_state.h"

namespace wasphere::sandbox {

class World {
 public:
  static Result<World> load(ServerState& state);

  // By the user part of a phone number JID or LID; null if there is none.
  const AccountRecord* account(std::string_view number) const;
  const AccountRecord* account_of(const wire::Jid& jid) const;
  // A linked device, or the phone itself (device 0) once it has uploaded keys.
  const DeviceRecord* device(const wire::Jid& jid) const;
  std::vector<const DeviceRecord*> devices_of(std::string_view number) const;  // ascending numbers
  // The phone, which every account has, and its linked devices.
  std::vector<wire::Jid> addresses_of(const AccountRecord& account) const;
  // The same person's address in the other namespaces, the device kept; nothing if nobody has it.
  std::optional<wire::Jid> phone_form(const wire::Jid& jid) const;
  std::optional<wire::Jid> in_namespace(const wire::Jid& jid, std::string_view server) const;
  std::size_t account_count() const { return accounts_.size(); }
  std::size_t device_count() const;  // linked ones

  Status add_account(AccountRecord account);
  // A number nobody has now, and not the one given out last. 99 belongs to hosted devices. It is
  // durable only with the next change: a companion that a crash keeps from confirming never gets in
  // anyway.
  Result<std::uint16_t> take_device_number(std::string_view number);
  Status set_identity(std::string_view number, const crypto::PublicKey& identity);
  Status set_key_index_list(std::string_view number, Bytes list, std::uint64_t time);
  Status add_device(DeviceRecord device);  // or replaces it
  Status update_device(const wire::Jid& jid, const std::function<void(DeviceRecord&)>& change);
  Status remove_device(const wire::Jid& jid);

 private:
  explicit World(ServerState& state) : state_(&state) {}
  Status update_account(std::string_view number, const std::function<void(AccountRecord&)>& change);
  std::optional<wire::Jid> canonical(const wire::Jid& jid) const;  // LID to phone number

  ServerState* state_;
  std::map<std::string, AccountRecord, std::less<>> accounts_;
  std::map<std::string, std::string, std::less<>> number_by_lid_;
  std::map<wire::Jid, DeviceRecord> devices_;
};

}  // namespace wasphere::sandbox
