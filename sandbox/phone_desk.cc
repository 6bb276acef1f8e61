#include "sandbox/phone_desk.h"

#include "sandbox/iq_table.h"
#include "sandbox/network.h"
#include "sandbox/notices.h"
#include "sandbox/registration.h"

namespace wasphere::sandbox {
namespace {

// Fifteen digits, as most LIDs have.
constexpr std::uint64_t kLowestLid = 100'000'000'000'000;
constexpr std::uint64_t kHighestLid = 999'999'999'999'999;

}  // namespace

Result<wire::Jid> PhoneDesk::register_account(NewAccount account) {
  if (const auto* known = network_.world.account(account.number)) {
    if (known->identity == account.identity) return known->lid_jid();
    return fail(Error{.code = ErrorCode::validation_failed,
                      .message = "this phone number has an account already",
                      .fields = {{"/phoneNumber", "EXISTS", "another phone has this number"}}});
  }
  AccountRecord record;
  record.number = std::move(account.number);
  record.lid = make_lid();
  record.name = std::move(account.name);
  record.platform = std::move(account.platform);
  record.identity = account.identity;
  record.created = runtime::unix_seconds(network_.clock);
  const auto lid = record.lid_jid();
  WS_CHECK(network_.world.add_account(std::move(record)));
  return lid;
}

std::string PhoneDesk::make_lid() const {
  while (true) {
    auto lid = std::to_string(network_.rng.between(kLowestLid, kHighestLid));
    if (network_.world.account_of({lid, std::string(wire::kLidServer)}) == nullptr) return lid;
  }
}

std::vector<CompanionInfo> PhoneDesk::companions(const std::string& number) const {
  std::vector<CompanionInfo> found;
  for (const auto* device : network_.world.devices_of(number)) {
    const auto jid = device->jid();
    found.push_back({.jid = jid,
                     .os_name = device->os_name,
                     .key_index = device->key_index,
                     .connected = network_.links.login_of(jid) != nullptr,
                     .pre_keys = device->bundle.one_time.size()});
  }
  return found;
}

void PhoneDesk::pair_device(PairDeviceRequest request, Answer<LinkedCompanion> done) {
  auto* role = network_.links.offering(request.ref);
  if (role == nullptr)
    return done(fail(ErrorCode::not_found, "the QR has expired, or nobody waits for it any more"));
  role->pair(std::move(request), std::move(done));
}

Result<CodeRequest> PhoneDesk::code_request(const std::string& number) const {
  const auto* role = network_.links.awaiting_code(number);
  if (role == nullptr)
    return fail(ErrorCode::not_found, "no companion waits for a pairing code of this phone");
  return role->code_request();
}

void PhoneDesk::primary_hello(PrimaryHelloRequest request, Answer<CompanionBundle> done) {
  auto* role = network_.links.offering(request.ref);
  if (role == nullptr) return done(fail(ErrorCode::not_found, "the pairing code has expired"));
  role->relay_primary_hello(std::move(request), std::move(done));
}

Result<std::vector<wire::Jid>> PhoneDesk::remove_companions(const std::string& number,
                                                            std::optional<std::uint16_t> device) {
  std::vector<wire::Jid> wanted;
  for (const auto* known : network_.world.devices_of(number))
    if (!device || known->device == *device) wanted.push_back(known->jid());
  if (device && wanted.empty())
    return fail(ErrorCode::not_found, "this phone has no linked device " + std::to_string(*device));
  for (const auto& jid : wanted) {
    WS_CHECK(network_.unlink(jid));
  }
  return wanted;
}

Status PhoneDesk::publish_phone(const std::string& number, stanza::UploadedBundle bundle) {
  const auto* account = network_.world.account(number);
  if (account == nullptr) return fail(ErrorCode::not_found, "there is no such account");
  const bool known = network_.world.device(account->jid()) != nullptr;
  const bool reinstalled = account->identity != bundle.identity;
  if (reinstalled) {
    WS_CHECK(replace_identity(number, bundle.identity));
  }
  DeviceRecord record;
  record.number = number;
  record.os_name = account->platform;
  record.linked_at = runtime::unix_seconds(network_.clock);
  record.uploaded = true;
  record.bundle = std::move(bundle);
  WS_CHECK(network_.world.add_device(std::move(record)));
  if (known && reinstalled) tell_identity_changed(network_, number);
  return {};
}

Status PhoneDesk::replace_identity(const std::string& number, const crypto::PublicKey& identity) {
  WS_CHECK(remove_companions(number, std::nullopt));
  return network_.world.set_identity(number, identity);
}

Result<wire::Jid> PhoneDesk::add_companion(NewCompanion companion) {
  WS_TRY(const auto device, network_.world.take_device_number(companion.number));
  const auto now = runtime::unix_seconds(network_.clock);
  WS_CHECK(network_.world.set_key_index_list(companion.number, std::move(companion.key_index_list),
                                             now));
  DeviceRecord record;
  record.number = std::move(companion.number);
  record.device = device;
  record.key_index = companion.key_index;
  record.os_name = std::move(companion.name);
  record.device_identity = std::move(companion.device_identity);
  record.linked_at = now;
  record.uploaded = true;
  record.bundle = std::move(companion.bundle);
  const auto jid = record.jid();
  WS_CHECK(network_.world.add_device(std::move(record)));
  tell_devices_changed(network_, *network_.world.device(jid), DeviceChange::added);
  return jid;
}

void PhoneDesk::connect(const wire::Jid& device, Outlet& outlet) {
  network_.post.forgetful(device);
  auto& box = network_.post.box(device);
  box.attach(outlet);
  box.begin();
}

void PhoneDesk::disconnect(const wire::Jid& device, Outlet& outlet) {
  network_.post.box(device).detach(outlet);
}

void PhoneDesk::send(const wire::Jid& device, const wire::Node& stanza, Outlet& back) {
  network_.router.on_stanza(device, stanza, back);
}

wire::Node PhoneDesk::ask(const wire::Jid& device, const wire::Node& iq) {
  IqContext context{network_, nullptr, device};
  return handle_iq(context, iq);
}

}  // namespace wasphere::sandbox
