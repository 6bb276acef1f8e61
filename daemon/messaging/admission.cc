#include "daemon/messaging/admission.h"

#include <algorithm>

#include "daemon/messaging/encryption.h"
#include "daemon/messaging/recipient.h"
#include "daemon/store/outbox_order.h"

namespace wasphere::messaging {

using store::IdempotencyRow;
using store::MessageRow;
using store::OutboxRow;
using wire::Jid;

namespace {

// The message that the same key has made before. Nothing: the key is free.
Result<std::optional<Accepted>> replay(store::Tx& tx, const JobContext& job,
                                       const NewMessage& message) {
  if (message.idempotency_key.empty()) return std::optional<Accepted>{};
  const auto before = tx.outbox.idempotency(message.owner, message.idempotency_key);
  if (!before || before->created_at + store::kIdempotencyMs <= job.now_ms)
    return std::optional<Accepted>{};
  if (before->body_hash != message.body_hash)
    return fail(ErrorCode::idempotency_mismatch,
                "The idempotency key was used before with another request.");
  auto row = tx.messages.find(before->session_id, before->message_id);
  if (!row) return std::optional<Accepted>{};
  Accepted out;
  out.message = std::move(*row);
  out.position = tx.outbox.position(before->session_id, before->message_id) + 1;
  out.replayed = true;
  return std::optional<Accepted>{std::move(out)};
}

// Incoming messages are kept as they came; our own are kept for retries.
Bytes quotable(store::Tx& tx, const JobContext& job, const MessageRow& row) {
  if (!row.payload.empty()) return row.payload;
  if (auto sent = tx.messages.sent(job.id(), row.id)) return std::move(sent->message);
  model::Outgoing plain;
  plain.content = model::Text{row.text, {}, {}, {}, {}};
  return model::build_message(plain);
}

Status quote(store::Tx& tx, const JobContext& job, const std::string& chat, const std::string& id,
             model::Context& context) {
  if (id.empty()) return {};
  const auto row = tx.messages.find_in_chat(job.id(), chat, id);
  if (!row) return fail(ErrorCode::message_not_found, "The message to quote is not in this chat.");
  context.quoted_id = row->id;
  context.quoted_participant = row->sender;
  context.quoted_message = quotable(tx, job, *row);
  return {};
}

// Reactions, edits and revokes are about another message and have no secret of their own.
bool has_secret(const model::Outgoing& content) {
  return !std::holds_alternative<model::Reaction>(content.content) &&
         !std::holds_alternative<model::Edit>(content.content) &&
         !std::holds_alternative<model::Revoke>(content.content);
}

OutboxRow outbox_row(const JobContext& job, const Options& options, const Request& request,
                     const model::Outgoing& content) {
  const NewMessage& message = request.message;
  OutboxRow out;
  out.session_id = job.id();
  out.id = stanza::make_message_id(job.now_s(), job.own.jid, job.rng);
  out.to = request.to.to_string();
  out.type = message.type;
  out.message = model::build_message(content);
  if (content.secret) out.secret.assign(content.secret->begin(), content.secret->end());
  out.lane = message.lane;
  out.not_before = message.not_before;
  out.queued_at = job.now_ms;
  const std::int64_t lifetime_s =
      message.expires_in_s > 0 ? message.expires_in_s : options.default_expiry_s;
  out.expires_at = std::max(job.now_ms, message.not_before) + lifetime_s * 1000;
  out.job_id = message.job_id;
  out.text = message.text;
  return out;
}

Result<MessageRow> message_row(store::Tx& tx, const JobContext& job, const Request& request,
                               const OutboxRow& queued) {
  WS_TRY(const model::Parsed parsed, model::parse_message(queued.message));
  MessageRow out;
  out.session_id = job.id();
  out.id = queued.id;
  out.chat = tx.directory.canonical(job.id(), request.to).to_string();
  if (!is_group(request.to)) {
    const auto phone = request.to.server == wire::kLidServer
                           ? tx.directory.phone_of(job.id(), request.to)
                           : std::optional<Jid>(request.to);
    if (phone) out.chat_phone = phone->to_string();
  }
  const Jid self = own_sender_name(job.own);
  out.sender = self.without_device().to_string();
  out.sender_phone = job.own.jid.without_device().to_string();
  out.sender_device = self.to_string();
  out.from_me = true;
  out.type = request.message.type;
  out.raw_type = parsed.raw_type;
  out.text = request.message.text;
  out.content = job.encoder.content(parsed);
  out.context = job.encoder.context(parsed);
  out.source = request.message.lane == store::Lane::bulk ? "bulk" : "api";
  out.status = store::MessageStatus::queued;
  out.time = job.now_ms;
  out.queued_at = job.now_ms;
  out.secret = queued.secret;
  return out;
}

void keep_key(store::Tx& tx, const JobContext& job, const NewMessage& message,
              const std::string& id) {
  if (message.idempotency_key.empty()) return;
  IdempotencyRow row;
  row.owner = message.owner;
  row.key = message.idempotency_key;
  row.body_hash = message.body_hash;
  row.message_id = id;
  row.session_id = job.id();
  row.created_at = job.now_ms;
  tx.outbox.save_idempotency(row);
}

}  // namespace

Result<Accepted> admit(store::Tx& tx, const JobContext& job, const Options& options,
                       const Request& request, store::Backlog& ahead) {
  WS_TRY(auto before, replay(tx, job, request.message));
  if (before) return std::move(*before);
  model::Outgoing content = request.message.content;
  const std::string chat = tx.directory.canonical(job.id(), request.to).to_string();
  WS_CHECK(quote(tx, job, chat, request.message.quoted_id, content.context));
  if (has_secret(content)) content.secret = job.rng.array<32>();
  if (content.time_ms == 0) content.time_ms = job.now_ms;
  const OutboxRow queued = outbox_row(job, options, request, content);
  WS_TRY(MessageRow row, message_row(tx, job, request, queued));
  WS_CHECK(tx.outbox.enqueue(queued, options.queue_max));
  tx.messages.insert(row);
  keep_key(tx, job, request.message, queued.id);
  Accepted out;
  out.position = store::place_behind(ahead, queued.lane) + 1;
  ++ahead.lane(queued.lane);
  out.message = std::move(row);
  return out;
}

}  // namespace wasphere::messaging
