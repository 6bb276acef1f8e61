// How a virtual device writes: to a person, to a group, and again to a device that asked for it.
#include <algorithm>
#include <utility>

#include "core/stanza/fields.h"
#include "core/stanza/message.h"
#include "core/util/encoding.h"
#include "sandbox/handset.h"

namespace wasphere::sandbox {
namespace {

constexpr unsigned kMostAnswers = 5;

wire::Node enc_node(const Ratchets::Sealed& sealed) {
  return {"enc", {{"v", "2"}, {"type", sealed.type}}, sealed.body};
}

tl::unexpected<Error> unreachable() {
  return fail(ErrorCode::not_found, "nobody has this address, or none of its devices has keys");
}

// From the keys that came with a retry receipt.
std::optional<signal::PreKeyBundle> bundle_in(const wire::Node& receipt) {
  const auto* keys = receipt.child("keys");
  if (keys == nullptr) return std::nullopt;
  const auto registration = stanza::child_number(receipt, "registration", 4);
  const auto identity = stanza::child_array<32>(*keys, "identity");
  const auto* one_time = keys->child("key");
  const auto* signed_key = keys->child("skey");
  if (!registration || !identity || one_time == nullptr || signed_key == nullptr)
    return std::nullopt;
  const auto id = stanza::child_number(*one_time, "id", 3);
  const auto value = stanza::child_array<32>(*one_time, "value");
  const auto signed_id = stanza::child_number(*signed_key, "id", 3);
  const auto signed_value = stanza::child_array<32>(*signed_key, "value");
  const auto signature = stanza::child_array<64>(*signed_key, "signature");
  if (!id || !value || !signed_id || !signed_value || !signature) return std::nullopt;
  return signal::PreKeyBundle{*registration, *identity,  *signed_id,
                              *signed_value, *signature, stanza::PublicPreKey{*id, *value}};
}

}  // namespace

std::string Handset::make_id() {
  auto id = "3EB0" + to_hex(services_.rng.bytes(9));
  std::transform(id.begin(), id.end(), id.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return id;
}

Result<std::string> Handset::send_text(const wire::Jid& to, const std::string& text) {
  const auto plaintext = text_content(text);
  if (to.server == wire::kGroupServer) return send_to_group(to, plaintext);
  return send_to_person(to, plaintext);
}

void Handset::ensure_sessions(const std::vector<wire::Jid>& devices) {
  std::vector<wire::Jid> strangers;
  for (const auto& device : devices)
    if (!ratchets_.has_session(directory_.canonical(device))) strangers.push_back(device);
  for (const auto& [device, bundle] : directory_.bundles_of(strangers))
    (void)ratchets_.begin(directory_.canonical(device), bundle);  // a bad bundle is no bundle
}

bool Handset::add_target(wire::Nodes& targets, const wire::Jid& device, BytesView plaintext) {
  const auto sealed = ratchets_.seal(directory_.canonical(device), plaintext);
  if (!sealed) return false;
  targets.push_back({"to", {{"jid", device}}, wire::Nodes{enc_node(*sealed)}});
  return true;
}

void Handset::finish(wire::Node& message, bool introduces) {
  if (!introduces || keys_.device_identity.empty()) return;
  auto parts = message.children();
  parts.push_back(stanza::leaf("device-identity", keys_.device_identity));
  message.content = std::move(parts);
}

Result<std::string> Handset::send_to_person(const wire::Jid& to, const Bytes& plaintext) {
  auto chat = to.without_device();
  const auto hidden = manners_.hidden ? directory_.to_lid(chat) : std::nullopt;
  if (hidden) chat = *hidden;
  const auto self = self_in(chat.server);
  const bool alone = directory_.is_own(chat);
  std::vector<wire::Jid> users{self.without_device()};
  if (!alone) users.insert(users.begin(), chat);
  auto devices = directory_.devices_of(users);
  std::erase(devices, self);
  ensure_sessions(devices);
  const auto copy = own_copy_content(plaintext, chat.to_string());
  wire::Nodes targets;
  bool reached = alone;
  for (const auto& device : devices) {
    const bool own = directory_.is_own(device);
    if (add_target(targets, device, own ? copy : plaintext) && !own) reached = true;
  }
  if (!reached) return unreachable();
  const bool introduces = std::any_of(targets.begin(), targets.end(), [](const wire::Node& target) {
    return target.child("enc")->attr("type") == "pkmsg";
  });
  auto id = make_id();
  wire::Node message{"message",
                     {{"to", chat}, {"id", id}, {"type", "text"}},
                     wire::Nodes{wire::Node{"participants", {}, std::move(targets)}}};
  if (const auto number = directory_.to_number(chat); number && chat.server == wire::kLidServer)
    message.set("peer_recipient_pn", *number);
  finish(message, introduces);
  remember(id, {chat, plaintext});
  send(message);
  return id;
}

Result<std::string> Handset::send_to_group(const wire::Jid& group, const Bytes& plaintext) {
  const auto* info = directory_.group(group);
  if (info == nullptr) return fail(ErrorCode::not_found, "not a member of this group");
  const auto self = self_in(info->lid_mode ? wire::kLidServer : wire::kUserServer);
  auto devices = directory_.devices_of(info->members);
  const auto hash = stanza::participant_hash(devices);
  std::erase(devices, self);
  std::vector<wire::Jid> lacking;
  auto& holders = ratchets_.holders(group.user);
  for (const auto& device : devices)
    if (!holders.contains(directory_.canonical(device))) lacking.push_back(device);
  ensure_sessions(lacking);
  const auto key = sender_key_content({}, group.to_string(), ratchets_.distribution(group.user));
  wire::Nodes targets;
  for (const auto& device : lacking)
    if (add_target(targets, device, key))
      ratchets_.holders(group.user).insert(directory_.canonical(device));
  const bool introduces = std::any_of(targets.begin(), targets.end(), [](const wire::Node& target) {
    return target.child("enc")->attr("type") == "pkmsg";
  });
  auto sealed = ratchets_.seal_for_group(group.user, plaintext);
  if (!sealed) return fail(signal::to_error(sealed.error()));
  wire::Nodes parts;
  if (!targets.empty()) parts.push_back({"participants", {}, std::move(targets)});
  parts.push_back(enc_node(*sealed));
  auto id = make_id();
  wire::Node message{"message",
                     {{"to", group},
                      {"id", id},
                      {"type", "text"},
                      {"phash", hash},
                      {"addressing_mode", info->lid_mode ? "lid" : "pn"}},
                     std::move(parts)};
  finish(message, introduces);
  remember(id, {group, plaintext});
  send(message);
  return id;
}

// A session that could not be used is begun anew, from the keys that came along or from the
// server's.
void Handset::take_retry_keys(const wire::Node& receipt, const wire::Jid& requester) {
  const auto device = directory_.canonical(requester);
  if (const auto bundle = bundle_in(receipt)) {
    (void)ratchets_.begin(device, *bundle);  // without a session nothing is sent
    return;
  }
  const auto* retry = receipt.child("retry");
  const auto count = retry == nullptr ? 0 : retry->number("count").value_or(0);
  if (ratchets_.has_session(device) && count < 2) return;
  for (const auto& [jid, bundle] : directory_.bundles_of({requester}))
    (void)ratchets_.begin(device, bundle);
}

void Handset::answer_retry(const wire::Node& receipt) {
  const auto id = receipt.attr_or("id", "");
  const auto from = receipt.jid("from").value_or(wire::Jid{});
  const auto participant = receipt.jid("participant");
  const auto requester = participant.value_or(from);
  take_retry_keys(receipt, requester);
  const auto device = directory_.canonical(requester);
  const auto found = sent_.find(id);
  const auto* retry = receipt.child("retry");
  const auto count = retry == nullptr ? 1 : retry->number("count").value_or(1);
  if (found == sent_.end() || count >= kMostAnswers || !ratchets_.has_session(device)) return;
  auto plaintext = found->second.plaintext;
  if (participant) {
    ratchets_.holders(from.user).erase(device);
    plaintext = sender_key_content(plaintext, from.to_string(), ratchets_.distribution(from.user));
  } else if (directory_.is_own(requester)) {
    plaintext = own_copy_content(plaintext, found->second.to.to_string());
  }
  const auto sealed = ratchets_.seal(device, plaintext);
  if (!sealed) return;
  auto enc = enc_node(*sealed);
  enc.set("count", std::to_string(count));
  wire::Node message{
      "message", {{"to", from}, {"id", id}, {"type", "text"}}, wire::Nodes{std::move(enc)}};
  if (participant) {
    const auto* info = directory_.group(from);
    message.set("participant", *participant);
    message.set("addressing_mode", info == nullptr || info->lid_mode ? "lid" : "pn");
  } else {
    message.set("device_fanout", "false");
    if (const auto recipient = receipt.jid("recipient")) message.set("recipient", *recipient);
  }
  finish(message, sealed->type == "pkmsg");
  send(message);
}

}  // namespace wasphere::sandbox
