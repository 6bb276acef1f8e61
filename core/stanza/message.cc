// What the server delivers.
#include "core/stanza/message.h"

#include <algorithm>
#include <iterator>

#include "core/stanza/enc.h"
#include "core/stanza/fields.h"

namespace wasphere::stanza {
namespace {

bool same_account(const wire::Jid& own, const wire::Jid& other) {
  return !own.user.empty() && own.user == other.user && own.server == base_server(other.server);
}

// Of a pair of attributes the one in the namespace that the device itself is not in. It names the
// user; the device number carries over.
std::optional<wire::Jid> alternative(const wire::Node& node, std::string_view pn,
                                     std::string_view lid, const wire::Jid& device) {
  bool hidden = base_server(device.server) == wire::kLidServer;
  auto found = attr_user(node, hidden ? pn : lid);
  if (!found || base_server(found->server) == base_server(device.server)) return std::nullopt;
  found->device = device.device;
  return found;
}

std::optional<wire::Jid> bare(std::optional<wire::Jid> jid) {
  if (jid) jid = jid->without_device();
  return jid;
}

void address_shared_chat(IncomingMessage& out, const wire::Node& node) {
  out.chat = out.from.without_device();
  out.sender = *out.participant;
  out.sender_alt = alternative(node, "participant_pn", "participant_lid", out.sender);
}

void address_own_copy(IncomingMessage& out, const wire::Node& node) {
  out.chat = out.recipient.value_or(out.from).without_device();
  out.chat_alt = bare(alternative(node, "peer_recipient_pn", "peer_recipient_lid", out.chat));
  if (!out.chat_alt)
    out.chat_alt = bare(alternative(node, "recipient_pn", "recipient_lid", out.chat));
}

void address_direct_chat(IncomingMessage& out, const wire::Node& node, bool own) {
  out.sender = out.from;
  out.sender_alt = alternative(node, "sender_pn", "sender_lid", out.sender);
  if (own) return address_own_copy(out, node);
  out.chat = out.from.without_device();
  out.chat_alt = bare(out.sender_alt);
}

Status read_addresses(IncomingMessage& out, const wire::Node& node, const OwnAddresses& own) {
  auto from = attr_user(node, "from");
  if (!from) return malformed("message without from");
  out.from = *from;
  out.participant = attr_user(node, "participant");
  out.recipient = attr_user(node, "recipient");
  out.group = from->server == wire::kGroupServer;
  bool shared = out.group || is_list(*from);
  if (shared && !out.participant) return malformed("message of a group without participant");
  if (shared)
    address_shared_chat(out, node);
  else
    address_direct_chat(out, node, own.is_own(*from));
  out.from_me = own.is_own(out.sender);
  return {};
}

bool is_pairwise(const Enc& enc) {
  return enc.type == EncType::pkmsg || enc.type == EncType::msg;
}

// Sender keys arrive in a pkmsg or msg: those come first.
std::vector<Enc> read_encs(const wire::Node& node) {
  std::vector<Enc> out, rest;
  for (const wire::Node& child : node.children()) {
    if (child.tag != "enc") continue;
    Enc enc = read_enc(child);
    (is_pairwise(enc) ? out : rest).push_back(std::move(enc));
  }
  std::ranges::move(rest, std::back_inserter(out));
  return out;
}

void read_content(IncomingMessage& out, const wire::Node& node) {
  out.encs = read_encs(node);
  out.device_identity = child_bytes(node, "device-identity").value_or(Bytes{});
  if (const wire::Node* unavailable = node.child("unavailable")) {
    out.unavailable = attr_word(*unavailable, "type");
    if (out.unavailable.empty()) out.unavailable = "other";
  }
  out.plaintext = node.child("plaintext") != nullptr;
}

void read_words(IncomingMessage& out, const wire::Node& node) {
  out.type = attr_word(node, "type");
  out.push_name = utf8_or_empty(node.attr_or("notify", ""));
  out.offline = node.has("offline");
  out.peer = node.attr("category") == "peer";
  out.edit = attr_word(node, "edit");
  out.addressing_mode = attr_word(node, "addressing_mode");
}

}  // namespace

bool OwnAddresses::is_own(const wire::Jid& other) const {
  return same_account(jid, other) || same_account(lid, other);
}

Result<IncomingMessage> parse_message(const wire::Node& node, const OwnAddresses& own) {
  if (node.tag != "message") return malformed("not a message");
  IncomingMessage out;
  out.id = attr_word(node, "id");
  if (out.id.empty()) return malformed("message without id");
  auto time = attr_time(node, "t");
  if (!time) return malformed("message without t");
  out.time = *time;
  WS_CHECK(read_addresses(out, node, own));
  read_words(out, node);
  read_content(out, node);
  return out;
}

}  // namespace wasphere::stanza
