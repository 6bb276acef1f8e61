// What the server refuses (protocol 2, section 8.2), one rule a function, in the order they are
// looked at.
#include <algorithm>
#include <array>

#include "sandbox/envelope.h"
#include "sandbox/network.h"

namespace wasphere::sandbox {
namespace {

constexpr int kBadRequest = 400;
constexpr int kForbidden = 403;
constexpr int kNotFound = 404;
constexpr int kNotAllowed = 405;
constexpr int kStaleAddressing = 421;
constexpr int kNoToken = 463;
constexpr int kCapped = 475;
constexpr int kMalformed = 479;

constexpr std::array<std::string_view, 7> kTypes{"text",  "media",       "reaction", "poll",
                                                 "event", "medianotify", "pay"};

bool user_space(const wire::Jid& jid) {
  return jid.server == wire::kUserServer || jid.server == wire::kLidServer;
}

std::vector<const wire::Node*> all_encs(const Envelope& envelope) {
  auto encs = envelope.direct;
  for (const auto& target : envelope.targets)
    if (target.enc != nullptr) encs.push_back(target.enc);
  return encs;
}

int check_shape(const Network&, const Envelope& envelope) {
  const auto type = envelope.stanza.attr_or("type", "");
  if (envelope.id.empty() || envelope.to.server.empty()) return kMalformed;
  if (std::find(kTypes.begin(), kTypes.end(), type) == kTypes.end()) return kMalformed;
  if (!envelope.fan_out && envelope.direct.empty()) return kMalformed;
  for (const auto* enc : all_encs(envelope)) {
    const auto kind = enc->attr_or("type", "");
    const bool known = kind == "msg" || kind == "pkmsg" || kind == "skmsg" || kind == "msmsg";
    if (!enc->has("v") || !known || enc->content_bytes().empty()) return kMalformed;
  }
  return 0;
}

int check_combinations(const Network& network, const Envelope& envelope) {
  const auto& stanza = envelope.stanza;
  const bool token = stanza.child("tctoken") != nullptr || stanza.child("cstoken") != nullptr;
  if (envelope.peer && token) return kMalformed;
  if (envelope.status && stanza.has("addressing_mode")) return kMalformed;
  const auto* meta = stanza.child("meta");
  const bool reaction = stanza.attr("type") == "reaction";
  if (envelope.status && reaction && meta != nullptr && meta->has("status_setting"))
    return kMalformed;
  if (envelope.retry() && envelope.fan_out) return kMalformed;
  const auto encs = all_encs(envelope);
  const auto has = [&](const char* key) {
    return std::any_of(encs.begin(), encs.end(), [&](const auto* enc) { return enc->has(key); });
  };
  if (stanza.child("biz") != nullptr && has("mediatype")) return kMalformed;
  const bool introduces = std::any_of(encs.begin(), encs.end(),
                                      [](const auto* enc) { return enc->attr("type") == "pkmsg"; });
  const bool required = network.policies.of(envelope.account.number).need_device_identity;
  const bool companion = envelope.sender.device != 0;
  if (introduces && companion && required && stanza.child("device-identity") == nullptr)
    return kMalformed;
  return 0;
}

int check_spaces(const Network& network, const Envelope& envelope) {
  const bool hidden = envelope.to.server == wire::kLidServer;
  if (hidden && !network.policies.of(envelope.account.number).lid_migrated) return kBadRequest;
  std::string space = user_space(envelope.to) ? envelope.to.server : "";
  for (const auto& target : envelope.targets) {
    if (space.empty()) space = target.device.server;
    if (target.device.server != space || !user_space(target.device)) return kBadRequest;
  }
  return 0;
}

int check_group(const Network&, const Envelope& envelope) {
  if (envelope.to.server != wire::kGroupServer) return 0;
  if (envelope.group == nullptr) return kNotFound;
  const auto& group = *envelope.group;
  if (!group.has(envelope.account.number)) return kForbidden;
  if (group.announce && !group.admin(envelope.account.number)) return kNotAllowed;
  const auto mode = envelope.stanza.attr("addressing_mode");
  if (mode && *mode != (group.lid_mode ? "lid" : "pn")) return kStaleAddressing;
  const auto wrong = [&](const Addressed& target) { return target.device.server != group.space(); };
  return std::any_of(envelope.targets.begin(), envelope.targets.end(), wrong) ? kStaleAddressing
                                                                              : 0;
}

int check_recipient(const Network& network, const Envelope& envelope) {
  if (envelope.to.server == wire::kGroupServer || envelope.status) return 0;
  if (envelope.recipient == nullptr) return kNotFound;
  const bool own = envelope.recipient == &envelope.account;
  // The own phone is told under its number only.
  if (envelope.peer) return own && envelope.to.server == wire::kUserServer ? 0 : kMalformed;
  const auto& policy = network.policies.of(envelope.recipient->number);
  return policy.blocked.contains(envelope.account.number) ? kForbidden : 0;
}

// Somebody who has never written to the sender.
int check_cold(const Network& network, const Envelope& envelope) {
  const auto& policy = network.policies.of(envelope.account.number);
  if (envelope.recipient == nullptr || envelope.recipient == &envelope.account) return 0;
  if (!policy.timelocked && !policy.capped) return 0;
  if (network.tokens.valid(*envelope.recipient, envelope.account, envelope.stanza, envelope.time))
    return 0;
  return policy.timelocked ? kNoToken : kCapped;
}

bool untyped_media(const Network& network, const Envelope& envelope) {
  if (!network.policies.of(envelope.account.number).drop_untyped_media) return false;
  if (envelope.stanza.attr("type") != "media") return false;
  if (envelope.stanza.child("biz") != nullptr) return false;
  const auto* content = envelope.direct.empty() ? nullptr : envelope.direct.front();
  for (const auto& target : envelope.targets)
    if (content == nullptr) content = target.enc;
  return content != nullptr && !content->has("mediatype");
}

}  // namespace

Verdict check_envelope(const Network& network, const Envelope& envelope) {
  struct Rule {
    const char* name;
    int (*check)(const Network&, const Envelope&);
  };
  constexpr std::array kRules{
      Rule{"its shape", check_shape},         Rule{"its parts together", check_combinations},
      Rule{"addresses", check_spaces},        Rule{"the group", check_group},
      Rule{"the recipient", check_recipient}, Rule{"a cold contact", check_cold}};
  for (const auto& rule : kRules)
    if (const int error = rule.check(network, envelope); error != 0)
      return {.error = error, .drop = false, .rule = rule.name};
  return {.error = 0, .drop = untyped_media(network, envelope), .rule = ""};
}

}  // namespace wasphere::sandbox
