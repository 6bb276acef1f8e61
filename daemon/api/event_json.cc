#include "daemon/api/event_json.h"

#include "core/util/id.h"
#include "daemon/api/message_json.h"
#include "daemon/api/qr_image.h"
#include "daemon/api/views.h"
#include "daemon/runtime/clock.h"
#include "ipc/events.h"
#include "ipc/json_text.h"

namespace wasphere::api {
namespace {

using store::SessionRow;

ipc::CreatedEvent view(const events::SessionCreated&, const SessionRow&) {
  return {};
}
ipc::DeletedEvent view(const events::SessionDeleted&, const SessionRow&) {
  return {};
}

ipc::StatusEvent view(const events::SessionStatus&, const SessionRow& row) {
  return {std::string(store::status_name(row.status)), row.status_detail};
}

ipc::ConfigUpdatedEvent view(const events::SessionConfigUpdated&, const SessionRow& row) {
  ipc::ConfigUpdatedEvent out;
  out.name = row.name;
  out.description = row.description;
  out.msgDelayMinMs = row.settings.msg_delay_min_ms;
  out.msgDelayMaxMs = row.settings.msg_delay_max_ms;
  out.typingSimulation = row.settings.typing_simulation;
  out.rateLimitPerMin = row.settings.rate_limit_per_min;
  out.autoReadOnReceive = row.settings.auto_read_on_receive;
  out.receiveEnabled = row.settings.receive_enabled;
  return out;
}

ipc::QrEvent view(const events::SessionQr& event, const SessionRow&) {
  auto image = qr_data_uri(event.text);
  return {image ? *image : std::string(), event.text, runtime::iso8601(event.expires_at)};
}

ipc::CodeEvent view(const events::SessionCode& event, const SessionRow&) {
  return {event.code, runtime::iso8601(event.expires_at)};
}

ipc::ConnectedEvent view(const events::SessionConnected& event, const SessionRow& row) {
  return {row.phone_number, optional_text(row.push_name), row.jid, optional_text(row.lid),
          event.is_new_link};
}

ipc::ReconnectingEvent view(const events::SessionReconnecting& event, const SessionRow&) {
  return {event.attempt, event.max_attempts, event.delay_ms, optional_text(event.reason)};
}

ipc::DisconnectedEvent view(const events::SessionDisconnected& event, const SessionRow&) {
  return {event.reason, optional_text(event.detail), event.attempts};
}

ipc::LoggedOutEvent view(const events::SessionLoggedOut& event, const SessionRow&) {
  return {optional_text(event.reason)};
}

ipc::BannedEvent view(const events::SessionBanned&, const SessionRow& row) {
  ipc::BannedEvent out;
  if (!row.ban) return out;
  out.kind = row.ban->kind;
  if (row.ban->code != 0) out.code = row.ban->code;
  if (row.ban->expires_at) out.expiresAt = runtime::iso8601(*row.ban->expires_at);
  out.message = optional_text(row.ban->message);
  return out;
}

ipc::FailedEvent view(const events::SessionFailed& event, const SessionRow&) {
  return {event.reason};
}

ipc::WebhookDisabledEvent view(const events::WebhookDisabled& event, const SessionRow&) {
  return {event.id, event.name, event.reason};
}

std::int64_t expiry(const events::Event& event) {
  if (const auto* qr = std::get_if<events::SessionQr>(&event)) return qr->expires_at;
  if (const auto* code = std::get_if<events::SessionCode>(&event)) return code->expires_at;
  return 0;
}

std::string text_or_null(const std::string& text) {
  return text.empty() ? "null" : ipc::string_text(text);
}

template <class View>
void fill(store::EventRow& out, const View& data, const SessionRow& row) {
  out.type = View::event.name;
  out.payload = "{\"eventId\":\"" + out.id + "\",\"event\":\"" + out.type +
                "\",\"sessionId\":" + text_or_null(row.id) +
                ",\"sessionName\":" + text_or_null(row.name) + ",\"timestamp\":\"" +
                runtime::iso8601(out.time) + "\",\"data\":" + ipc::answer_text(data) + "}";
}

template <class Fact>
void fill_from(store::EventRow& out, const Fact& fact, const SessionRow& row) {
  if constexpr (requires { event_data(fact); }) {
    fill(out, event_data(fact), row);  // nothing of the session is needed
  } else {
    fill(out, view(fact, row), row);
  }
}

// One fact, several public names: the status says which.
void fill_from(store::EventRow& out, const events::MessageProgress& fact, const SessionRow& row) {
  ipc::MessageProgressData data = progress_data(fact);
  if (fact.status == store::MessageStatus::played)
    return fill(out, ipc::MessagePlayedEvent{std::move(data)}, row);
  if (fact.status == store::MessageStatus::read)
    return fill(out, ipc::MessageReadEvent{std::move(data)}, row);
  fill(out, ipc::MessageDeliveredEvent{std::move(data)}, row);
}

void fill_from(store::EventRow& out, const events::MessageEnded& fact, const SessionRow& row) {
  ipc::MessageEndData data = end_data(fact.message);
  if (fact.message.status == store::MessageStatus::expired)
    return fill(out, ipc::MessageExpiredEvent{std::move(data)}, row);
  if (fact.message.status == store::MessageStatus::cancelled)
    return fill(out, ipc::MessageCancelledEvent{std::move(data)}, row);
  fill(out, ipc::MessageFailedEvent{std::move(data)}, row);
}

// The chat that an event belongs to: what webhooks deliver in order. Empty for the session itself.
template <class Fact>
std::string order_key(const Fact& fact) {
  if constexpr (requires { fact.message.chat; }) {
    return fact.message.chat;
  } else if constexpr (requires { fact.chat; }) {
    return fact.chat;
  } else if constexpr (requires { fact.group.jid; }) {
    return fact.group.jid.to_string();
  } else if constexpr (requires { fact.group; }) {
    return fact.group;
  } else {
    return {};
  }
}

}  // namespace

store::EventRow JsonEncoder::encode(const events::Event& event, const SessionRow& row,
                                    std::int64_t now_ms) {
  store::EventRow out;
  out.id = make_id("evt", now_ms, rng_);
  out.session_id = row.id;
  out.time = now_ms;
  out.expires_at = expiry(event);
  std::visit(
      [&](const auto& fact) {
        out.order_key = order_key(fact);
        fill_from(out, fact, row);
      },
      event);
  return out;
}

std::string JsonEncoder::content(const model::Parsed& message) {
  return content_json(message);
}
std::string JsonEncoder::content(const events::PollVoted& vote) {
  return content_json(vote);
}
std::string JsonEncoder::context(const model::Parsed& message) {
  return context_json(message.context);
}

std::string notification_params(const store::EventRow& event, const std::string& subscription) {
  // The payload is an object of ours and never empty, so its members follow after the brace.
  return "{\"subscription\":\"" + subscription + "\",\"seq\":" + std::to_string(event.seq) + "," +
         event.payload.substr(1);
}

}  // namespace wasphere::api
