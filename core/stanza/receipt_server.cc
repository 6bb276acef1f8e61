// Receipts on their way through a server.
#include "core/stanza/enc.h"
#include "core/stanza/fields.h"
#include "core/stanza/stamp.h"

namespace wasphere::stanza {
namespace {

std::string alternative_key(const Stamp& stamp, const wire::Jid& alternative) {
  const char* whose = "sender";
  if (stamp.recipient) whose = "peer_recipient";
  if (stamp.participant) whose = "participant";
  bool lid = base_server(alternative.server) == wire::kLidServer;
  return std::string(whose) + (lid ? "_lid" : "_pn");
}

}  // namespace

void write_stamp(wire::Node& out, const Stamp& stamp) {
  out.set("from", stamp.from);
  set_if(out, "participant", stamp.participant);
  set_if(out, "recipient", stamp.recipient);
  if (stamp.alternative) {
    wire::Jid bare = stamp.alternative->without_device();
    out.set(alternative_key(stamp, bare), bare);
  }
  out.set("t", std::to_string(stamp.time));
  if (stamp.offline) out.set("offline", std::to_string(*stamp.offline));
}

Result<SentReceipt> parse_sent_receipt(const wire::Node& node) {
  SentReceipt out;
  auto to = attr_user(node, "to");
  std::string id = attr_word(node, "id");
  if (node.tag != "receipt" || !to) return malformed("receipt without to");
  if (id.empty()) return malformed("receipt without id");
  out.to = *to;
  out.ids.push_back(std::move(id));
  if (const wire::Node* list = node.child("list"))
    for (const wire::Node& item : list->children())
      if (std::string more = attr_word(item, "id"); !more.empty()) out.ids.push_back(more);
  out.type = attr_word(node, "type");
  out.participant = attr_user(node, "participant");
  out.recipient = attr_user(node, "recipient");
  return out;
}

wire::Node forward_receipt(const wire::Node& receipt, const Stamp& stamp) {
  wire::Node out{"receipt", {{"id", receipt.attr_or("id", "")}}, receipt.content};
  write_stamp(out, stamp);
  set_if(out, "type", receipt.attr_or("type", ""));
  return out;
}

wire::Node build_grouped_receipt(const wire::Jid& group, std::string_view id, std::string_view type,
                                 const std::vector<GroupedReader>& readers) {
  wire::Nodes users;
  for (const GroupedReader& reader : readers)
    users.push_back({"user", {{"jid", reader.who}, {"t", std::to_string(reader.time)}}, {}});
  wire::Node participants{"participants", {{"key", std::string(id)}}, std::move(users)};
  wire::Node out{"receipt", {{"id", std::string(id)}, {"from", group}}, {}};
  set_if(out, "type", type);
  out.content = wire::Nodes{std::move(participants)};
  return out;
}

}  // namespace wasphere::stanza
