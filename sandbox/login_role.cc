#include "sandbox/login_role.h"

#include <utility>

#include "core/stanza/server.h"
#include "sandbox/iq_table.h"
#include "sandbox/link.h"
#include "sandbox/network.h"

namespace wasphere::sandbox {
namespace {

// Opaque to clients: they repeat it before the prologue of their next connection.
constexpr std::size_t kRoutingInfo = 8;
// Nobody can be reached yet: a sender is told so instead of waiting for an ack.
constexpr const char* kUnknownRecipient = "404";

}  // namespace

void LoginRole::start() {
  replace_older();
  const auto now = runtime::unix_seconds(network_.clock);
  const auto& account = *network_.world.account_of(device_);
  link_.send(stanza::build_success({.time = now,
                                    .lid = account.lid_jid(device_.device),
                                    .display_name = account.name,
                                    .creation = account.created}));
  link_.send(
      stanza::build_edge_routing(BytesView(network_.certificates.root()).first(kRoutingInfo)));
  link_.send(stanza::build_offline_preview({}));
  link_.send(stanza::build_offline(0));
}

void LoginRole::replace_older() {
  auto* older = network_.links.login_of(device_, &link_);
  if (older == nullptr) return;
  older->send(stanza::build_replaced());
  older->finish();
}

void LoginRole::on_node(const wire::Node& node) {
  const auto now = runtime::unix_seconds(network_.clock);
  if (node.tag == "iq") return on_iq(node);
  if (node.tag != "receipt" && node.tag != "message") return;
  auto ack = stanza::build_server_ack(node, now);
  if (node.tag == "message") ack.set("error", kUnknownRecipient);
  link_.send(ack);
}

void LoginRole::on_iq(const wire::Node& iq) {
  const auto type = iq.attr_or("type", "");
  if (type != "get" && type != "set") return;  // answers to our pings
  IqContext context{network_, *this, device_};
  link_.send(handle_iq(context, iq));
  flush();
  if (context.unlinked) network_.tell_unlinked(*context.unlinked);
}

void LoginRole::deliver(wire::Node node) {
  held_.push_back(std::move(node));
  flush();
}

void LoginRole::flush() {
  if (!active_) return;
  for (const auto& node : std::exchange(held_, {})) link_.send(node);
}

}  // namespace wasphere::sandbox
