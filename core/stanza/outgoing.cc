// What a client sends: the fan-out, built and read.
#include <algorithm>

#include "core/stanza/enc.h"
#include "core/stanza/fields.h"

namespace wasphere::stanza {
namespace {

constexpr std::string_view kTokenVersion = "2";

bool is_pkmsg(const Enc& enc) {
  return enc.type == EncType::pkmsg;
}

bool has_pkmsg(const OutgoingMessage& message) {
  return (message.common && is_pkmsg(*message.common)) ||
         std::ranges::any_of(message.targets, is_pkmsg, &Target::enc);
}

wire::Node target_node(const Target& target) {
  wire::Node out{"to", {{"jid", target.device}}, {}};
  if (!target.enc.body.empty()) out.content = wire::Nodes{enc_node(target.enc)};
  return out;
}

wire::Node participants_node(const std::vector<Target>& targets) {
  wire::Nodes children;
  children.reserve(targets.size());
  for (const Target& target : targets) children.push_back(target_node(target));
  return {"participants", {}, std::move(children)};
}

wire::Node reporting_node(BytesView token) {
  wire::Node inner = leaf("reporting_token", token);
  inner.set("v", std::string(kTokenVersion));
  return {"reporting", {}, wire::Nodes{std::move(inner)}};
}

void set_attributes(wire::Node& out, const OutgoingMessage& message) {
  out.set("to", message.to);
  out.set("id", message.id);
  out.set("type", message.type);
  set_if(out, "edit", message.edit);
  set_if(out, "phash", message.phash);
  set_if(out, "addressing_mode", message.addressing_mode);
  set_if(out, "peer_recipient_pn", message.peer_recipient_pn);
  set_if(out, "participant", message.participant);
  set_if(out, "recipient", message.recipient);
  if (message.peer) out.set("category", "peer");
  set_if(out, "push_priority", message.push_priority);
  if (message.no_fanout) out.set("device_fanout", "false");
}

void add_bytes(wire::Nodes& out, const char* tag, BytesView content) {
  if (!content.empty()) out.push_back(leaf(tag, content));
}

wire::Nodes children_of(const OutgoingMessage& message) {
  wire::Nodes out;
  if (!message.targets.empty()) out.push_back(participants_node(message.targets));
  if (message.common) out.push_back(enc_node(*message.common));
  if (has_pkmsg(message)) add_bytes(out, "device-identity", message.device_identity);
  if (!message.meta.empty()) out.push_back({"meta", message.meta, {}});
  if (!message.reporting_token.empty()) out.push_back(reporting_node(message.reporting_token));
  add_bytes(out, "tctoken", message.privacy_token);
  add_bytes(out, "cstoken", message.cs_token);
  out.insert(out.end(), message.extra.begin(), message.extra.end());
  return out;
}

Result<Enc> strict_enc(const wire::Node& node) {
  if (!node.has("v")) return malformed("enc without v");
  if (!node.has("type")) return malformed("enc without type");
  Enc out = read_enc(node);
  if (out.type == EncType::unknown) return malformed("enc of an unknown type");
  if (out.body.empty()) return malformed("enc without content");
  return out;
}

Result<Target> read_target(const wire::Node& to) {
  auto device = attr_user(to, "jid");
  if (to.tag != "to" || !device) return malformed("participants with something else than <to jid>");
  const wire::Node* enc = to.child("enc");
  if (enc == nullptr) return Target{*device, {}};
  WS_TRY(Enc read, strict_enc(*enc));
  return Target{*device, std::move(read)};
}

Status read_encs(OutgoingMessage& out, const wire::Node& node) {
  if (const wire::Node* participants = node.child("participants")) {
    for (const wire::Node& to : participants->children()) {
      WS_TRY(Target target, read_target(to));
      out.targets.push_back(std::move(target));
    }
  }
  if (const wire::Node* enc = node.child("enc")) {
    WS_TRY(Enc read, strict_enc(*enc));
    out.common = std::move(read);
  }
  if (!out.common && out.targets.empty()) return malformed("message without enc");
  return {};
}

Status read_required(OutgoingMessage& out, const wire::Node& node) {
  if (node.tag != "message") return malformed("not a message");
  auto to = attr_user(node, "to");
  out.id = attr_word(node, "id");
  out.type = attr_word(node, "type");
  if (out.id.empty()) return malformed("message without id");
  if (!to) return malformed("message without to");
  if (out.type.empty()) return malformed("message without type");
  out.to = *to;
  return {};
}

void read_attributes(OutgoingMessage& out, const wire::Node& node) {
  out.edit = attr_word(node, "edit");
  out.phash = attr_word(node, "phash");
  out.addressing_mode = attr_word(node, "addressing_mode");
  out.peer_recipient_pn = attr_user(node, "peer_recipient_pn");
  out.participant = attr_user(node, "participant");
  out.recipient = attr_user(node, "recipient");
  out.peer = node.attr("category") == "peer";
  out.push_priority = attr_word(node, "push_priority");
  out.no_fanout = node.attr("device_fanout") == "false";
}

void read_extras(OutgoingMessage& out, const wire::Node& node) {
  out.device_identity = child_bytes(node, "device-identity").value_or(Bytes{});
  out.privacy_token = child_bytes(node, "tctoken").value_or(Bytes{});
  out.cs_token = child_bytes(node, "cstoken").value_or(Bytes{});
  if (const wire::Node* reporting = node.child("reporting"))
    out.reporting_token = child_bytes(*reporting, "reporting_token").value_or(Bytes{});
  if (const wire::Node* meta = node.child("meta")) out.meta = meta->attrs;
  for (const wire::Node& child : node.children())
    if (child.tag == "biz" || child.tag == "bot") out.extra.push_back(child);
}

}  // namespace

wire::Node build_message(const OutgoingMessage& message) {
  wire::Node out{"message", {}, children_of(message)};
  set_attributes(out, message);
  return out;
}

Result<OutgoingMessage> parse_outgoing(const wire::Node& node) {
  OutgoingMessage out;
  WS_CHECK(read_required(out, node));
  read_attributes(out, node);
  WS_CHECK(read_encs(out, node));
  read_extras(out, node);
  return out;
}

}  // namespace wasphere::stanza
