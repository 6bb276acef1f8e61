// Operations on webhooks.
#include <charconv>

#include "daemon/api/api.h"
#include "daemon/api/views.h"
#include "daemon/runtime/iso_time.h"
#include "ipc/webhook_wire.h"

namespace wasphere::api {
namespace {

tl::unexpected<Error> bad_field(std::string pointer, const char* code, const std::string& what) {
  Error error{ErrorCode::validation_failed, pointer.substr(1) + " " + what};
  error.fields.push_back({std::move(pointer), code, what});
  return fail(std::move(error));
}

void fill(ipc::WebhookView& out, const store::WebhookRow& row) {
  out.id = row.id;
  out.name = row.name;
  out.url = row.url;
  out.events = row.events;
  out.sessionIds = row.session_ids;
  out.isActive = row.active;
  out.retryMax = row.retry_max;
  out.bufferWhenInactive = row.buffer_when_inactive;
  out.failureCount = row.failure_count;
  out.disabledReason = optional_text(row.disabled_reason);
  out.createdAt = runtime::iso8601(row.created_at);
  out.lastDeliveredAt = optional_time(row.last_delivered_at);
  out.lastFailedAt = optional_time(row.last_failed_at);
}

ipc::WebhookView view(const store::WebhookRow& row) {
  ipc::WebhookView out;
  fill(out, row);
  return out;
}

ipc::WebhookWithSecret view(const webhook::WithSecret& made) {
  ipc::WebhookWithSecret out;
  fill(out, made.row);
  out.signingSecret = made.secret;
  out.standardSecret = ipc::standard_secret(made.secret);
  return out;
}

ipc::DeliveryView view(const store::DeliveryRow& row) {
  ipc::DeliveryView out;
  out.id = row.id;
  out.eventId = row.event_id;
  out.event = row.event;
  out.webhookId = row.webhook_id;
  out.sessionId = optional_text(row.session_id);
  out.status = std::string(store::delivery_status_name(row.status));
  out.attempts = row.attempts;
  if (row.last_status_code != 0) out.lastStatusCode = row.last_status_code;
  out.lastError = optional_text(row.last_error);
  out.nextAttemptAt = optional_time(row.next_attempt_at);
  out.createdAt = runtime::iso8601(row.created_at);
  if (row.status == store::DeliveryStatus::delivered)
    out.deliveredAt = runtime::iso8601(row.finished_at);
  return out;
}

Status check_events(const std::optional<std::vector<std::string>>& events) {
  if (!events || !events->empty()) return {};
  return bad_field("/events", "LENGTH", "must name at least one event, or * for all");
}

// The key of a caller that is bound reaches the webhooks of its own session.
webhook::Ref reached(const rpc::Call& call, std::string id) {
  return {std::move(id), call.caller.session_id};
}

// A key sends nobody what it may not see itself: not by naming new events, and not by pointing a
// webhook of somebody else to another place.
webhook::Webhooks::Permit permit_for(const rpc::Call& call, const webhook::WebhookPatch& patch) {
  if (!patch.url && !patch.events && !patch.session_ids) return {};
  return
      [caller = call.caller](const store::WebhookRow& row) { return may_see(caller, row.events); };
}

Result<std::int64_t> time_of(const std::optional<std::string>& text, const char* pointer) {
  if (!text) return 0;
  const auto time = runtime::parse_iso8601(*text);
  if (time && *time >= 0) return *time;
  return bad_field(pointer, "FORMAT", "must be a time like 2026-05-25T08:00:00Z");
}

Result<std::int64_t> place_of(const std::optional<std::string>& cursor) {
  if (!cursor) return 0;
  std::int64_t place = 0;
  const char* end = cursor->data() + cursor->size();
  const auto [stop, error] = std::from_chars(cursor->data(), end, place);
  if (error == std::errc() && stop == end && place > 0) return place;
  return bad_field("/cursor", "FORMAT", "must be the nextCursor of a page");
}

Result<store::RequeueQuery> requeue_query(const ipc::WebhookReplay& request) {
  store::RequeueQuery out;
  WS_TRY(out.from, time_of(request.from, "/from"));
  WS_TRY(out.to, time_of(request.to, "/to"));
  if (out.to != 0 && out.to <= out.from) return bad_field("/to", "RANGE", "must be after from");
  const auto events = request.events.value_or(std::vector<std::string>{});
  const bool all = std::find(events.begin(), events.end(), "*") != events.end();
  if (!all) out.events = events;
  out.delivered_too = request.includeDelivered;
  return out;
}

}  // namespace

// Names become ids, so that a session may be renamed.
Result<std::vector<std::string>> Api::session_ids_of(
    const std::vector<std::string>& references) const {
  std::vector<std::string> out;
  for (const std::string& reference : references) {
    WS_TRY(const session::SessionSnapshot found, services_.sessions.find(reference));
    if (std::find(out.begin(), out.end(), found.row.id) == out.end()) out.push_back(found.row.id);
  }
  return out;
}

Api::Answer<ipc::WebhookWithSecret> Api::handle(Call call, ipc::WebhookCreate request) {
  CO_CHECK(check_events(request.events));
  CO_CHECK(may_see(call.caller, request.events));
  if (request.secret && request.signingSecret)
    co_return bad_field("/secret", "CONFLICT", "must not be given beside signingSecret");
  webhook::NewWebhook wanted;
  CO_TRY(wanted.session_ids,
         session_ids_of(request.sessionIds.value_or(std::vector<std::string>{})));
  wanted.url = std::move(request.url);
  wanted.events = std::move(request.events);
  wanted.name = request.name.value_or("");
  wanted.retry_max = static_cast<int>(request.retryMax.value_or(wanted.retry_max));
  wanted.active = request.isActive.value_or(true);
  wanted.buffer_when_inactive = request.bufferWhenInactive.value_or(false);
  wanted.secret = request.signingSecret.value_or(request.secret.value_or(""));
  auto made = co_await services_.webhooks.create(std::move(wanted));
  if (!made) co_return fail(std::move(made).error());
  co_return view(*made);
}

Api::Answer<ipc::WebhookPage> Api::handle(Call call, ipc::WebhookList) {
  auto rows = co_await services_.webhooks.list(call.caller.session_id);
  if (!rows) co_return fail(std::move(rows).error());
  ipc::WebhookPage page;
  for (const store::WebhookRow& row : *rows) page.items.push_back(view(row));
  co_return page;
}

Api::Answer<ipc::WebhookDetail> Api::handle(Call call, ipc::WebhookGet request) {
  auto found = co_await services_.webhooks.find(reached(call, std::move(request.webhook)));
  if (!found) co_return fail(std::move(found).error());
  ipc::WebhookDetail out;
  fill(out, found->row);
  out.openCount = found->backlog.open;
  out.oldestOpenAt = optional_time(found->backlog.oldest_open_at);
  out.deadCount = found->backlog.dead;
  co_return out;
}

Api::Answer<ipc::WebhookView> Api::handle(Call call, ipc::WebhookUpdate request) {
  CO_CHECK(check_events(request.events));
  webhook::WebhookPatch patch;
  if (request.sessionIds) {
    CO_TRY(patch.session_ids, session_ids_of(*request.sessionIds));
  }
  patch.url = std::move(request.url);
  patch.events = std::move(request.events);
  patch.name = std::move(request.name);
  if (request.retryMax) patch.retry_max = static_cast<int>(*request.retryMax);
  patch.active = request.isActive;
  patch.buffer_when_inactive = request.bufferWhenInactive;
  auto permit = permit_for(call, patch);
  auto row = co_await services_.webhooks.update(reached(call, std::move(request.webhook)),
                                                std::move(patch), std::move(permit));
  if (!row) co_return fail(std::move(row).error());
  co_return view(*row);
}

Api::Answer<ipc::WebhookDeleted> Api::handle(Call call, ipc::WebhookDelete request) {
  auto gone = co_await services_.webhooks.remove(reached(call, std::move(request.webhook)));
  if (!gone) co_return fail(std::move(gone).error());
  ipc::WebhookDeleted out{true, *std::move(gone)};
  co_return out;
}

Api::Answer<ipc::WebhookTestResult> Api::handle(Call call, ipc::WebhookTest request) {
  auto tested = co_await services_.webhooks.test(reached(call, std::move(request.webhook)));
  if (!tested) co_return fail(std::move(tested).error());
  ipc::WebhookTestResult out;
  out.success = webhook::succeeded(tested->attempt);
  if (tested->attempt.status != 0) out.statusCode = tested->attempt.status;
  if (!out.success) out.error = webhook::describe(tested->attempt);
  out.latencyMs = tested->latency_ms;
  co_return out;
}

Api::Answer<ipc::WebhookWithSecret> Api::handle(Call call, ipc::WebhookRotateSecret request) {
  std::string secret = request.signingSecret.value_or("");
  auto made = co_await services_.webhooks.rotate_secret(reached(call, std::move(request.webhook)),
                                                        std::move(secret));
  if (!made) co_return fail(std::move(made).error());
  co_return view(*made);
}

Api::Answer<ipc::DeliveryPage> Api::handle(Call call, ipc::WebhookDeliveries request) {
  store::DeliveryQuery query;
  if (request.status) query.status = store::delivery_status_from_name(*request.status);
  CO_TRY(query.before, place_of(request.cursor));
  const auto limit = static_cast<std::size_t>(request.limit);
  query.limit = limit + 1;  // one more tells whether there is a next page
  auto rows = co_await services_.webhooks.deliveries(reached(call, std::move(request.webhook)),
                                                     std::move(query));
  if (!rows) co_return fail(std::move(rows).error());
  ipc::DeliveryPage page;
  const bool more = rows->size() > limit;
  if (more) rows->pop_back();
  for (const store::DeliveryRow& row : *rows) page.items.push_back(view(row));
  if (more) page.nextCursor = std::to_string(rows->back().seq);
  co_return page;
}

Api::Answer<ipc::DeliveryView> Api::handle(Call call, ipc::WebhookRedeliver request) {
  auto row = co_await services_.webhooks.redeliver(reached(call, std::move(request.webhook)),
                                                   std::move(request.delivery));
  if (!row) co_return fail(std::move(row).error());
  co_return view(*row);
}

Api::Answer<ipc::WebhookReplayed> Api::handle(Call call, ipc::WebhookReplay request) {
  CO_TRY(auto query, requeue_query(request));
  auto count = co_await services_.webhooks.replay(reached(call, std::move(request.webhook)),
                                                  std::move(query));
  if (!count) co_return fail(std::move(count).error());
  ipc::WebhookReplayed out{*count};
  co_return out;
}

}  // namespace wasphere::api
