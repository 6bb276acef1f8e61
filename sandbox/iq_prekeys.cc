#include <algorithm>
#include <set>

#include "core/stanza/fields.h"
#include "core/stanza/server.h"
#include "sandbox/iq_handlers.h"
#include "sandbox/network.h"

namespace wasphere::sandbox {
namespace {

constexpr std::size_t kIdBytes = 3;
constexpr ByteArray<1> kKeyType{5};

const DeviceRecord* own(const IqContext& context) {
  return context.network.world.device(context.device);
}

wire::Node key_node(const stanza::PublicPreKey& key) {
  return {"key",
          {},
          wire::Nodes{stanza::leaf("id", stanza::big_endian(key.id, kIdBytes)),
                      stanza::leaf("value", key.key)}};
}

wire::Node signed_key_node(const stanza::UploadedBundle& bundle) {
  return {"skey",
          {},
          wire::Nodes{stanza::leaf("id", stanza::big_endian(bundle.signed_pre_key_id, kIdBytes)),
                      stanza::leaf("value", bundle.signed_pre_key),
                      stanza::leaf("signature", bundle.signed_pre_key_signature)}};
}

bool signature_holds(const crypto::PublicKey& identity, const crypto::PublicKey& key,
                     const crypto::Signature& signature) {
  return crypto::verify(identity, crypto::with_type_byte(key), signature);
}

// The same upload may come twice when its result was lost: ids already known stay as they are.
void merge(DeviceRecord& record, stanza::UploadedBundle upload) {
  std::set<std::uint32_t> known;
  for (const auto& key : record.bundle.one_time) known.insert(key.id);
  auto all = std::move(record.bundle.one_time);
  for (const auto& key : upload.one_time)
    if (known.insert(key.id).second) all.push_back(key);
  record.bundle = std::move(upload);
  record.bundle.one_time = std::move(all);
  record.uploaded = true;
}

// One one-time key leaves for good with each bundle; a device that runs low is told once.
Result<std::optional<stanza::PublicPreKey>> pop_key(Network& network, const wire::Jid& jid) {
  std::optional<stanza::PublicPreKey> popped;
  const auto& stock = network.world.device(jid)->bundle.one_time;
  if (stock.empty()) return popped;
  popped = stock.front();
  WS_CHECK(network.world.update_device(jid, [](DeviceRecord& record) {
    record.bundle.one_time.erase(record.bundle.one_time.begin());
  }));
  const auto* record = network.world.device(jid);
  if (record->bundle.one_time.size() + 1 != stanza::kMinPreKeys) return popped;
  network.post.post(record->jid(),
                    {LetterKind::notification, false,
                     stanza::build_prekey_count_notification(
                         network.next_id(), runtime::unix_seconds(network.clock),
                         static_cast<std::uint32_t>(record->bundle.one_time.size()))});
  return popped;
}

// The children that describe one device to somebody who wants to write to it.
Result<wire::Nodes> bundle_of(Network& network, const wire::Jid& jid) {
  WS_TRY(const auto one_time, pop_key(network, jid));
  const auto& record = *network.world.device(jid);
  wire::Nodes parts{
      stanza::leaf("registration", stanza::big_endian(record.bundle.registration_id, 4)),
      stanza::leaf("type", kKeyType), stanza::leaf("identity", record.bundle.identity),
      signed_key_node(record.bundle)};
  if (one_time) parts.push_back(key_node(*one_time));
  parts.push_back(stanza::leaf("device-identity", record.device_identity));
  return parts;
}

wire::Node user_error(const wire::Node& user) {
  wire::Node error{"error", {{"code", "406"}, {"text", "not-acceptable"}}, {}};
  return {"user", user.attrs, wire::Nodes{std::move(error)}};
}

wire::Node list_of(wire::Nodes users) {
  return {"list", {}, std::move(users)};
}

}  // namespace

wire::Node prekey_count(IqContext& context, const wire::Node& iq) {
  const auto* device = own(context);
  const auto count = device == nullptr ? 0 : device->bundle.one_time.size();
  return stanza::prekey_count_answer(iq, static_cast<std::uint32_t>(count));
}

wire::Node prekey_upload(IqContext& context, const wire::Node& iq) {
  auto upload = stanza::parse_prekey_upload(iq);
  const auto* device = own(context);
  if (!upload || device == nullptr) return bad_request(iq);
  if (upload->identity != device->bundle.identity) return stanza::answer_error(iq, 409, "conflict");
  if (!signature_holds(upload->identity, upload->signed_pre_key, upload->signed_pre_key_signature))
    return stanza::answer_error(iq, 406, "not-acceptable");
  const auto saved = context.network.world.update_device(
      context.device, [&](DeviceRecord& record) { merge(record, *std::move(upload)); });
  return saved ? stanza::answer(iq) : not_saved(iq, saved.error());
}

wire::Node prekey_digest(IqContext& context, const wire::Node& iq) {
  const auto* device = own(context);
  return stanza::digest_answer(iq,
                               device != nullptr && device->uploaded ? &device->bundle : nullptr);
}

wire::Node signed_prekey_rotate(IqContext& context, const wire::Node& iq) {
  const auto* skey = iq.child("rotate")->child("skey");
  const auto* device = own(context);
  if (skey == nullptr || device == nullptr) return bad_request(iq);
  const auto id = stanza::child_number(*skey, "id", kIdBytes);
  const auto key = stanza::child_array<32>(*skey, "value");
  const auto signature = stanza::child_array<64>(*skey, "signature");
  if (!id || !key || !signature) return bad_request(iq);
  if (!signature_holds(device->bundle.identity, *key, *signature))
    return stanza::answer_error(iq, 406, "not-acceptable");
  const auto saved = context.network.world.update_device(context.device, [&](DeviceRecord& record) {
    record.bundle.signed_pre_key_id = *id;
    record.bundle.signed_pre_key = *key;
    record.bundle.signed_pre_key_signature = *signature;
  });
  return saved ? stanza::answer(iq) : not_saved(iq, saved.error());
}

wire::Node bundle_fetch(IqContext& context, const wire::Node& iq) {
  if (const auto code =
          context.network.message_faults.take(MessageFault::refuse_query, context.device))
    return stanza::answer_error(iq, *code == 0 ? 406 : *code, "not-acceptable");
  wire::Nodes users;
  for (const auto& user : iq.child("key")->children()) {
    const auto jid = user.jid("jid");
    if (!jid) return bad_request(iq);
    if (context.network.world.device(*jid) == nullptr) {
      users.push_back(user_error({"user", {{"jid", *jid}}, {}}));
      continue;
    }
    auto bundle = bundle_of(context.network, *jid);
    if (!bundle) return not_saved(iq, bundle.error());
    users.push_back({"user", {{"jid", *jid}}, *std::move(bundle)});
  }
  return stanza::answer(iq, {list_of(std::move(users))});
}

wire::Node missing_bundle_fetch(IqContext& context, const wire::Node& iq) {
  wire::Nodes users;
  for (const auto& user : iq.child("key_fetch")->children()) {
    const auto jid = user.jid("jid");
    if (!jid) return bad_request(iq);
    wire::Nodes devices;
    for (const auto& wanted : user.children()) {
      auto device = *jid;
      device.device = static_cast<std::uint16_t>(wanted.number("id").value_or(0));
      if (context.network.world.device(device) == nullptr) continue;
      auto bundle = bundle_of(context.network, device);
      if (!bundle) return not_saved(iq, bundle.error());
      devices.push_back({"device", {{"id", std::to_string(device.device)}}, *std::move(bundle)});
    }
    users.push_back({"user", {{"jid", *jid}}, std::move(devices)});
  }
  return stanza::answer(iq, {list_of(std::move(users))});
}

wire::Node identity_fetch(IqContext& context, const wire::Node& iq) {
  const auto& world = context.network.world;
  wire::Nodes users;
  for (const auto& user : iq.child("identity")->children()) {
    const auto jid = user.jid("jid");
    if (!jid) return bad_request(iq);
    const auto* device = world.device(*jid);
    const auto* account = world.account_of(*jid);
    wire::Node found{"user", {{"jid", *jid}}, {}};
    if (account == nullptr || (jid->device != 0 && device == nullptr)) {
      users.push_back(user_error(found));
      continue;
    }
    const auto& key = device == nullptr ? account->identity : device->bundle.identity;
    found.content = wire::Nodes{stanza::leaf("identity", key), stanza::leaf("type", kKeyType)};
    users.push_back(std::move(found));
  }
  return stanza::answer(iq, {list_of(std::move(users))});
}

}  // namespace wasphere::sandbox
