// Receipts as we send them.
#include <algorithm>

#include "core/stanza/enc.h"
#include "core/stanza/fields.h"
#include "core/stanza/key_nodes.h"
#include "core/stanza/receipt.h"

namespace wasphere::stanza {
namespace {

wire::Node list_of(const std::vector<std::string>& ids) {
  wire::Nodes items;
  std::size_t count = std::min(ids.size(), kMaxReceiptIds);
  for (std::size_t i = 1; i < count; ++i) items.push_back(text_attr_node("item", "id", ids[i]));
  return {"list", {}, std::move(items)};
}

wire::Node addressed(std::string_view id, const ReceiptAddress& address) {
  wire::Node out{"receipt", {{"id", std::string(id)}, {"to", address.to}}, {}};
  set_if(out, "participant", address.participant);
  set_if(out, "recipient", address.recipient);
  return out;
}

wire::Node retry_node(const IncomingMessage& message, std::uint32_t count, std::uint32_t error) {
  wire::Node out{"retry", {{"v", "1"}, {"count", std::to_string(count)}}, {}};
  out.set("id", message.id);
  out.set("t", std::to_string(message.time));
  if (error != 0) out.set("error", std::to_string(error));
  return out;
}

wire::Node keys_node(const OwnKeys& keys) {
  wire::Nodes out{leaf("type", kCurve25519), leaf("identity", keys.identity),
                  key_node(keys.one_time),
                  signed_key_node(keys.signed_id, keys.signed_key, keys.signature)};
  if (!keys.device_identity.empty()) out.push_back(leaf("device-identity", keys.device_identity));
  return {"keys", {}, std::move(out)};
}

}  // namespace

ReceiptAddress receipt_address(const IncomingMessage& message) {
  ReceiptAddress out{message.from, message.participant, message.recipient};
  if (message.peer) out.recipient.reset();
  if (out.recipient) out.recipient = out.recipient->without_device();
  return out;
}

std::string_view receipt_type(const IncomingMessage& message, bool active) {
  if (message.peer) return "peer_msg";
  if (message.from_me) return "sender";
  return active ? "" : "inactive";
}

wire::Node build_receipt(const std::vector<std::string>& ids, const ReceiptAddress& address,
                         std::string_view type, std::optional<std::uint64_t> time) {
  wire::Node out = addressed(ids.front(), address);
  set_if(out, "type", type);
  if (time) out.set("t", std::to_string(*time));
  if (is_status(address.to)) out.set("context", "status");
  if (ids.size() > 1) out.content = wire::Nodes{list_of(ids)};
  return out;
}

wire::Node build_retry_receipt(const IncomingMessage& message, std::uint32_t count,
                               std::uint32_t error, std::uint32_t registration_id,
                               const std::optional<OwnKeys>& keys) {
  wire::Node out = addressed(message.id, receipt_address(message));
  out.set("type", "retry");
  if (message.peer) out.set("category", "peer");
  wire::Nodes children{retry_node(message, count, error),
                       leaf("registration", big_endian(registration_id, 4))};
  if (keys) children.push_back(keys_node(*keys));
  out.content = std::move(children);
  return out;
}

}  // namespace wasphere::stanza
