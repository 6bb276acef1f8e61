#include "daemon/messaging/departure.h"

#include <algorithm>

#include "core/model/addon.h"
#include "core/signal/padding.h"
#include "daemon/messaging/group_departure.h"
#include "daemon/messaging/recipient.h"

namespace wasphere::messaging {

using stanza::Enc;
using stanza::EncType;
using wire::Jid;

namespace {

// Devices that are neither reachable by a session nor known to have no bundle.
void need_sessions(store::Tx& tx, const JobContext& job, const Audience& audience, const Gaps& gaps,
                   Needs& needs) {
  for (const Recipient& one : audience.recipients)
    if (!gaps.devices.contains(one.address) && !has_session(tx, job, one.address))
      needs.devices.insert(one.address);
}

std::variant<Audience, Needs, Refusal> survey_direct(store::Tx& tx, const JobContext& job,
                                                     const Jid& to, const Gaps& gaps) {
  Needs needs;
  Audience audience = direct_audience(tx, job, to, gaps, needs);
  if (gaps.users.contains(to) || gaps.users.contains(audience.peer))
    return Refusal{"NOT_ON_WHATSAPP", "the number is not registered"};
  if (needs.none()) need_sessions(tx, job, audience, gaps, needs);
  if (!needs.none()) return needs;
  return audience;
}

// Our own devices learn where it went; everybody else gets the message itself.
std::size_t encrypt_all(store::Tx& tx, const JobContext& job, const Audience& audience,
                        const Bytes& message, Departure& out) {
  const Bytes copy = model::wrap_device_sent(message, audience.to);
  std::size_t reached = 0;
  for (const Recipient& one : audience.recipients) {
    auto enc = encrypt_for(tx, job, one.address, one.own ? copy : message);
    if (!enc) continue;
    out.stanza.targets.push_back({one.wire, std::move(*enc)});
    if (!one.own) ++reached;
  }
  return reached;
}

void add_tokens(store::Tx& tx, const JobContext& job, Departure& out) {
  if (job.own.is_own(out.peer)) return;
  const auto tokens = tx.directory.tokens(job.id(), out.peer).value_or(store::PrivacyTokens{});
  if (!tokens.received.empty() &&
      stanza::privacy_token_valid(static_cast<std::uint64_t>(tokens.received_s), job.now_s()))
    out.stanza.privacy_token = tokens.received;
  out.token_due = token_bucket(tokens.issued_s) != token_bucket(job.now_ms / 1000);
}

Draft depart_direct(store::Tx& tx, const JobContext& job, const store::OutboxRow& row,
                    const Jid& to, const Gaps& gaps) {
  auto survey = survey_direct(tx, job, to, gaps);
  if (auto* needs = std::get_if<Needs>(&survey)) return std::move(*needs);
  if (auto* refusal = std::get_if<Refusal>(&survey)) return std::move(*refusal);
  const Audience& audience = std::get<Audience>(survey);
  Departure out;
  out.peer = audience.peer;
  begin_stanza(out, row, audience);
  const std::size_t reached = encrypt_all(tx, job, audience, row.message, out);
  if (reached == 0 && !job.own.is_own(audience.to))
    return Refusal{"NOT_ON_WHATSAPP", "no device of the recipient could be reached"};
  if (audience.to.server == wire::kLidServer)
    out.stanza.peer_recipient_pn = tx.directory.phone_of(job.id(), audience.to);
  add_tokens(tx, job, out);
  finish_stanza(tx, job, row, audience, out);
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

void keep_for_retries(store::Tx& tx, const JobContext& job, const store::OutboxRow& row,
                      const model::StanzaTraits& traits, const Audience& audience,
                      const Jid& peer) {
  store::SentMessage sent;
  sent.id = row.id;
  sent.chat = audience.to.to_string();
  sent.message = row.message;
  sent.type = traits.type;
  sent.edit = traits.edit;
  sent.mediatype = traits.mediatype;
  sent.poll_type = traits.poll_type;
  sent.hide_failure = traits.hide_failure;
  sent.time = job.now_ms;
  if (!peer.user.empty()) {
    const bool lid = audience.to.server == wire::kLidServer;
    const auto other = lid ? tx.directory.phone_of(job.id(), audience.to)
                           : tx.directory.lid_of(job.id(), audience.to);
    if (other) sent.chat_alt = other->to_string();
    sent.recipients.push_back(peer.to_string());
  }
  tx.messages.save_sent(job.id(), sent);
}

}  // namespace

std::int64_t token_bucket(std::int64_t time_s) {
  return time_s / 604'800;
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
void finish_stanza(store::Tx& tx, const JobContext& job, const store::OutboxRow& row,
                   const Audience& audience, Departure& out) {
  const model::StanzaTraits traits = model::stanza_traits(row.message);
  shape_encs(out.stanza, traits);
  if (has_pre_key_message(out.stanza)) out.stanza.device_identity = job.signed_identity;
  std::vector<Jid> everybody{Jid{audience.self.user, audience.self.server, job.own.jid.device}};
  for (const Recipient& one : audience.recipients) everybody.push_back(one.wire);
  out.phash = stanza::participant_hash(std::move(everybody));
  keep_for_retries(tx, job, row, traits, audience, out.peer);
}

std::optional<Draft> obstacles(store::Tx& tx, const JobContext& job, const store::OutboxRow& row,
                               const Gaps& gaps) {
  const Jid to = Jid::parse(row.to).value_or(Jid{});
  if (is_group(to)) return group_obstacles(tx, job, to, gaps);
  auto survey = survey_direct(tx, job, to, gaps);
  if (auto* needs = std::get_if<Needs>(&survey)) return Draft{std::move(*needs)};
  if (auto* refusal = std::get_if<Refusal>(&survey)) return Draft{std::move(*refusal)};
  return std::nullopt;
}

Draft depart(store::Tx& tx, const JobContext& job, const store::OutboxRow& row, const Gaps& gaps) {
  const Jid to = Jid::parse(row.to).value_or(Jid{});
  if (is_group(to)) return depart_to_group(tx, job, row, to, gaps);
  return depart_direct(tx, job, row, to, gaps);
}

}  // namespace wasphere::messaging
