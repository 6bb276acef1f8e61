// Receipts as the server delivers them.
#include "core/stanza/receipt.h"

#include <array>
#include <set>

#include "core/stanza/enc.h"
#include "core/stanza/fields.h"
#include "core/stanza/key_nodes.h"

namespace wasphere::stanza {
namespace {

struct TypeRow {
  std::string_view name;
  ReceiptType type;
};
constexpr std::array kTypes{TypeRow{"", ReceiptType::delivered},
                            TypeRow{"delivery", ReceiptType::delivered},
                            TypeRow{"inactive", ReceiptType::delivered},
                            TypeRow{"read", ReceiptType::read},
                            TypeRow{"played", ReceiptType::played},
                            TypeRow{"sender", ReceiptType::sender},
                            TypeRow{"read-self", ReceiptType::read_self},
                            TypeRow{"played-self", ReceiptType::played_self},
                            TypeRow{"peer_msg", ReceiptType::peer},
                            TypeRow{"hist_sync", ReceiptType::hist_sync},
                            TypeRow{"retry", ReceiptType::retry},
                            TypeRow{"server-error", ReceiptType::server_error}};

void add_id(std::vector<std::string>& ids, std::string id) {
  if (!id.empty()) ids.push_back(std::move(id));
}

void remove_doubled(std::vector<std::string>& ids) {
  std::set<std::string> seen;
  std::erase_if(ids, [&](const std::string& id) { return !seen.insert(id).second; });
}

// <participants key="message id"><user jid t/>…</participants>, once for each message.
void read_group(IncomingReceipt& out, const wire::Node& participants) {
  std::string id = attr_word(participants, "key");
  for (const wire::Node& user : participants.children())
    if (auto who = attr_user(user, "jid"))
      out.readers.push_back({*who, attr_time(user, "t").value_or(0), id});
  add_id(out.ids, std::move(id));
}

void read_list(IncomingReceipt& out, const wire::Node& list) {
  for (const wire::Node& item : list.children()) add_id(out.ids, attr_word(item, "id"));
}

Status read_subjects(IncomingReceipt& out, const wire::Node& node) {
  add_id(out.ids, attr_word(node, "id"));
  for (const wire::Node& child : node.children()) {
    if (child.tag == "list") read_list(out, child);
    if (child.tag == "participants") read_group(out, child);
  }
  if (out.ids.empty()) return malformed("receipt without id");
  remove_doubled(out.ids);
  return {};
}

Status read_addresses(IncomingReceipt& out, const wire::Node& node, const OwnAddresses& own) {
  auto from = attr_user(node, "from");
  if (!from) return malformed("receipt without from");
  out.from = *from;
  out.participant = attr_user(node, "participant");
  out.recipient = attr_user(node, "recipient");
  bool shared = from->server == wire::kGroupServer || is_list(*from);
  bool own_device = !shared && own.is_own(*from);
  out.chat = (own_device ? out.recipient.value_or(*from) : *from).without_device();
  return {};
}

void name_single_reader(IncomingReceipt& out, const wire::Node& node) {
  if (!out.readers.empty()) return;
  out.readers.push_back({out.participant.value_or(out.from), attr_time(node, "t").value_or(0), {}});
}

Status read_keys(RetryRequest& out, const wire::Node& keys) {
  UploadedBundle bundle;
  bundle.registration_id = out.registration_id;
  auto identity = child_array<32>(keys, "identity");
  if (!identity) return malformed("retry keys without an identity of 32 bytes");
  bundle.identity = *identity;
  WS_CHECK(read_signed_key(keys, bundle));
  if (const wire::Node* key = keys.child("key")) {
    auto one_time = read_key(*key);
    if (!one_time) return malformed("retry keys with a bad <key>");
    bundle.one_time.push_back(*one_time);
  }
  out.device_identity = child_bytes(keys, "device-identity").value_or(Bytes{});
  out.keys = std::move(bundle);
  return {};
}

Result<RetryRequest> read_retry(const wire::Node& node) {
  RetryRequest out;
  const wire::Node* retry = node.child("retry");
  auto registration_id = child_number(node, "registration", 4);
  if (retry == nullptr) return malformed("retry receipt without <retry>");
  if (!registration_id) return malformed("retry receipt without a registration id of 4 bytes");
  out.registration_id = *registration_id;
  out.count = attr_u32(*retry, "count").value_or(1);
  out.error = attr_u32(*retry, "error").value_or(0);
  out.time = attr_time(*retry, "t").value_or(0);
  if (const wire::Node* keys = node.child("keys")) {
    WS_CHECK(read_keys(out, *keys));
  }
  return out;
}

}  // namespace

ReceiptType receipt_type_of(std::string_view name) {
  for (const TypeRow& row : kTypes)
    if (row.name == name) return row.type;
  return ReceiptType::other;
}

Result<IncomingReceipt> parse_receipt(const wire::Node& node, const OwnAddresses& own) {
  if (node.tag != "receipt") return malformed("not a receipt");
  IncomingReceipt out;
  out.type = receipt_type_of(node.attr_or("type", ""));
  out.offline = node.has("offline");
  WS_CHECK(read_addresses(out, node, own));
  WS_CHECK(read_subjects(out, node));
  name_single_reader(out, node);
  if (out.type == ReceiptType::retry) {
    WS_TRY(out.retry, read_retry(node));
  }
  return out;
}

}  // namespace wasphere::stanza
