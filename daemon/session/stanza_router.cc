#include "daemon/session/stanza_router.h"

#include "core/stanza/iq.h"
#include "core/stanza/stream.h"
#include "daemon/runtime/log.h"

namespace wasphere::session {

using runtime::Task;

namespace {

constexpr std::size_t kMaxRoutingInfo = 4096;
constexpr std::size_t kMaxBatch = 64;

LinkEnd multidevice_off() {
  return {EndKind::multidevice_off, "multidevice_off", "the phone does not support linked devices"};
}

}  // namespace

StanzaRouter::StanzaRouter(Link link) : link_(link), keys_(link), offline_(link) {}

Task<std::optional<LinkEnd>> StanzaRouter::route(wire::Node stanza) {
  if (wire::is_stream_end(stanza))
    co_return LinkEnd{EndKind::retry, "stream_closed", "the server closed the stream"};
  if (stanza.tag == "stream:error") co_return end_of(stanza::parse_stream_error(stanza));
  if (stanza.tag == "failure") co_return end_of(stanza::parse_failure(stanza));
  offline_.on_stanza(stanza);
  if (stanza.tag == "ib") co_return co_await on_ib(std::move(stanza));
  if (stanza.tag == "notification") co_return co_await on_notification(std::move(stanza));
  if (stanza.tag == "message" || stanza.tag == "receipt")
    co_return co_await on_traffic(std::move(stanza));
  if (stanza.tag == "ack") {
    link_.account.on_ack(stanza);
  } else if (stanza.tag == "iq") {
    link_.connection->send(stanza::iq_error(stanza, 501, "feature-not-implemented"));
  } else {
    acknowledge(stanza);
  }
  co_return std::nullopt;
}

// What waits together is stored together. The account answers each, once it is stored.
Task<StanzaRouter::Ending> StanzaRouter::on_traffic(wire::Node first) {
  const bool messages = first.tag == "message";
  auto batch = co_await link_.connection->with_followers(std::move(first), kMaxBatch);
  for (std::size_t i = 1; i < batch.size(); ++i) offline_.on_stanza(batch[i]);
  Status done;
  if (messages) {
    done = co_await link_.account.on_messages(std::move(batch));
  } else {
    done = co_await link_.account.on_receipts(std::move(batch));
  }
  if (!done) co_return end_of(done.error());
  co_return std::nullopt;
}

Task<StanzaRouter::Ending> StanzaRouter::on_notification(wire::Node notification) {
  if (stanza::parse_low_prekeys(notification)) {
    const Status filled = co_await keys_.on_low();
    // If only the server would not take them: it will say again that it has few, at the latest at
    // login.
    if (!filled && end_of(filled.error()).kind == EndKind::store_failed)
      co_return end_of(filled.error());
  }
  const auto taken = co_await link_.account.on_notification(notification);
  if (!taken) co_return end_of(taken.error());
  if (!*taken) acknowledge(notification);
  co_return std::nullopt;
}

Task<StanzaRouter::Ending> StanzaRouter::on_ib(wire::Node ib) {
  for (const wire::Node& child : ib.children()) {
    auto end = co_await on_ib_child(child);
    if (end) co_return end;
  }
  co_return std::nullopt;
}

Task<StanzaRouter::Ending> StanzaRouter::on_ib_child(wire::Node child) {
  if (child.tag == "offline_preview") offline_.on_preview(child.number("count").value_or(0));
  if (child.tag == "offline") {
    offline_.on_end();
    link_.account.on_offline_end();
  }
  if (child.tag == "downgrade_webclient") co_return multidevice_off();
  if (child.tag == "dirty" && child.has("type"))
    link_.tasks.spawn(clean(child.attr_or("type", ""), child.attr_or("timestamp", "")));
  if (child.tag == "client_expiration")
    runtime::log_warning("session",
                         "WhatsApp will stop serving this version of WaSphere (unix time {})",
                         child.number("t").value_or(0));
  if (child.tag == "edge_routing") {
    const Status saved = co_await save_routing(&child);
    if (!saved) co_return end_of(saved.error());
  }
  co_return std::nullopt;
}

Task<Status> StanzaRouter::save_routing(const wire::Node* edge_routing) {
  const wire::Node* info = edge_routing->child("routing_info");
  const Bytes routing = info == nullptr ? Bytes{} : info->content_bytes();
  const bool known = routing == link_.state.device()->routing_info;
  if (routing.empty() || routing.size() > kMaxRoutingInfo || known) co_return Status{};
  Change change;
  change.device = [&routing](stanza::Device& device) { device.routing_info = routing; };
  co_return co_await link_.state.apply(std::move(change));
}

// Nothing is kept yet that could be out of date, so what is dirty is clean at once.
Task<> StanzaRouter::clean(std::string type, std::string timestamp) {
  Connection& connection = *link_.connection;
  wire::Node request = stanza::clean_dirty(connection.next_id(), type, timestamp);
  const auto answer = co_await connection.iq(std::move(request), kIqTimeout);
  if (!answer)
    runtime::log_debug("session", "{}: clean: {}", link_.state.row().id, answer.error().message);
}

void StanzaRouter::acknowledge(const wire::Node& stanza) {
  const auto own = wire::Jid::parse(link_.state.row().jid).value_or(wire::Jid{});
  if (const auto ack = stanza::ack_for(stanza, own)) link_.connection->send(*ack);
}

}  // namespace wasphere::session
