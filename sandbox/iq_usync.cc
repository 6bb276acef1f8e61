#include <vector>

#include "core/stanza/fields.h"
#include "core/stanza/message.h"
#include "core/stanza/server.h"
#include "sandbox/iq_handlers.h"
#include "sandbox/network.h"

namespace wasphere::sandbox {
namespace {

// One user of the query: an address, or a phone number to look up.
struct Asked {
  wire::Jid jid;
  const AccountRecord* account = nullptr;  // null: unknown to the network
};

Asked read_user(const World& world, const wire::Node& user) {
  if (const auto jid = user.jid("jid")) return {jid->without_device(), world.account_of(*jid)};
  const auto* contact = user.child("contact");
  const auto text = contact == nullptr ? std::string{} : contact->content_text();
  auto digits = text;
  std::erase_if(digits, [](char c) { return c < '0' || c > '9'; });
  // A number without its plus sign is nobody's (protocol 2, section 4.1).
  const auto* account = text.starts_with('+') ? world.account(digits) : nullptr;
  return {{digits, std::string(wire::kUserServer)}, account};
}

wire::Node devices_of(const World& world, const Asked& asked) {
  wire::Nodes devices{stanza::text_attr_node("device", "id", "0")};
  std::vector<wire::Jid> addresses{asked.jid};
  for (const auto* device : world.devices_of(asked.account->number)) {
    const auto id = std::to_string(device->device);
    devices.push_back(
        {"device", {{"id", id}, {"key-index", std::to_string(device->key_index)}}, {}});
    addresses.push_back({asked.jid.user, asked.jid.server, device->device});
  }
  wire::Node list{
      "device-list", {{"hash", stanza::participant_hash(addresses)}}, std::move(devices)};
  wire::Nodes parts{std::move(list)};
  if (!asked.account->key_index_list.empty()) {
    auto index = stanza::leaf("key-index-list", asked.account->key_index_list);
    index.set("ts", std::to_string(asked.account->key_index_time));
    parts.push_back(std::move(index));
  }
  return {"devices", {}, std::move(parts)};
}

wire::Node answer_for(const World& world, const wire::Node& query, const Asked& asked) {
  wire::Nodes parts;
  if (query.child("contact") != nullptr)
    parts.push_back(stanza::text_attr_node("contact", "type", asked.account ? "in" : "out"));
  if (query.child("devices") != nullptr && asked.account != nullptr)
    parts.push_back(devices_of(world, asked));
  if (query.child("lid") != nullptr && asked.account != nullptr)
    parts.push_back({"lid", {{"val", asked.account->lid_jid()}}, {}});
  return {"user", {{"jid", asked.jid}}, std::move(parts)};
}

}  // namespace

wire::Node usync(IqContext& context, const wire::Node& iq) {
  const auto& request = *iq.child("usync");
  const auto* query = request.child("query");
  const auto* list = request.child("list");
  if (query == nullptr || list == nullptr) return bad_request(iq);
  wire::Nodes users;
  for (const auto& user : list->children()) {
    const auto asked = read_user(context.network.world, user);
    if (!asked.jid.user.empty()) users.push_back(answer_for(context.network.world, *query, asked));
  }
  wire::Nodes protocols;
  for (const auto& protocol : query->children()) protocols.push_back({protocol.tag, {}, {}});
  wire::Node reply{"usync", request.attrs,
                   wire::Nodes{wire::Node{"result", {}, std::move(protocols)},
                               wire::Node{"list", {}, std::move(users)}}};
  return stanza::answer(iq, {std::move(reply)});
}

}  // namespace wasphere::sandbox
