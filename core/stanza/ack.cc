#include <algorithm>
#include <array>

#include "core/stanza/fields.h"
#include "core/stanza/iq.h"

namespace wasphere::stanza {
namespace {

constexpr int kUnknownStanza = 488;
constexpr std::array<std::string_view, 11> kNeverAcked{
    "iq",  "ib",           "presence",     "chatstate",      "success", "failure",
    "ack", "stream:error", "xmlstreamend", "xmlstreamstart", "error"};
constexpr std::array<std::string_view, 4> kAcked{"message", "receipt", "notification", "call"};
constexpr std::array<std::string_view, 3> kNotificationsWithParticipant{"w:gp2", "mediaretry",
                                                                        "psa"};

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

std::optional<std::string> ack_type(const wire::Node& stanza) {
  auto type = stanza.attr("type");
  if (stanza.tag == "call") {
    const wire::Node* child = stanza.child();
    if (child == nullptr) return std::nullopt;
    return child->tag;
  }
  if (stanza.tag != "notification") return type;
  bool identity_change = type == "encrypt" && stanza.child("identity") != nullptr;
  if (identity_change || type == "devices") return std::nullopt;
  return type;
}

bool names_participant(const wire::Node& stanza) {
  std::string type = stanza.attr_or("type", "");
  if (stanza.tag == "notification") return contains(kNotificationsWithParticipant, type);
  return !(stanza.tag == "receipt" && type == "server-error");
}

void copy_address(wire::Node& ack, const wire::Node& stanza, std::string_view key) {
  if (auto jid = stanza.jid(key)) ack.set(std::string(key), *jid);
}

}  // namespace

std::optional<wire::Node> ack_for(const wire::Node& stanza, const wire::Jid& own,
                                  std::optional<int> error) {
  auto id = stanza.attr("id");
  if (!id || contains(kNeverAcked, stanza.tag)) return std::nullopt;
  wire::Jid to = stanza.jid("from").value_or(wire::Jid::server_only());
  wire::Node ack{"ack", {{"id", *id}, {"to", to}, {"class", stanza.tag}}, {}};
  if (auto type = ack_type(stanza)) ack.set("type", *type);
  // In a direct chat the participant is the destination already.
  if (names_participant(stanza) && stanza.jid("participant") != to)
    copy_address(ack, stanza, "participant");
  copy_address(ack, stanza, "recipient");
  if (stanza.tag == "message") ack.set("from", own);
  if (!error && !contains(kAcked, stanza.tag)) error = kUnknownStanza;
  if (error) ack.set("error", std::to_string(*error));
  return ack;
}

}  // namespace wasphere::stanza
