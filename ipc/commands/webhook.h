// Operations on webhooks: who is told of which events, and what became of each delivery.
#pragma once

#include <optional>
#include <vector>

#include "ipc/command.h"
#include "ipc/events.h"

namespace wasphere::ipc {

template <std::size_t N>
constexpr auto webhook_events(const std::array<std::string_view, N>& names) {
  std::array<std::string_view, N + 2> out{"*", "webhook.test"};
  for (std::size_t i = 0; i < N; ++i) out[i + 2] = names[i];
  return out;
}
// What a webhook may ask for: every event there is, or * for all. It gets webhook.test anyway.
inline constexpr auto kWebhookEvents = webhook_events(kEventNames);
inline constexpr std::array<std::string_view, 4> kDeliveryStatuses{"pending", "retrying",
                                                                   "delivered", "dead"};

struct WebhookView {
  std::string id;
  std::string name;
  std::string url;
  std::vector<std::string> events;
  std::vector<std::string> sessionIds;
  bool isActive = false;
  std::int64_t retryMax = 0;
  bool bufferWhenInactive = false;
  std::int64_t failureCount = 0;
  std::optional<std::string> disabledReason;
  std::string createdAt;
  std::optional<std::string> lastDeliveredAt;
  std::optional<std::string> lastFailedAt;
  static constexpr auto fields = std::tuple{
      field("id", &WebhookView::id, "Stable id, wh_ and 26 characters."),
      field("name", &WebhookView::name, "What people call it."),
      field("url", &WebhookView::url, "Where events are posted to."),
      field("events", &WebhookView::events, "The events it gets; * for all."),
      field("sessionIds", &WebhookView::sessionIds,
            "The sessions whose events it gets; empty for all."),
      field("isActive", &WebhookView::isActive, "False: nothing is delivered."),
      field("retryMax", &WebhookView::retryMax, "Attempts that a delivery gets in all."),
      field("bufferWhenInactive", &WebhookView::bufferWhenInactive,
            "Keeps events as dead letters while it is not active."),
      field("failureCount", &WebhookView::failureCount, "Deliveries given up in a row."),
      field("disabledReason", &WebhookView::disabledReason,
            "Why it was switched off by itself: gone, failures or failing_for_days."),
      field("createdAt", &WebhookView::createdAt, "When it was registered."),
      field("lastDeliveredAt", &WebhookView::lastDeliveredAt, "Last successful delivery."),
      field("lastFailedAt", &WebhookView::lastFailedAt, "Last attempt that failed.")};
};

struct WebhookWithSecret : WebhookView {
  std::string signingSecret;
  std::string standardSecret;
  static constexpr auto fields = std::tuple_cat(
      WebhookView::fields,
      std::tuple{field("signingSecret", &WebhookWithSecret::signingSecret,
                       "The key of X-WaSphere-Signature, as text; shown only this once."),
                 field("standardSecret", &WebhookWithSecret::standardSecret,
                       "The same key for libraries of Standard Webhooks: whsec_ and base64.")});
};

struct WebhookDetail : WebhookView {
  std::int64_t openCount = 0;
  std::optional<std::string> oldestOpenAt;
  std::int64_t deadCount = 0;
  static constexpr auto fields = std::tuple_cat(
      WebhookView::fields,
      std::tuple{field("openCount", &WebhookDetail::openCount, "Deliveries that are still owed."),
                 field("oldestOpenAt", &WebhookDetail::oldestOpenAt, "Since when, at the longest."),
                 field("deadCount", &WebhookDetail::deadCount, "Dead letters that are kept.")});
};

struct WebhookPage {
  std::vector<WebhookView> items;
  std::optional<std::string> nextCursor;
  static constexpr auto fields = std::tuple{
      field("items", &WebhookPage::items, "The webhooks, oldest first."),
      field("nextCursor", &WebhookPage::nextCursor, "Where the next page begins; null: no more.")};
};

struct DeliveryView {
  std::string id;
  std::string eventId;
  std::string event;
  std::string webhookId;
  std::optional<std::string> sessionId;
  std::string status;
  std::int64_t attempts = 0;
  std::optional<std::int64_t> lastStatusCode;
  std::optional<std::string> lastError;
  std::optional<std::string> nextAttemptAt;
  std::string createdAt;
  std::optional<std::string> deliveredAt;
  static constexpr auto fields = std::tuple{
      field("id", &DeliveryView::id, "The delivery's id, the same in every attempt."),
      field("eventId", &DeliveryView::eventId, "The event's id, the same for every reader."),
      field("event", &DeliveryView::event, "The event's type."),
      field("webhookId", &DeliveryView::webhookId, "The webhook it is for."),
      field("sessionId", &DeliveryView::sessionId, "The session concerned."),
      field("status", &DeliveryView::status, "Where it stands.", one_of(kDeliveryStatuses)),
      field("attempts", &DeliveryView::attempts, "Attempts made."),
      field("lastStatusCode", &DeliveryView::lastStatusCode, "HTTP status of the last attempt."),
      field("lastError", &DeliveryView::lastError, "Why the last attempt failed."),
      field("nextAttemptAt", &DeliveryView::nextAttemptAt, "When the next attempt is due."),
      field("createdAt", &DeliveryView::createdAt, "When the event was taken up."),
      field("deliveredAt", &DeliveryView::deliveredAt, "When the receiver accepted it.")};
};

struct DeliveryPage {
  std::vector<DeliveryView> items;
  std::optional<std::string> nextCursor;
  static constexpr auto fields = std::tuple{
      field("items", &DeliveryPage::items, "The deliveries, newest first."),
      field("nextCursor", &DeliveryPage::nextCursor, "Where the next page begins; null: no more.")};
};

constexpr auto webhook_arg(auto member) {
  return arg("webhook", member, "Id of the webhook.", length(1, 64), value_name("WEBHOOK"));
}

struct WebhookCreate {
  using Response = WebhookWithSecret;
  static constexpr CommandInfo command{
      .method = "webhook.create",
      .cli = "webhook create",
      .route = post("/api/webhooks", 201),
      .scope = Scope::webhooks_write,
      .summary = "Register a webhook.",
      .description =
          "Each event is posted as JSON with a signature, until the receiver answers with a 2xx "
          "status or all attempts are used up; then it is a dead letter. The events of one chat "
          "arrive in order; the same delivery id and body in every attempt let a receiver drop "
          "what it has seen. Addresses of private networks are refused unless ssrf.allow_cidrs "
          "names them, and plain http is for those only. A key may name only events that it may "
          "see itself, and * only if it may see all of them; one that is bound to a session makes "
          "and reaches only webhooks of that session.",
      .returns = "The webhook with its secret, which is shown only now.",
      .errors = {ErrorCode::ssrf_blocked, ErrorCode::session_not_found, ErrorCode::conflict,
                 ErrorCode::storage_unavailable}};
  std::string url;
  std::vector<std::string> events;
  std::optional<std::string> name;
  std::optional<std::vector<std::string>> sessionIds;
  std::optional<std::int64_t> retryMax;
  std::optional<bool> isActive;
  std::optional<bool> bufferWhenInactive;
  std::optional<std::string> signingSecret;
  std::optional<std::string> secret;
  static constexpr auto fields = std::tuple{
      arg("url", &WebhookCreate::url, "Where to post events: https, or http where it is allowed.",
          length(1, 2048), value_name("URL")),
      field("events", &WebhookCreate::events, "The events to deliver; * for all.", count(64),
            one_of(kWebhookEvents), value_name("EVENT")),
      field("name", &WebhookCreate::name, "What to call it; the URL's host if missing.",
            length(1, 64)),
      field("sessionIds", &WebhookCreate::sessionIds,
            "Only events of these sessions, by id or name.", count(1000), length(1, 256),
            value_name("NAME")),
      field("retryMax", &WebhookCreate::retryMax, "Attempts a delivery gets, 9 if missing.",
            range(1, 9)),
      field("isActive", &WebhookCreate::isActive, "Deliver at once; true if missing."),
      field("bufferWhenInactive", &WebhookCreate::bufferWhenInactive,
            "Keep events as dead letters while it is not active."),
      field("signingSecret", &WebhookCreate::signingSecret,
            "A secret of your own; a random one is made if missing.", length(16, 256)),
      field("secret", &WebhookCreate::secret, "Another name for signingSecret.", length(16, 256))};
};

struct WebhookList {
  using Response = WebhookPage;
  static constexpr CommandInfo command{.method = "webhook.list",
                                       .cli = "webhook list",
                                       .route = get("/api/webhooks"),
                                       .scope = Scope::webhooks_read,
                                       .summary = "List the webhooks.",
                                       .returns = "The webhooks, never their secrets.",
                                       .reach = Reach::filtered};
  static constexpr auto fields = std::tuple{};
};

struct WebhookGet {
  using Response = WebhookDetail;
  static constexpr CommandInfo command{.method = "webhook.get",
                                       .cli = "webhook show",
                                       .route = get("/api/webhooks/{webhook}"),
                                       .scope = Scope::webhooks_read,
                                       .summary = "Show one webhook and what it is owed.",
                                       .returns = "The webhook, never its secret.",
                                       .errors = {ErrorCode::webhook_not_found},
                                       .reach = Reach::filtered};
  std::string webhook;
  static constexpr auto fields = std::tuple{webhook_arg(&WebhookGet::webhook)};
};

struct WebhookUpdate {
  using Response = WebhookView;
  static constexpr CommandInfo command{
      .method = "webhook.update",
      .cli = "webhook set",
      .route = patch("/api/webhooks/{webhook}"),
      .scope = Scope::webhooks_write,
      .summary = "Change a webhook.",
      .description =
          "What is not named stays as it is. Switching it on begins with new events, sets "
          "failureCount to zero, and goes on with what was still owed.",
      .returns = "The webhook as it is now.",
      .errors = {ErrorCode::webhook_not_found, ErrorCode::ssrf_blocked,
                 ErrorCode::session_not_found}};
  std::string webhook;
  std::optional<std::string> url;
  std::optional<std::vector<std::string>> events;
  std::optional<std::string> name;
  std::optional<std::vector<std::string>> sessionIds;
  std::optional<std::int64_t> retryMax;
  std::optional<bool> isActive;
  std::optional<bool> bufferWhenInactive;
  static constexpr auto fields = std::tuple{
      webhook_arg(&WebhookUpdate::webhook),
      field("url", &WebhookUpdate::url, "Where to post events from now on.", length(1, 2048),
            value_name("URL")),
      field("events", &WebhookUpdate::events, "The events to deliver; * for all.", count(64),
            one_of(kWebhookEvents), value_name("EVENT")),
      field("name", &WebhookUpdate::name, "What to call it.", length(1, 64)),
      field("sessionIds", &WebhookUpdate::sessionIds,
            "Only events of these sessions, by id or name; an empty list for all.", count(1000),
            length(1, 256), value_name("NAME")),
      field("retryMax", &WebhookUpdate::retryMax, "Attempts a delivery gets.", range(1, 9)),
      field("isActive", &WebhookUpdate::isActive, "Deliver, or stop delivering."),
      field("bufferWhenInactive", &WebhookUpdate::bufferWhenInactive,
            "Keep events as dead letters while it is not active.")};
};

struct WebhookDeleted {
  bool success = true;
  std::string id;
  static constexpr auto fields =
      std::tuple{field("success", &WebhookDeleted::success, "True."),
                 field("id", &WebhookDeleted::id, "The webhook that is gone.")};
};

struct WebhookDelete {
  using Response = WebhookDeleted;
  static constexpr CommandInfo command{
      .method = "webhook.delete",
      .cli = "webhook delete",
      .route = del("/api/webhooks/{webhook}"),
      .scope = Scope::webhooks_delete,
      .summary = "Remove a webhook with its deliveries and dead letters.",
      .returns = "Its id.",
      .errors = {ErrorCode::webhook_not_found},
      .reach = Reach::filtered};
  std::string webhook;
  static constexpr auto fields = std::tuple{webhook_arg(&WebhookDelete::webhook)};
};

struct WebhookTestResult {
  bool success = false;
  std::optional<std::int64_t> statusCode;
  std::optional<std::string> error;
  std::int64_t latencyMs = 0;
  static constexpr auto fields = std::tuple{
      field("success", &WebhookTestResult::success, "True if the receiver answered with 2xx."),
      field("statusCode", &WebhookTestResult::statusCode, "The HTTP status it answered with."),
      field("error", &WebhookTestResult::error, "What went wrong, in general words."),
      field("latencyMs", &WebhookTestResult::latencyMs, "How long it took, in milliseconds.")};
};

struct WebhookTest {
  using Response = WebhookTestResult;
  static constexpr CommandInfo command{
      .method = "webhook.test",
      .cli = "webhook test",
      .route = post("/api/webhooks/{webhook}/test"),
      .scope = Scope::webhooks_write,
      .summary = "Send one webhook.test event and tell how it went.",
      .description = "One attempt, also when the webhook is not active; nothing is stored.",
      .returns = "What the receiver said.",
      .errors = {ErrorCode::webhook_not_found},
      .reach = Reach::filtered};
  std::string webhook;
  static constexpr auto fields = std::tuple{webhook_arg(&WebhookTest::webhook)};
};

struct WebhookRotateSecret {
  using Response = WebhookWithSecret;
  static constexpr CommandInfo command{
      .method = "webhook.rotateSecret",
      .cli = "webhook rotate-secret",
      .route = post("/api/webhooks/{webhook}/rotate-secret"),
      .scope = Scope::webhooks_write,
      .summary = "Give a webhook a new secret.",
      .description =
          "For 24 hours every delivery carries two signatures, one of each secret, so that "
          "receivers can change over without losing anything.",
      .returns = "The webhook with its new secret, which is shown only now.",
      .errors = {ErrorCode::webhook_not_found},
      .reach = Reach::filtered};
  std::string webhook;
  std::optional<std::string> signingSecret;
  static constexpr auto fields =
      std::tuple{webhook_arg(&WebhookRotateSecret::webhook),
                 field("signingSecret", &WebhookRotateSecret::signingSecret,
                       "A secret of your own; a random one is made if missing.", length(16, 256))};
};

struct WebhookDeliveries {
  using Response = DeliveryPage;
  static constexpr CommandInfo command{.method = "webhook.deliveries",
                                       .cli = "webhook deliveries",
                                       .route = get("/api/webhooks/{webhook}/deliveries"),
                                       .scope = Scope::webhooks_read,
                                       .summary = "List the deliveries of a webhook.",
                                       .description = "Dead letters are those of status dead.",
                                       .returns = "A page of deliveries, newest first.",
                                       .errors = {ErrorCode::webhook_not_found},
                                       .reach = Reach::filtered};
  std::string webhook;
  std::optional<std::string> status;
  std::int64_t limit = 50;
  std::optional<std::string> cursor;
  static constexpr auto fields =
      std::tuple{webhook_arg(&WebhookDeliveries::webhook),
                 field("status", &WebhookDeliveries::status, "Only those of this status.",
                       one_of(kDeliveryStatuses)),
                 field("limit", &WebhookDeliveries::limit, "Most entries of a page.", range(1, 100),
                       defaulted),
                 field("cursor", &WebhookDeliveries::cursor, "The nextCursor of the page before.",
                       length(1, 64))};
};

struct WebhookRedeliver {
  using Response = DeliveryView;
  static constexpr CommandInfo command{
      .method = "webhook.redeliver",
      .cli = "webhook redeliver",
      .route = post("/api/webhooks/{webhook}/deliveries/{delivery}/redeliver", 202),
      .scope = Scope::webhooks_write,
      .summary = "Deliver one event once more.",
      .description =
          "The delivery keeps its id and body and gets all its attempts anew. It takes its place "
          "before younger ones of its chat.",
      .returns = "The delivery, which is now pending.",
      .errors = {ErrorCode::webhook_not_found, ErrorCode::delivery_not_found, ErrorCode::conflict},
      .reach = Reach::filtered};
  std::string webhook;
  std::string delivery;
  static constexpr auto fields =
      std::tuple{webhook_arg(&WebhookRedeliver::webhook),
                 arg("delivery", &WebhookRedeliver::delivery, "Id of the delivery.", length(1, 64),
                     value_name("DELIVERY"))};
};

struct WebhookReplayed {
  std::int64_t count = 0;
  static constexpr auto fields =
      std::tuple{field("count", &WebhookReplayed::count, "Deliveries that are pending again.")};
};

struct WebhookReplay {
  using Response = WebhookReplayed;
  static constexpr CommandInfo command{.method = "webhook.replay",
                                       .cli = "webhook replay",
                                       .route = post("/api/webhooks/{webhook}/replay", 202),
                                       .scope = Scope::webhooks_write,
                                       .summary = "Deliver dead letters once more.",
                                       .returns = "How many there are.",
                                       .errors = {ErrorCode::webhook_not_found},
                                       .reach = Reach::filtered};
  std::string webhook;
  std::optional<std::string> from;
  std::optional<std::string> to;
  std::optional<std::vector<std::string>> events;
  bool includeDelivered = false;
  static constexpr auto fields =
      std::tuple{webhook_arg(&WebhookReplay::webhook),
                 field("from", &WebhookReplay::from,
                       "Only events taken up at this time or later, as 2026-05-25T08:00:00Z.",
                       length(1, 64), value_name("TIME")),
                 field("to", &WebhookReplay::to, "Only events taken up before this time.",
                       length(1, 64), value_name("TIME")),
                 field("events", &WebhookReplay::events, "Only events of these types.", count(64),
                       one_of(kWebhookEvents), value_name("EVENT")),
                 field("includeDelivered", &WebhookReplay::includeDelivered,
                       "Also those that were delivered.", defaulted)};
};

}  // namespace wasphere::ipc
