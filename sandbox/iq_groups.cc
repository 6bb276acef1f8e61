// Groups: metadata, and what members may change (protocol 2, sections 5.1 and 8.8).
#include <algorithm>
#include <array>
#include <utility>

#include "core/stanza/fields.h"
#include "core/stanza/server.h"
#include "sandbox/group_desk.h"
#include "sandbox/iq_handlers.h"
#include "sandbox/network.h"

namespace wasphere::sandbox {
namespace {

wire::Node refuse(const wire::Node& iq, int code) {
  const char* text = code == 403 ? "forbidden" : code == 404 ? "item-not-found" : "bad-request";
  return stanza::answer_error(iq, code, text);
}

std::vector<wire::Jid> participants_in(const wire::Node& parent) {
  std::vector<wire::Jid> found;
  for (const auto& child : parent.children())
    if (const auto jid = child.tag == "participant" ? child.jid("jid") : std::nullopt)
      found.push_back(*jid);
  return found;
}

wire::Node create(IqContext& context, const wire::Node& iq, const wire::Node& request) {
  const auto subject = request.attr_or("subject", "");
  if (subject.empty()) return bad_request(iq);
  GroupDesk desk(context.network, context.device);
  auto group =
      desk.create(subject, participants_in(request), request.attr("addressing_mode") != "pn");
  if (!group) return not_saved(iq, group.error());
  return stanza::answer(iq, {group_node(context.network.world, **group)});
}

wire::Node leave(IqContext& context, const wire::Node& iq, const wire::Node& request) {
  wire::Nodes left;
  GroupDesk desk(context.network, context.device);
  const auto* account = context.network.world.account_of(context.device);
  for (const auto& child : request.children()) {
    const auto jid = child.jid("id");
    const auto* group = jid ? context.network.groups.find(*jid) : nullptr;
    wire::Node outcome{"group", child.attrs, {}};
    if (group == nullptr || !group->has(account->number)) {
      outcome.set("error", "404");
    } else if (auto changed = desk.change(*group, "remove", {context.device}); !changed) {
      return not_saved(iq, changed.error());
    }
    left.push_back(std::move(outcome));
  }
  return stanza::answer(iq, {{"leave", {}, std::move(left)}});
}

bool is_membership(const std::string& tag) {
  return tag == "add" || tag == "remove" || tag == "promote" || tag == "demote";
}

}  // namespace

wire::Node group_query(IqContext& context, const wire::Node& iq) {
  const auto& network = context.network;
  const auto& number = network.world.account_of(context.device)->number;
  if (iq.child("participating") != nullptr) {
    wire::Nodes groups;
    for (const auto* group : network.groups.of(number))
      groups.push_back(group_node(network.world, *group));
    return stanza::answer(iq, {{"groups", {}, std::move(groups)}});
  }
  const auto jid = iq.jid("to");
  const auto* group = jid ? network.groups.find(*jid) : nullptr;
  if (group == nullptr || iq.child("query") == nullptr) return refuse(iq, 404);
  if (!group->has(number)) return refuse(iq, 403);
  return stanza::answer(iq, {group_node(network.world, *group)});
}

wire::Node group_change(IqContext& context, const wire::Node& iq) {
  const auto* request = iq.child();
  const auto jid = iq.jid("to");
  if (request == nullptr || !jid) return bad_request(iq);
  if (request->tag == "create") return create(context, iq, *request);
  if (request->tag == "leave") return leave(context, iq, *request);
  const auto* group = context.network.groups.find(*jid);
  if (group == nullptr) return refuse(iq, 404);
  GroupDesk desk(context.network, context.device);
  if (!desk.may(*group, request->tag)) return refuse(iq, 403);
  if (is_membership(request->tag)) {
    auto outcome = desk.change(*group, request->tag, participants_in(*request));
    if (!outcome) return not_saved(iq, outcome.error());
    return stanza::answer(iq, {{request->tag, {}, *std::move(outcome)}});
  }
  const auto changed = desk.set(*group, *request);
  if (!changed) return not_saved(iq, changed.error());
  return *changed ? stanza::answer(iq) : bad_request(iq);
}

}  // namespace wasphere::sandbox
