#include "daemon/messaging/departure.h"

#include <algorithm>

#include "core/model/addon.h"
#include "daemon/messaging/group_departure.h"
#include "daemon/messaging/recipient.h"

namespace wasphere::messaging {

using stanza::EncType;
using wire::Jid;

namespace {

constexpr std::int64_t kTokenBucketS = 604'800;

// Either pointer lives as long as the desk.
using Survey = std::variant<const Desk::Chat*, Needs, Refusal>;

std::vector<const Recipient*> everybody(const Audience& audience) {
  std::vector<const Recipient*> out;
  for (const Recipient& one : audience.recipients) out.push_back(&one);
  return out;
}

std::optional<Jid> other_address(Desk& desk, const Jid& to) {
  const auto other = to.server == wire::kLidServer ? desk.tx.directory.phone_of(desk.job.id(), to)
                                                   : desk.tx.directory.lid_of(desk.job.id(), to);
  if (!other) return std::nullopt;
  return other->without_device();
}

Survey survey_direct(Desk& desk, const Jid& to) {
  if (const auto known = desk.chats.find(to); known != desk.chats.end()) return &known->second;
  Needs needs;
  Desk::Chat chat;
  chat.audience = direct_audience(desk.tx, desk.job, to, desk.gaps, needs);
  if (desk.gaps.users.contains(to) || desk.gaps.users.contains(chat.audience.peer))
    return Refusal{"NOT_ON_WHATSAPP", "the number is not registered"};
  if (needs.none()) need_sessions(desk, everybody(chat.audience), needs);
  if (!needs.none()) return needs;
  chat.other = other_address(desk, chat.audience.to);
  chat.tokens =
      desk.tx.directory.tokens(desk.job.id(), chat.audience.peer).value_or(store::PrivacyTokens{});
  return &desk.chats.emplace(to, std::move(chat)).first->second;
}

// Our own devices learn where it went; everybody else gets the message itself.
std::size_t encrypt_all(Desk& desk, const Audience& audience, const Bytes& message,
                        Departure& out) {
  const Bytes copy = model::wrap_device_sent(message, audience.to);
  std::size_t reached = 0;
  for (const Recipient& one : audience.recipients) {
    auto enc = encrypt_with(desk.ratchets, desk.job, one.address, one.own ? copy : message);
    if (!enc) continue;
    out.stanza.targets.push_back({one.wire, std::move(*enc)});
    if (!one.own) ++reached;
  }
  return reached;
}

void add_tokens(const Desk& desk, const store::PrivacyTokens& tokens, Departure& out) {
  if (desk.job.own.is_own(out.peer)) return;
  if (!tokens.received.empty() &&
      stanza::privacy_token_valid(static_cast<std::uint64_t>(tokens.received_s), desk.job.now_s()))
    out.stanza.privacy_token = tokens.received;
  out.token_due = token_bucket(tokens.issued_s) != token_bucket(desk.job.now_ms / 1000);
}

Draft depart_direct(Desk& desk, const store::OutboxRow& row, const Jid& to) {
  auto survey = survey_direct(desk, to);
  if (auto* needs = std::get_if<Needs>(&survey)) return std::move(*needs);
  if (auto* refusal = std::get_if<Refusal>(&survey)) return std::move(*refusal);
  const Desk::Chat& chat = *std::get<const Desk::Chat*>(survey);
  const Audience& audience = chat.audience;
  Departure out;
  out.peer = audience.peer;
  begin_stanza(out, row, audience);
  const std::size_t reached = encrypt_all(desk, audience, row.message, out);
  if (reached == 0 && !desk.job.own.is_own(audience.to))
    return Refusal{"NOT_ON_WHATSAPP", "no device of the recipient could be reached", out.peer};
  if (audience.to.server == wire::kLidServer) out.stanza.peer_recipient_pn = chat.other;
  add_tokens(desk, chat.tokens, out);
  finish_stanza(desk, row, chat, out);
  return out;
}

// Messages that carry only our sender key have no media type (protocol 2, section 4.9).
void shape_encs(stanza::OutgoingMessage& message, const model::StanzaTraits& traits) {
  for (stanza::Target& target : message.targets) {
    if (!message.common) target.enc.mediatype = traits.mediatype;
    target.enc.hide_failure = traits.hide_failure;
  }
  if (!message.common) return;
  message.common->mediatype = traits.mediatype;
  message.common->hide_failure = traits.hide_failure;
}

bool has_pre_key_message(const stanza::OutgoingMessage& message) {
  return std::any_of(message.targets.begin(), message.targets.end(),
                     [](const auto& target) { return target.enc.type == EncType::pkmsg; });
}

std::string describe(const stanza::OutgoingMessage& message) {
  const std::size_t devices = message.targets.size();
  if (!message.common) return "to " + std::to_string(devices) + " devices";
  return "to the group, with our key for " + std::to_string(devices) + " devices";
}

void keep_for_retries(Desk& desk, const store::OutboxRow& row, const model::StanzaTraits& traits,
                      const Desk::Chat& chat, const Departure& departure) {
  store::SentMessage sent;
  sent.id = row.id;
  sent.chat = chat.audience.to.to_string();
  if (chat.other) sent.chat_alt = chat.other->to_string();
  sent.message = row.message;
  sent.type = traits.type;
  sent.edit = traits.edit;
  sent.mediatype = traits.mediatype;
  sent.poll_type = traits.poll_type;
  sent.hide_failure = traits.hide_failure;
  sent.time = desk.job.now_ms;
  sent.detail = departure.detail;
  const Jid& peer = departure.peer;
  if (!peer.user.empty()) sent.recipients.push_back(peer.to_string());
  desk.tx.messages.save_sent(desk.job.id(), sent);
}

}  // namespace

std::int64_t token_bucket(std::int64_t time_s) {
  return time_s / kTokenBucketS;
}

void need_sessions(Desk& desk, const std::vector<const Recipient*>& recipients, Needs& needs) {
  for (const Recipient* one : recipients)
    if (!desk.gaps.devices.contains(one->address) && !desk.ratchets.session(one->address).current)
      needs.devices.insert(one->address);
}

void begin_stanza(Departure& out, const store::OutboxRow& row, const Audience& audience) {
  const model::StanzaTraits traits = model::stanza_traits(row.message);
  out.stanza.id = row.id;
  out.stanza.to = audience.to;
  out.stanza.type = traits.type;
  out.stanza.edit = traits.edit;
  out.stanza.addressing_mode = audience.addressing_mode;
  if (!traits.poll_type.empty()) out.stanza.meta.emplace_back("polltype", traits.poll_type);
  const auto secret = to_array<32>(row.secret);
  if (!secret) return;
  const auto token =
      model::reporting_token(row.message, *secret, row.id, audience.self, audience.to);
  if (token) out.stanza.reporting_token = *token;
}

// What every stanza carries, and what must be kept before it leaves.
void finish_stanza(Desk& desk, const store::OutboxRow& row, const Desk::Chat& chat,
                   Departure& out) {
  const Audience& audience = chat.audience;
  const model::StanzaTraits traits = model::stanza_traits(row.message);
  shape_encs(out.stanza, traits);
  if (has_pre_key_message(out.stanza)) out.stanza.device_identity = desk.job.signed_identity;
  out.devices.push_back({audience.self.user, audience.self.server, desk.job.own.jid.device});
  for (const Recipient& one : audience.recipients) out.devices.push_back(one.wire);
  out.phash = stanza::participant_hash(out.devices);
  out.detail = describe(out.stanza);
  keep_for_retries(desk, row, traits, chat, out);
}

std::optional<Draft> obstacles(Desk& desk, const store::OutboxRow& row) {
  const Jid to = Jid::parse(row.to).value_or(Jid{});
  if (is_group(to)) return group_obstacles(desk, to);
  auto survey = survey_direct(desk, to);
  if (auto* needs = std::get_if<Needs>(&survey)) return Draft{std::move(*needs)};
  if (auto* refusal = std::get_if<Refusal>(&survey)) return Draft{std::move(*refusal)};
  return std::nullopt;
}

Draft depart(Desk& desk, const store::OutboxRow& row) {
  if (row.message.empty()) return Refusal{"KEY_MISMATCH", "it was stored under another master key"};
  const Jid to = Jid::parse(row.to).value_or(Jid{});
  if (is_group(to)) return depart_to_group(desk, row, to);
  return depart_direct(desk, row, to);
}

}  // namespace wasphere::messaging
