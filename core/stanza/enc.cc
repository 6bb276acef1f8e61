#include "core/stanza/enc.h"

#include <array>

#include "core/stanza/fields.h"

namespace wasphere::stanza {
namespace {

constexpr std::size_t kMaxWord = 128;
constexpr std::uint64_t kMaxTime = 253402300799;

struct TypeRow {
  EncType type;
  std::string_view name;
};
constexpr std::array kTypes{TypeRow{EncType::pkmsg, "pkmsg"}, TypeRow{EncType::msg, "msg"},
                            TypeRow{EncType::skmsg, "skmsg"}, TypeRow{EncType::msmsg, "msmsg"}};

std::string_view name_of(EncType type) {
  for (const TypeRow& row : kTypes)
    if (row.type == type) return row.name;
  return "unknown";
}

EncType type_of(std::string_view name) {
  for (const TypeRow& row : kTypes)
    if (row.name == name) return row.type;
  return EncType::unknown;
}

}  // namespace

wire::Node enc_node(const Enc& enc) {
  wire::Node out = leaf("enc", enc.body);
  out.set("v", std::to_string(enc.version));
  out.set("type", std::string(name_of(enc.type)));
  set_if(out, "mediatype", enc.mediatype);
  if (enc.hide_failure) out.set("decrypt-fail", "hide");
  if (enc.count != 0) out.set("count", std::to_string(enc.count));
  return out;
}

Enc read_enc(const wire::Node& node) {
  Enc out;
  out.type = type_of(node.attr_or("type", ""));
  out.version = attr_u32(node, "v").value_or(2);
  out.body = node.content_bytes();
  out.mediatype = attr_word(node, "mediatype");
  out.hide_failure = node.attr("decrypt-fail") == "hide";
  out.count = attr_u32(node, "count").value_or(0);
  return out;
}

std::string attr_word(const wire::Node& node, std::string_view key) {
  std::string value = node.attr_or(key, "");
  return is_printable(value, kMaxWord) ? value : std::string{};
}

std::optional<wire::Jid> attr_user(const wire::Node& node, std::string_view key) {
  auto jid = node.jid(key);
  if (!jid || jid->is_server()) return std::nullopt;
  return jid;
}

std::optional<std::uint64_t> attr_time(const wire::Node& node, std::string_view key) {
  auto time = node.number(key);
  return time && *time <= kMaxTime ? time : std::nullopt;
}

void set_if(wire::Node& node, std::string_view key, std::string_view value) {
  if (!value.empty()) node.set(std::string(key), std::string(value));
}

void set_if(wire::Node& node, std::string_view key, const std::optional<wire::Jid>& value) {
  if (value) node.set(std::string(key), *value);
}

std::string_view base_server(std::string_view server) {
  if (server == "hosted" || server == "c.us") return wire::kUserServer;
  if (server == "hosted.lid") return wire::kLidServer;
  return server;
}

bool is_list(const wire::Jid& jid) {
  return jid.server == wire::kBroadcastServer;
}

bool is_status(const wire::Jid& jid) {
  return is_list(jid) && jid.user == "status";
}

}  // namespace wasphere::stanza
