// Questions about things this network does not keep, and what a companion may change about itself.
#include "core/stanza/server.h"
#include "sandbox/iq_handlers.h"
#include "sandbox/login_role.h"
#include "sandbox/network.h"
#include "sandbox/notices.h"

namespace wasphere::sandbox {
namespace {

wire::Node collection_answer(const wire::Node& asked) {
  wire::Node collection{"collection", {{"name", asked.attr_or("name", "")}}, {}};
  if (asked.child("patch") == nullptr) {
    collection.set("version", asked.attr_or("version", "0"));
    return collection;
  }
  // No collection is kept here, so none can be written.
  collection.set("type", "error");
  wire::Node error{"error", {{"code", "501"}, {"text", "feature-not-implemented"}}, {}};
  collection.content = wire::Nodes{std::move(error)};
  return collection;
}

}  // namespace

wire::Node set_active(IqContext& context, const wire::Node& iq) {
  if (context.login != nullptr) context.login->set_active(true);
  return stanza::answer(iq);
}

wire::Node set_passive(IqContext& context, const wire::Node& iq) {
  if (context.login != nullptr) context.login->set_active(false);
  return stanza::answer(iq);
}

wire::Node app_state_sync(IqContext&, const wire::Node& iq) {
  wire::Nodes collections;
  for (const auto& asked : iq.child("sync")->children())
    if (asked.tag == "collection") collections.push_back(collection_answer(asked));
  return stanza::answer(iq, {{"sync", {}, std::move(collections)}});
}

// Whoever issues a token lets the other one write to him.
wire::Node issue_tokens(IqContext& context, const wire::Node& iq) {
  auto& network = context.network;
  const auto& issuer = *network.world.account_of(context.device);
  for (const auto& asked : iq.child("tokens")->children()) {
    const auto jid = asked.jid("jid");
    const auto* to = jid ? network.world.account_of(*jid) : nullptr;
    if (to == nullptr) continue;
    const auto time = asked.number("t").value_or(runtime::unix_seconds(network.clock));
    const auto* token = network.tokens.issue(issuer, *to, time, network.rng);
    if (token != nullptr) tell_token(network, issuer, *to, *token);
  }
  return stanza::answer(iq);
}

wire::Node profile_picture(IqContext&, const wire::Node& iq) {
  return stanza::answer_error(iq, 404, "item-not-found");
}

// A companion may only take itself away.
wire::Node remove_companion(IqContext& context, const wire::Node& iq) {
  const auto jid = iq.child("remove-companion-device")->jid("jid");
  const auto& world = context.network.world;
  const auto* device = jid ? world.device(*jid) : nullptr;
  if (device == nullptr || device->jid() != context.device)
    return stanza::answer_error(iq, 403, "forbidden");
  if (auto forgotten = context.network.forget(context.device); !forgotten)
    return not_saved(iq, forgotten.error());
  context.unlinked = context.device;
  return stanza::answer(iq);
}

}  // namespace wasphere::sandbox
