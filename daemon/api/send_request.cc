#include "daemon/api/send_request.h"

#include <nlohmann/json.hpp>

#include "core/crypto/hash.h"
#include "core/util/encoding.h"
#include "daemon/api/message_json.h"
#include "daemon/api/message_views.h"
#include "daemon/messaging/recipient.h"
#include "daemon/runtime/clock.h"
#include "daemon/runtime/iso_time.h"
#include "ipc/json.h"

namespace wasphere::api {
namespace {

using nlohmann::json;
using store::MessageStatus;

constexpr std::int64_t kFarthestMs = 366LL * 24 * 3600 * 1000;

std::optional<std::int64_t> time_of(const json& value) {
  if (value.is_number_unsigned() && value.get<std::uint64_t>() <= INT64_MAX)
    return value.get<std::int64_t>();
  if (value.is_string()) return runtime::parse_iso8601(value.get_ref<const std::string&>());
  return std::nullopt;
}

}  // namespace

Error field_error(std::string pointer, std::string code, std::string message) {
  Error error{ErrorCode::validation_failed, "'" + pointer.substr(1) + "' " + message + "."};
  error.fields.push_back({std::move(pointer), std::move(code), std::move(message)});
  return error;
}

Error at_field(Error error, std::string pointer) {
  if (error.fields.empty()) error.fields.push_back({std::move(pointer), "FORMAT", error.message});
  return error;
}

Result<std::int64_t> start_time(const std::optional<ipc::Json>& at, std::int64_t now_ms) {
  if (!at) return 0;
  WS_TRY(const json value, ipc::parse_json(at->text));
  const auto time = time_of(value);
  if (!time)
    return fail(field_error("/at", "FORMAT",
                            "must be a time as 2026-05-25T08:00:00Z, or Unix milliseconds"));
  if (*time > now_ms + kFarthestMs)
    return fail(field_error("/at", "RANGE", "must not be more than a year ahead"));
  return *time <= now_ms ? 0 : *time;
}

Result<std::vector<std::string>> mentioned(const std::vector<std::string>& mentions) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < mentions.size(); ++i) {
    auto jid = messaging::parse_recipient(mentions[i]);
    if (!jid || messaging::is_group(*jid))
      return fail(field_error("/mentions/" + std::to_string(i), "FORMAT",
                              "must be a phone number or the JID of a person"));
    out.push_back(jid->to_string());
  }
  return out;
}

std::string request_hash(std::string_view method, json request) {
  request.erase("idempotencyKey");
  request.erase("wait");
  const std::string text = std::string(method) + "\n" + ipc::dump_json(request);
  return to_hex(crypto::sha256(as_bytes(text)));
}

Result<messaging::NewMessage> new_message(const ipc::SendOptions& options, Draft draft,
                                          std::int64_t now_ms) {
  messaging::NewMessage out;
  out.to = options.to;
  out.content = std::move(draft.content);
  out.content.time_ms = now_ms;
  WS_TRY(out.content.context.mentions, mentioned(options.mentions));
  out.type = std::move(draft.type);
  out.text = std::move(draft.text);
  out.quoted_id = options.quotedId.value_or("");
  WS_TRY(out.not_before, start_time(options.at, now_ms));
  out.expires_in_s = options.expiresInSec.value_or(0);
  out.require_connected = options.requireConnected;
  return out;
}

ipc::SendAnswer send_answer(const messaging::Accepted& accepted) {
  const store::MessageRow& row = accepted.message;
  ipc::SendAnswer out;
  out.messageId = row.id;
  out.sessionId = row.session_id;
  out.to = reply_address(row.chat, row.chat_phone);
  out.type = row.type;
  out.replayed = accepted.replayed;
  if (has_reached(row.status, MessageStatus::sent)) {
    out.status = "sent";
    out.timestamp = (row.sent_at != 0 ? row.sent_at : row.time) / 1000;
    return out;
  }
  const bool waiting = row.status == MessageStatus::queued || row.status == MessageStatus::sending;
  out.status = waiting ? "queued" : std::string(store::message_status_name(row.status));
  if (!waiting) return out;
  if (accepted.position > 0) out.position = accepted.position;
  if (accepted.estimated_send_at)
    out.estimatedSendAt = runtime::iso8601(*accepted.estimated_send_at);
  return out;
}

}  // namespace wasphere::api
