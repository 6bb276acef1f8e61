#include "sandbox/notices.h"

#include "core/stanza/fields.h"
#include "core/stanza/message.h"
#include "core/stanza/server.h"
#include "sandbox/network.h"

namespace wasphere::sandbox {
namespace {

wire::Node notification(Network& network, std::string_view type, const wire::Jid& from,
                        wire::Nodes children) {
  auto out = stanza::build_notification(network.next_id(), type,
                                        runtime::unix_seconds(network.clock), std::move(children));
  out.set("from", from);
  return out;
}

wire::Node key_index_list(const AccountRecord& account) {
  auto list = stanza::leaf("key-index-list", account.key_index_list);
  list.set("ts", std::to_string(account.key_index_time));
  return list;
}

std::string hash_of(const Network& network, const AccountRecord& account, std::string_view space) {
  std::vector<wire::Jid> devices;
  for (const auto& device : network.world.addresses_of(account))
    devices.push_back(*network.world.in_namespace(device, space));
  return stanza::participant_hash(devices);
}

wire::Node changed_device(const AccountRecord& account, const DeviceRecord& device) {
  return {"device",
          {{"jid", device.jid()},
           {"key-index", std::to_string(device.key_index)},
           {"lid", account.lid_jid(device.device)}},
          {}};
}

wire::Node for_others(Network& network, const AccountRecord& account, const DeviceRecord& device,
                      DeviceChange change) {
  wire::Node operation{change == DeviceChange::added ? "add" : "remove",
                       {{"device_hash", hash_of(network, account, wire::kUserServer)},
                        {"device_lid_hash", hash_of(network, account, wire::kLidServer)}},
                       wire::Nodes{changed_device(account, device), key_index_list(account)}};
  auto out = notification(network, "devices", account.jid(), {std::move(operation)});
  out.set("lid", account.lid_jid());
  return out;
}

wire::Node for_own(Network& network, const AccountRecord& account) {
  wire::Nodes parts{{"device", {{"jid", account.jid()}}, {}}};
  for (const auto* device : network.world.devices_of(account.number))
    parts.push_back(
        {"device", {{"jid", device->jid()}, {"key-index", std::to_string(device->key_index)}}, {}});
  parts.push_back(key_index_list(account));
  wire::Node devices{
      "devices", {{"dhash", hash_of(network, account, wire::kUserServer)}}, std::move(parts)};
  return notification(network, "account_sync", account.jid(), {std::move(devices)});
}

}  // namespace

void notify(Network& network, const std::string& number, wire::Node notification) {
  const auto* account = network.world.account(number);
  if (account == nullptr) return;
  for (const auto& device : network.world.addresses_of(*account))
    if (!network.message_faults.take(MessageFault::withhold_notice, device))
      network.post.post(device, {LetterKind::notification, false, notification});
}

void tell_devices_changed(Network& network, const DeviceRecord& device, DeviceChange change) {
  const auto& account = *network.world.account(device.number);
  const auto out = for_others(network, account, device, change);
  for (const auto& number : network.acquaintances.of(account.number)) notify(network, number, out);
  const auto own = for_own(network, account);
  for (const auto& each : network.world.addresses_of(account))
    if (each != device.jid()) network.post.post(each, {LetterKind::notification, false, own});
}

void tell_identity_changed(Network& network, const std::string& number) {
  const auto& account = *network.world.account(number);
  const auto out = notification(network, "encrypt", account.jid(), {{"identity", {}, {}}});
  for (const auto& other : network.acquaintances.of(number)) notify(network, other, out);
}

void tell_token(Network& network, const AccountRecord& issuer, const AccountRecord& to,
                const Tokens::Token& token) {
  auto leaf = stanza::leaf("token", token.bytes);
  leaf.set("type", "trusted_contact");
  leaf.set("t", std::to_string(token.time));
  auto out = notification(network, "privacy_token", issuer.jid(),
                          {{"tokens", {}, wire::Nodes{std::move(leaf)}}});
  out.set("sender_lid", issuer.lid_jid());
  notify(network, to.number, std::move(out));
}

void tell_group(Network& network, const Group& group, const wire::Jid& actor, wire::Node change,
                const std::vector<std::string>& audience) {
  auto out = notification(network, "w:gp2", group.jid(), {std::move(change)});
  const auto own = network.world.in_namespace(actor, group.space())->without_device();
  const auto* account = network.world.account_of(actor);
  out.set("participant", own);
  if (group.lid_mode) out.set("participant_pn", account->jid());
  if (!account->name.empty()) out.set("notify", account->name);
  out.set("addressing_mode", group.lid_mode ? "lid" : "pn");
  for (const auto& number : audience) notify(network, number, out);
}

}  // namespace wasphere::sandbox
