#include "sandbox/handset_directory.h"

#include <utility>

#include "core/stanza/fields.h"

namespace wasphere::sandbox {
namespace {

wire::Node iq(HandsetDirectory& directory, const char* xmlns, const wire::Jid& to,
              wire::Nodes children) {
  return {"iq",
          {{"id", directory.next_id()}, {"xmlns", xmlns}, {"type", "get"}, {"to", to}},
          std::move(children)};
}

std::optional<signal::PreKeyBundle> read_bundle(const wire::Node& user) {
  const auto* signed_key = user.child("skey");
  const auto identity = stanza::child_array<32>(user, "identity");
  const auto registration = stanza::child_number(user, "registration", 4);
  if (signed_key == nullptr || !identity || !registration) return std::nullopt;
  const auto id = stanza::child_number(*signed_key, "id", 3);
  const auto value = stanza::child_array<32>(*signed_key, "value");
  const auto signature = stanza::child_array<64>(*signed_key, "signature");
  if (!id || !value || !signature) return std::nullopt;
  signal::PreKeyBundle bundle{*registration, *identity, *id, *value, *signature, {}};
  if (const auto* key = user.child("key")) {
    const auto key_id = stanza::child_number(*key, "id", 3);
    const auto key_value = stanza::child_array<32>(*key, "value");
    if (key_id && key_value) bundle.one_time = stanza::PublicPreKey{*key_id, *key_value};
  }
  return bundle;
}

}  // namespace

HandsetDirectory::HandsetDirectory(wire::Jid own, wire::Jid own_lid, Ask ask, Learned learned)
    : own_(std::move(own)),
      own_lid_(std::move(own_lid)),
      ask_(std::move(ask)),
      learned_(std::move(learned)) {
  learn(own_, own_lid_);
}

std::vector<wire::Jid> HandsetDirectory::devices_of(const std::vector<wire::Jid>& users) {
  std::vector<wire::Jid> unknown;
  for (const auto& user : users)
    if (!devices_.contains(user)) unknown.push_back(user);
  if (!unknown.empty()) ask_devices(unknown);
  std::vector<wire::Jid> found;
  for (const auto& user : users) {
    const auto devices = devices_.find(user);
    if (devices == devices_.end()) continue;
    found.insert(found.end(), devices->second.begin(), devices->second.end());
  }
  return found;
}

void HandsetDirectory::ask_devices(const std::vector<wire::Jid>& users) {
  wire::Nodes list;
  for (const auto& user : users) list.push_back({"user", {{"jid", user}}, {}});
  wire::Node query{
      "query",
      {},
      wire::Nodes{wire::Node{"devices", {{"version", "2"}}, {}}, wire::Node{"lid", {}, {}}}};
  wire::Node usync{"usync",
                   {{"sid", next_id()},
                    {"index", "0"},
                    {"last", "true"},
                    {"mode", "query"},
                    {"context", "message"}},
                   wire::Nodes{std::move(query), wire::Node{"list", {}, std::move(list)}}};
  const auto answer = ask_(iq(*this, "usync", wire::Jid::server_only(), {std::move(usync)}));
  const auto* result = answer.child("usync");
  const auto* found = result == nullptr ? nullptr : result->child("list");
  if (found == nullptr) return;
  for (const auto& user : found->children()) read_user(user);
}

void HandsetDirectory::read_user(const wire::Node& user) {
  const auto jid = user.jid("jid");
  if (!jid) return;
  const auto* lid = user.child("lid");
  if (const auto hidden = lid == nullptr ? std::nullopt : lid->jid("val")) {
    if (jid->server == wire::kUserServer) learn(*jid, *hidden);
  }
  const auto* devices = user.child("devices");
  const auto* list = devices == nullptr ? nullptr : devices->child("device-list");
  if (list == nullptr) return;
  auto& known = devices_[jid->without_device()];
  known.clear();
  for (const auto& device : list->children()) {
    auto each = jid->without_device();
    each.device = static_cast<std::uint16_t>(device.number("id").value_or(0));
    known.push_back(std::move(each));
  }
}

void HandsetDirectory::forget_devices(const wire::Jid& user) {
  devices_.erase(user.without_device());
  if (const auto other = to_number(user)) devices_.erase(other->without_device());
  devices_.erase(canonical(user).without_device());
}

std::map<wire::Jid, signal::PreKeyBundle> HandsetDirectory::bundles_of(
    const std::vector<wire::Jid>& devices) {
  std::map<wire::Jid, signal::PreKeyBundle> found;
  if (devices.empty()) return found;
  wire::Nodes users;
  for (const auto& device : devices) users.push_back({"user", {{"jid", device}}, {}});
  const auto answer = ask_(
      iq(*this, "encrypt", wire::Jid::server_only(), {wire::Node{"key", {}, std::move(users)}}));
  const auto* list = answer.child("list");
  if (list == nullptr) return found;
  for (const auto& user : list->children()) {
    const auto jid = user.jid("jid");
    const auto bundle = read_bundle(user);
    if (jid && bundle) found.emplace(*jid, *bundle);
  }
  return found;
}

const HandsetGroup* HandsetDirectory::group(const wire::Jid& jid) {
  if (const auto known = groups_.find(jid.user); known != groups_.end()) return &known->second;
  const auto answer =
      ask_(iq(*this, "w:g2", jid, {wire::Node{"query", {{"request", "interactive"}}, {}}}));
  const auto* node = answer.child("group");
  if (node == nullptr) return nullptr;
  HandsetGroup group;
  group.lid_mode = node->attr("addressing_mode") != "pn";
  for (const auto& child : node->children()) {
    const auto member = child.tag == "participant" ? child.jid("jid") : std::nullopt;
    if (!member) continue;
    group.members.push_back(*member);
    if (const auto number = child.jid("phone_number")) learn(*number, *member);
    if (const auto lid = child.jid("lid")) learn(*member, *lid);
  }
  return &groups_.emplace(jid.user, std::move(group)).first->second;
}

void HandsetDirectory::learn(const wire::Jid& number, const wire::Jid& lid) {
  const bool proper = number.server == wire::kUserServer && lid.server == wire::kLidServer;
  if (!proper || lid_by_number_.contains(number.user)) return;
  lid_by_number_.emplace(number.user, lid.user);
  number_by_lid_.emplace(lid.user, number.user);
  learned_(number.without_device(), lid.without_device());
}

wire::Jid HandsetDirectory::canonical(const wire::Jid& device) const {
  const auto found =
      device.server == wire::kUserServer ? lid_by_number_.find(device.user) : lid_by_number_.end();
  if (found == lid_by_number_.end()) return device;
  return {found->second, std::string(wire::kLidServer), device.device};
}

std::optional<wire::Jid> HandsetDirectory::to_lid(const wire::Jid& jid) {
  if (jid.server == wire::kLidServer) return jid;
  if (!lid_by_number_.contains(jid.user)) ask_devices({jid.without_device()});
  auto found = canonical(jid);
  if (found.server != wire::kLidServer) return std::nullopt;
  return found;
}

std::optional<wire::Jid> HandsetDirectory::to_number(const wire::Jid& jid) const {
  if (jid.server == wire::kUserServer) return jid;
  const auto found = number_by_lid_.find(jid.user);
  if (found == number_by_lid_.end()) return std::nullopt;
  return wire::Jid{found->second, std::string(wire::kUserServer), jid.device};
}

bool HandsetDirectory::is_own(const wire::Jid& jid) const {
  return jid.without_device() == own_.without_device() ||
         jid.without_device() == own_lid_.without_device();
}

}  // namespace wasphere::sandbox
