#include "sandbox/router.h"

#include <algorithm>

#include "core/stanza/server.h"
#include "daemon/runtime/log.h"
#include "sandbox/network.h"

namespace wasphere::sandbox {
namespace {

wire::Node message_ack(const Envelope& envelope) {
  wire::Node ack{"ack",
                 {{"class", "message"},
                  {"id", envelope.id},
                  {"from", envelope.to},
                  {"t", std::to_string(envelope.time)}},
                 {}};
  if (const auto participant = envelope.stanza.jid("participant"))
    ack.set("participant", *participant);
  return ack;
}

std::vector<std::string> ids_of(const wire::Node& receipt) {
  std::vector<std::string> ids{receipt.attr_or("id", "")};
  if (const auto* list = receipt.child("list"))
    for (const auto& item : list->children()) ids.push_back(item.attr_or("id", ""));
  return ids;
}

}  // namespace

void Router::on_stanza(const wire::Jid& device, const wire::Node& stanza, Outlet& back) {
  if (network_.world.device(device) == nullptr) return;  // unlinked a moment ago
  if (stanza.tag == "message") return on_message(device, stanza, back);
  if (stanza.tag == "receipt") return on_receipt(device, stanza, back);
  if (stanza.tag == "ack") return on_ack(device, stanza);
  if (stanza.tag == "chatstate") return on_chat_state(device, stanza);
  if (const auto count = stanza::parse_offline_batch(stanza))
    network_.post.box(device).allow(*count);
}

void Router::on_message(const wire::Jid& device, const wire::Node& stanza, Outlet& back) {
  const auto envelope = open_envelope(network_, device, stanza);
  const auto verdict = check_envelope(network_, envelope);
  if (verdict.error != 0)
    runtime::log_info("sandbox.router", "{}: message {} refused with {}: {}", device.to_string(),
                      envelope.id, verdict.error, verdict.rule);
  const auto injected = network_.message_faults.take(MessageFault::ack_error, device);
  const int error = injected.value_or(verdict.error);
  if (error == 0 && verdict.drop) return;
  auto ack = message_ack(envelope);
  if (error != 0) {
    ack.set("error", std::to_string(error));
  } else {
    accept(envelope, ack);
  }
  network_.acks.answer(device, ack, back);
}

// A repetition goes only to those who have asked for it.
void Router::accept(const Envelope& envelope, wire::Node& ack) {
  const auto& account = envelope.account.number;
  const bool again = network_.post.ledger().find(account, envelope.id) != nullptr;
  if (!again) network_.post.authored(account, envelope.id, {envelope.sender.device, envelope.time});
  if (const auto hash = diverging_hash(network_, envelope); !hash.empty()) ack.set("phash", hash);
  if (envelope.recipient != nullptr)
    network_.acquaintances.add(account, envelope.recipient->number);
  fan_out(network_, envelope, again);
}

void Router::on_receipt(const wire::Jid& device, const wire::Node& receipt, Outlet& back) {
  clear_answered(device, receipt);
  forward_receipt(network_, device, receipt);
  auto ack = stanza::build_server_ack(receipt, runtime::unix_seconds(network_.clock));
  if (const auto type = receipt.attr("type")) ack.set("type", *type);
  for (const char* key : {"participant", "recipient"})
    if (const auto jid = receipt.jid(key)) ack.set(key, *jid);
  back.deliver(ack);
}

// A message is answered by "it arrived", a copy for an own device only by "sender". Retries and
// reads say nothing about the mailbox.
void Router::clear_answered(const wire::Jid& device, const wire::Node& receipt) {
  const auto type = receipt.attr_or("type", "");
  const auto to = receipt.jid("to");
  const bool arrived = type.empty() || type == "inactive" || type == "peer_msg";
  if (!to || (!arrived && type != "sender")) return;
  const auto matches = [&](const Letter& letter) {
    return letter.kind == LetterKind::message && letter.own_copy == (type == "sender") &&
           same_party(*letter.stanza.jid("from"), *to);
  };
  for (const auto& id : ids_of(receipt)) network_.post.answered(device, id, matches);
}

void Router::on_ack(const wire::Jid& device, const wire::Node& ack) {
  const auto kind = ack.attr_or("class", "");
  const auto to = ack.jid("to");
  const bool is_message = kind == "message";
  const bool refused = ack.has("error");
  const auto matches = [&](const Letter& letter) {
    if (letter.stanza.tag != kind) return false;
    if (is_message && letter.own_copy && !refused) return false;  // wants a "sender" receipt
    const bool same_type = is_message || letter.stanza.attr("type") == ack.attr("type");
    return same_type && to && same_party(*letter.stanza.jid("from"), *to);
  };
  network_.post.answered(device, ack.attr_or("id", ""), matches);
}

void Router::on_chat_state(const wire::Jid& device, const wire::Node& stanza) {
  const auto to = stanza.jid("to");
  const auto* account = to ? network_.world.account_of(*to) : nullptr;
  if (account == nullptr) return;
  auto out = stanza;
  out.attrs = {{"from", network_.world.in_namespace(device, to->server)->without_device()}};
  for (const auto& each : network_.world.addresses_of(*account)) network_.post.pass(each, out);
}

// A client may answer with or without the device, but not in the name of another one.
bool Router::same_party(const wire::Jid& a, const wire::Jid& b) const {
  if (a == b) return true;
  const auto left = network_.world.phone_form(a);
  const auto right = network_.world.phone_form(b);
  if (!left || !right) return a.without_device() == b.without_device() && a.device == b.device;
  return left->user == right->user && (right->device == 0 || right->device == left->device);
}

}  // namespace wasphere::sandbox
