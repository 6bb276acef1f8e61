#include "daemon/messaging/outcome.h"

#include "daemon/messaging/recipient.h"
#include "daemon/runtime/log.h"

namespace wasphere::messaging {

using store::MessageRow;
using store::MessageStatus;
using wire::Jid;

namespace {

// An edit or a deletion of ours that WhatsApp has taken shows in the message that it is about.
void apply_to_target(store::Tx& tx, const JobContext& job, const Underway& message) {
  if (message.type != "edit" && message.type != "revoke") return;
  const auto row = tx.outbox.find(job.id(), message.id);
  if (!row) return;
  const auto parsed = model::parse_message(row->message);
  if (!parsed) return;
  if (const auto* edit = std::get_if<model::Edit>(&parsed->content)) {
    const auto inner = model::parse_message(edit->message);
    if (inner)
      tx.messages.set_content(job.id(), edit->target.id, row->text, job.encoder.content(*inner),
                              job.now_ms);
  } else if (const auto* revoke = std::get_if<model::Revoke>(&parsed->content)) {
    tx.messages.set_revoked(job.id(), revoke->target.id, job.now_ms);
  }
}

// The server counted other devices than we did: what is cached is out of date.
void compare_devices(store::Tx& tx, const JobContext& job, const Outcome& outcome) {
  const Underway& message = outcome.message;
  const bool other_mode = !message.addressing_mode.empty() &&
                          !outcome.ack.addressing_mode.empty() &&
                          message.addressing_mode != outcome.ack.addressing_mode;
  if (outcome.ack.refresh_lid && !message.peer.user.empty())
    tx.directory.drop_devices(job.id(), message.peer);
  if (!other_mode && !counts_other_devices(outcome)) return;
  tx.messages.trace(job.id(), message.id, "devices", "WhatsApp counts other devices", job.now_ms);
  if (!is_group(message.to)) return drop_direct(tx, job, message.peer);
  drop_group(tx, job, message.to);
}

std::optional<MessageRow> settle_sent(store::Tx& tx, const JobContext& job,
                                      const Outcome& outcome) {
  const std::string& id = outcome.message.id;
  if (!outcome.message.new_holders.empty())
    tx.signal.add_holders(job.id(), outcome.message.to, outcome.message.new_holders);
  compare_devices(tx, job, outcome);
  apply_to_target(tx, job, outcome.message);
  tx.outbox.remove(job.id(), id);
  auto row = tx.messages.advance(job.id(), id, MessageStatus::sent, outcome.finished);
  if (row) job.append(tx, events::MessageSent{*row});
  return row;
}

std::optional<MessageRow> settle_later(store::Tx& tx, const JobContext& job, const Outcome& outcome,
                                       int max_attempts) {
  const AckVerdict& verdict = outcome.verdict;
  auto queued = tx.outbox.find(job.id(), outcome.message.id);
  if (!queued || drop_if_sent(tx, job, queued->id)) return std::nullopt;
  if (queued->attempts >= max_attempts)
    return fail_message(tx, job, queued->id, verdict.error, verdict.code, verdict.detail);
  queued->not_before = job.now_ms + outcome.pause.count();
  tx.outbox.update(*queued);
  tx.messages.trace(job.id(), queued->id, "again", verdict.detail, job.now_ms);
  return std::nullopt;
}

void drop_caches(store::Tx& tx, const JobContext& job, const Outcome& outcome) {
  tx.messages.trace(job.id(), outcome.message.id, "again", outcome.verdict.detail, job.now_ms);
  if (outcome.verdict.action == AckAction::issue_token) return;
  if (is_group(outcome.message.to)) return drop_group(tx, job, outcome.message.to);
  drop_direct(tx, job, outcome.message.peer);
}

std::optional<MessageRow> end_as(store::Tx& tx, const JobContext& job, const std::string& id,
                                 MessageStatus status, const std::string& detail) {
  tx.outbox.remove(job.id(), id);
  tx.messages.trace(job.id(), id, std::string(store::message_status_name(status)), detail,
                    job.now_ms);
  auto row = tx.messages.advance(job.id(), id, status, job.now_ms);
  if (row) job.append(tx, events::MessageEnded{*row});
  return row;
}

}  // namespace

bool counts_other_devices(const Outcome& outcome) {
  return !outcome.ack.error && !outcome.ack.phash.empty() &&
         outcome.ack.phash != outcome.message.phash;
}

bool drop_if_sent(store::Tx& tx, const JobContext& job, const std::string& id) {
  const auto row = tx.messages.find(job.id(), id);
  if (!row || row->status < MessageStatus::sent) return false;
  tx.outbox.remove(job.id(), id);
  return true;
}

void drop_direct(store::Tx& tx, const JobContext& job, const Jid& peer) {
  tx.directory.drop_devices(job.id(), peer);
  tx.directory.drop_devices(job.id(), own_sender_name(job.own).without_device());
}

void drop_group(store::Tx& tx, const JobContext& job, const Jid& group) {
  const auto cached = tx.directory.group(job.id(), group);
  tx.directory.mark_group_stale(job.id(), group);
  if (!cached) return;
  for (const stanza::GroupMember& member : cached->info.members)
    tx.directory.drop_devices(job.id(), tx.directory.canonical(job.id(), member.jid));
}

std::optional<MessageRow> settle(store::Tx& tx, const JobContext& job, const Outcome& outcome,
                                 int max_attempts) {
  const AckVerdict& verdict = outcome.verdict;
  switch (verdict.action) {
    case AckAction::sent:
      return settle_sent(tx, job, outcome);
    case AckAction::later:
      return settle_later(tx, job, outcome, max_attempts);
    case AckAction::refresh_devices:
    case AckAction::refresh_group:
    case AckAction::issue_token:
      drop_caches(tx, job, outcome);
      return std::nullopt;
    case AckAction::failed:
      return fail_message(tx, job, outcome.message.id, verdict.error, verdict.code, verdict.detail);
  }
  return std::nullopt;
}

std::optional<MessageRow> fail_message(store::Tx& tx, const JobContext& job, const std::string& id,
                                       const std::string& error, int code,
                                       const std::string& detail) {
  runtime::log_warning("messaging", "{}: message {} failed: {} (code {}): {}", job.id(), id, error,
                       code, detail);
  tx.outbox.remove(job.id(), id);
  tx.messages.trace(job.id(), id, "failed", detail, job.now_ms);
  auto row = tx.messages.fail(job.id(), id, error, code, job.now_ms);
  if (row) job.append(tx, events::MessageEnded{*row});
  return row;
}

std::vector<MessageRow> expire(store::Tx& tx, const JobContext& job,
                               const std::set<std::string>& in_flight) {
  std::vector<MessageRow> out;
  for (const store::OutboxRow& queued : tx.outbox.expired(job.id(), job.now_ms)) {
    if (in_flight.contains(queued.id)) continue;
    if (auto row = expire_message(tx, job, queued.id)) out.push_back(std::move(*row));
  }
  return out;
}

// One that may have been sent before the connection was lost ends like the others: sent again it
// could arrive when nobody wants it any more.
std::optional<MessageRow> expire_message(store::Tx& tx, const JobContext& job,
                                         const std::string& id) {
  return end_as(tx, job, id, MessageStatus::expired, "its time is over");
}

Result<MessageRow> cancel_message(store::Tx& tx, const JobContext& job, const std::string& id) {
  const auto row = tx.messages.find(job.id(), id);
  if (!row) return fail(ErrorCode::message_not_found, "No message of this session has that id.");
  if (row->status != MessageStatus::queued)
    return fail(ErrorCode::conflict, "Only a queued message can be cancelled; this one is " +
                                         std::string(store::message_status_name(row->status)) +
                                         ".");
  auto ended = end_as(tx, job, id, MessageStatus::cancelled, "on request");
  if (!ended) return fail(ErrorCode::conflict, "The message is not queued any more.");
  return std::move(*ended);
}

}  // namespace wasphere::messaging
