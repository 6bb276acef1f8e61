#include "sandbox/login_role.h"

#include "core/stanza/server.h"
#include "sandbox/iq_table.h"
#include "sandbox/link.h"
#include "sandbox/network.h"

namespace wasphere::sandbox {
namespace {

// Opaque to clients: they repeat it before the prologue of their next connection.
constexpr std::size_t kRoutingInfo = 8;

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
  network_.post.box(device_).attach(*this);
  if (active_) network_.post.box(device_).begin();
}

LoginRole::~LoginRole() {
  network_.post.box(device_).detach(*this);
}

void LoginRole::replace_older() {
  auto* older = network_.links.login_of(device_, &link_);
  if (older == nullptr) return;
  older->send(stanza::build_replaced());
  older->finish();
}

void LoginRole::on_node(const wire::Node& node) {
  if (node.tag == "iq") return on_iq(node);
  network_.router.on_stanza(device_, node, *this);
}

void LoginRole::on_iq(const wire::Node& iq) {
  const auto type = iq.attr_or("type", "");
  if (type != "get" && type != "set") return;  // answers to our pings
  IqContext context{network_, this, device_};
  link_.send(handle_iq(context, iq));
  auto& box = network_.post.box(device_);
  if (active_) box.begin();
  box.pause(!active_);
  if (context.unlinked) network_.tell_unlinked(*context.unlinked);
}

void LoginRole::deliver(const wire::Node& stanza) {
  const bool faulty = network_.message_faults.any() || delivery_faults_.holds();
  if (stanza.tag != "message" || !faulty) return link_.send(stanza);
  const auto outcome = delivery_faults_.apply(network_.message_faults, device_, stanza);
  for (const auto& each : outcome.stanzas) link_.send(each);
  if (outcome.disconnect) link_.drop();
}

}  // namespace wasphere::sandbox
