#include "sandbox/world.h"

#include <algorithm>
#include <utility>

namespace wasphere::sandbox {
namespace {

constexpr std::uint16_t kMaxDevice = 254;  // one byte in an AD_JID
constexpr std::uint16_t kHostedDevice = 99;

}  // namespace

Result<World> World::load(ServerState& state) {
  World world(state);
  WS_TRY(auto accounts, state.load_accounts());
  WS_TRY(auto devices, state.load_devices());
  for (auto& account : accounts) {
    world.number_by_lid_.emplace(account.lid, account.number);
    world.accounts_.emplace(account.number, std::move(account));
  }
  for (auto& device : devices) {
    const auto jid = device.jid();
    if (world.account(device.number) == nullptr)
      return fail(ErrorCode::storage_corrupt,
                  "a linked device belongs to an account that is not there");
    world.devices_.emplace(jid, std::move(device));
  }
  return world;
}

const AccountRecord* World::account(std::string_view number) const {
  const auto found = accounts_.find(number);
  return found == accounts_.end() ? nullptr : &found->second;
}

const AccountRecord* World::account_of(const wire::Jid& jid) const {
  const auto own = canonical(jid);
  return own ? account(own->user) : nullptr;
}

const DeviceRecord* World::device(const wire::Jid& jid) const {
  const auto own = canonical(jid);
  if (!own) return nullptr;
  const auto found = devices_.find(*own);
  return found == devices_.end() ? nullptr : &found->second;
}

std::vector<const DeviceRecord*> World::devices_of(std::string_view number) const {
  std::vector<const DeviceRecord*> found;
  const wire::Jid first{std::string(number), std::string(wire::kUserServer), 1};
  for (auto it = devices_.lower_bound(first); it != devices_.end() && it->first.user == number;
       ++it)
    found.push_back(&it->second);
  return found;
}

std::vector<wire::Jid> World::addresses_of(const AccountRecord& account) const {
  std::vector<wire::Jid> found{account.jid()};
  for (const auto* device : devices_of(account.number)) found.push_back(device->jid());
  return found;
}

std::optional<wire::Jid> World::phone_form(const wire::Jid& jid) const {
  const auto* owner = account_of(jid);
  if (owner == nullptr) return std::nullopt;
  return owner->jid(jid.device);
}

std::optional<wire::Jid> World::in_namespace(const wire::Jid& jid, std::string_view server) const {
  const auto* owner = account_of(jid);
  if (owner == nullptr) return std::nullopt;
  return server == wire::kLidServer ? owner->lid_jid(jid.device) : owner->jid(jid.device);
}

std::size_t World::device_count() const {
  return static_cast<std::size_t>(std::count_if(
      devices_.begin(), devices_.end(), [](const auto& entry) { return entry.first.device != 0; }));
}

std::optional<wire::Jid> World::canonical(const wire::Jid& jid) const {
  if (jid.server == wire::kUserServer) return jid;
  if (jid.server != wire::kLidServer) return std::nullopt;
  const auto found = number_by_lid_.find(jid.user);
  if (found == number_by_lid_.end()) return std::nullopt;
  return wire::Jid{found->second, std::string(wire::kUserServer), jid.device};
}

Status World::add_account(AccountRecord account) {
  if (accounts_.contains(account.number))
    return fail(ErrorCode::validation_failed, "this phone number has an account already");
  WS_CHECK(state_->save(account));
  number_by_lid_.emplace(account.lid, account.number);
  accounts_.emplace(account.number, std::move(account));
  return {};
}

Result<std::uint16_t> World::take_device_number(std::string_view number) {
  const auto found = accounts_.find(number);
  if (found == accounts_.end()) return fail(ErrorCode::not_found, "there is no such account");
  auto& owner = found->second;
  for (int tried = 0; tried < kMaxDevice; ++tried) {
    owner.last_device = static_cast<std::uint16_t>(owner.last_device % kMaxDevice + 1);
    const bool taken = devices_.contains(owner.jid(owner.last_device));
    if (owner.last_device != kHostedDevice && !taken) return owner.last_device;
  }
  return fail(ErrorCode::queue_full, "this account has as many linked devices as it can have");
}

Status World::set_identity(std::string_view number, const crypto::PublicKey& identity) {
  return update_account(number, [&](AccountRecord& record) { record.identity = identity; });
}

Status World::set_key_index_list(std::string_view number, Bytes list, std::uint64_t time) {
  return update_account(number, [&](AccountRecord& record) {
    record.key_index_list = std::move(list);
    record.key_index_time = time;
  });
}

Status World::update_account(std::string_view number,
                             const std::function<void(AccountRecord&)>& change) {
  const auto found = accounts_.find(number);
  if (found == accounts_.end()) return fail(ErrorCode::not_found, "there is no such account");
  auto changed = found->second;
  change(changed);
  WS_CHECK(state_->save(changed));
  found->second = std::move(changed);
  return {};
}

Status World::add_device(DeviceRecord device) {
  WS_CHECK(state_->save(device));
  const auto jid = device.jid();
  devices_.insert_or_assign(jid, std::move(device));
  return {};
}

Status World::update_device(const wire::Jid& jid,
                            const std::function<void(DeviceRecord&)>& change) {
  const auto own = canonical(jid);
  const auto found = own ? devices_.find(*own) : devices_.end();
  if (found == devices_.end()) return fail(ErrorCode::not_found, "there is no such device");
  auto changed = found->second;
  change(changed);
  WS_CHECK(state_->save(changed));
  found->second = std::move(changed);
  return {};
}

Status World::remove_device(const wire::Jid& jid) {
  const auto own = canonical(jid);
  const auto found = own ? devices_.find(*own) : devices_.end();
  if (found == devices_.end()) return fail(ErrorCode::not_found, "there is no such device");
  WS_CHECK(state_->remove(found->second));
  devices_.erase(found);
  return {};
}

}  // namespace wasphere::sandbox
