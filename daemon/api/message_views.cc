#include "daemon/api/message_views.h"

#include <algorithm>

#include "daemon/api/message_json.h"
#include "daemon/api/views.h"
#include "daemon/runtime/clock.h"

namespace wasphere::api {
namespace {

using store::MessageStatus;

bool is_group(const std::string& jid) {
  return jid.ends_with("@g.us");
}

std::string name_of(MessageStatus status) {
  return std::string(store::message_status_name(status));
}

std::optional<std::int64_t> optional_number(std::int64_t number) {
  return number == 0 ? std::nullopt : std::optional(number);
}

ipc::Json json_of(const std::string& text) {
  return {text.empty() ? "{}" : text};
}

// Receipts tell their time in whole seconds: one may seem to be older than what it answers.
std::int64_t not_before(std::int64_t receipt, std::int64_t sent) {
  return receipt == 0 ? 0 : std::max(receipt, sent);
}

// The moments of a message, alike in both of its views.
template <class View>
void copy_times(View& view, const store::MessageRow& row) {
  view.queuedAt = optional_time(row.queued_at);
  view.sentAt = optional_time(row.sent_at);
  view.deliveredAt = optional_time(not_before(row.delivered_at, row.sent_at));
  view.readAt = optional_time(not_before(row.read_at, row.sent_at));
  view.playedAt = optional_time(not_before(row.played_at, row.sent_at));
  view.attempts = row.attempts;
  view.error = optional_text(row.error);
  view.errorCode = optional_number(row.error_code);
}

}  // namespace

ipc::MessageView message_view(const store::MessageRow& row) {
  ipc::MessageView view;
  view.messageId = row.id;
  view.sessionId = row.session_id;
  view.chat = row.chat;
  view.chatPn = optional_text(row.chat_phone);
  view.sender = row.sender;
  view.senderPn = optional_text(row.sender_phone);
  view.fromMe = row.from_me;
  view.isGroup = is_group(row.chat);
  view.pushName = optional_text(row.push_name);
  view.timestamp = row.time / 1000;
  view.type = row.type;
  view.rawType = optional_text(row.raw_type);
  view.text = optional_text(row.text);
  view.content = json_of(row.content);
  view.context = json_of(row.context);
  view.ephemeralSec = row.ephemeral_s;
  view.offline = row.offline;
  view.source = optional_text(row.source);
  view.status = name_of(row.status);
  copy_times(view, row);
  view.editedAt = optional_time(row.edited_at);
  view.deletedAt = optional_time(row.revoked_at);
  return view;
}

ipc::MessageState message_state(const Tracked& message) {
  const store::MessageRow& row = message.row;
  ipc::MessageState view;
  view.messageId = row.id;
  view.sessionId = row.session_id;
  view.to = reply_address(row.chat, row.chat_phone);
  view.type = row.type;
  view.status = name_of(row.status);
  copy_times(view, row);
  if (!message.queued) return view;
  view.position = optional_number(message.position);
  view.notBefore = optional_time(message.queued->not_before);
  view.expiresAt = optional_time(message.queued->expires_at);
  view.attempts = std::max<std::int64_t>(row.attempts, message.queued->attempts);
  return view;
}

ipc::MessageTraceView trace_view(const store::MessageRow& row,
                                 const std::vector<store::TraceRow>& steps,
                                 const std::vector<store::ReceiptRow>& receipts) {
  std::vector<store::TraceRow> seen;
  for (const store::ReceiptRow& receipt : receipts)
    seen.push_back({not_before(receipt.time, row.sent_at), "receipt",
                    name_of(receipt.status) + " by " + receipt.reader});
  const auto earlier = [](const auto& a, const auto& b) { return a.time < b.time; };
  std::sort(seen.begin(), seen.end(), earlier);
  std::vector<store::TraceRow> all;
  std::merge(steps.begin(), steps.end(), seen.begin(), seen.end(), std::back_inserter(all),
             earlier);
  ipc::MessageTraceView view{row.id, row.session_id, name_of(row.status), {}};
  for (const store::TraceRow& step : all)
    view.steps.push_back({runtime::iso8601(step.time), step.step, optional_text(step.detail)});
  return view;
}

ipc::QueueItem queue_item(const store::OutboxRow& row) {
  ipc::QueueItem item;
  item.messageId = row.id;
  item.sessionId = row.session_id;
  item.to = row.to;
  item.type = row.type;
  item.status = name_of(row.state);
  item.lane = row.lane == store::Lane::bulk ? "bulk" : "interactive";
  item.attempts = row.attempts;
  item.queuedAt = runtime::iso8601(row.queued_at);
  item.notBefore = optional_time(row.not_before);
  item.expiresAt = optional_time(row.expires_at);
  item.jobId = optional_text(row.job_id);
  item.text = optional_text(row.text);
  return item;
}

ipc::QueueState queue_state(const store::SessionRow& session, const store::OutboxStats& stats) {
  return {session.id,        session.name,    stats.pending + stats.scheduled,
          stats.sending,     stats.scheduled, optional_time(stats.oldest_queued_at),
          session.queue_held};
}

ipc::GroupView group_view(const stanza::GroupInfo& group) {
  ipc::GroupView view;
  view.id = group.jid.to_string();
  view.subject = group.subject;
  view.desc = optional_text(group.description);
  view.creation = optional_number(static_cast<std::int64_t>(group.created));
  view.owner = optional_text(group.creator);
  view.size = static_cast<std::int64_t>(group.members.size());
  view.announce = group.announce;
  view.locked = group.locked;
  view.ephemeralDuration = group.ephemeral_s;
  view.addressingMode = group.mode == stanza::AddressingMode::lid ? "lid" : "pn";
  for (const stanza::GroupMember& member : group.members) {
    ipc::GroupMemberView& out = view.participants.emplace_back();
    out.jid = member.jid.to_string();
    if (member.phone) out.phone = member.phone->to_string();
    if (member.lid) out.lid = member.lid->to_string();
    out.admin = optional_text(member.role);
  }
  return view;
}

bool has_reached(MessageStatus status, MessageStatus goal) {
  // Up to played they stand in the order they are passed.
  return status <= MessageStatus::played && status >= goal;
}

Error failure_of(const store::MessageRow& row) {
  Error error;
  error.code = ErrorCode::whatsapp_error;
  if (row.error == "NOT_ON_WHATSAPP") error.code = ErrorCode::not_on_whatsapp;
  if (row.error == "GROUP_NOT_FOUND") error.code = ErrorCode::group_not_found;
  if (row.error == "WHATSAPP_TIMEOUT") error.code = ErrorCode::whatsapp_timeout;
  error.message = "Message " + row.id + " was not sent: " + row.error;
  if (row.error_code != 0) error.message += " (" + std::to_string(row.error_code) + ")";
  error.message += ".";
  return error;
}

}  // namespace wasphere::api
