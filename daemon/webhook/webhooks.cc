#include "daemon/webhook/webhooks.h"

#include "core/util/encoding.h"
#include "core/util/id.h"

namespace wasphere::webhook {
namespace {

constexpr std::size_t kMostWebhooks = 1000;
constexpr std::size_t kLongestName = 64;
constexpr std::int64_t kOverlap = 24LL * 3600 * 1000;  // of two secrets, in milliseconds

tl::unexpected<Error> no_webhook(const std::string& id) {
  return fail(ErrorCode::webhook_not_found, "there is no webhook '" + id + "'");
}
tl::unexpected<Error> no_delivery(const std::string& id) {
  return fail(ErrorCode::delivery_not_found, "the webhook has no delivery '" + id + "'");
}

Error bad_url(Error error) {
  if (error.code != ErrorCode::validation_failed) return error;
  error.fields.push_back({"/url", "FORMAT", error.message});
  error.message = "url " + error.message;
  return error;
}

bool is_within(const store::WebhookRow& row, const std::string& session_id) {
  return session_id.empty() || row.session_ids == std::vector{session_id};
}

Result<store::WebhookRow> load(store::Tx& tx, const Ref& webhook) {
  auto row = tx.webhooks.find(webhook.id);
  if (!row || !is_within(*row, webhook.within)) return no_webhook(webhook.id);
  return *std::move(row);
}

store::WebhookRow new_row(const NewWebhook& request, const std::string& id, std::int64_t now) {
  store::WebhookRow row;
  row.id = id;
  row.name = request.name;
  if (row.name.empty()) row.name = net::parse_http_url(request.url)->host.substr(0, kLongestName);
  row.url = request.url;
  row.events = request.events;
  row.session_ids = request.session_ids;
  row.active = request.active;
  row.buffer_when_inactive = request.buffer_when_inactive;
  row.retry_max = request.retry_max;
  row.created_at = now;
  return row;
}

// Begins anew: with events from now on, and nothing held against it.
void switch_on(store::WebhookRow& row, store::Tx& tx) {
  if (!row.active && !row.buffer_when_inactive) row.cursor = tx.events.last_seq();
  row.active = true;
  row.failure_count = 0;
  row.failing_since = 0;
  row.disabled_reason.clear();
}

void apply(const WebhookPatch& patch, store::WebhookRow& row, store::Tx& tx) {
  if (patch.active == true) switch_on(row, tx);
  if (patch.active == false) row.active = false;
  row.url = patch.url.value_or(row.url);
  row.events = patch.events.value_or(row.events);
  row.name = patch.name.value_or(row.name);
  row.session_ids = patch.session_ids.value_or(row.session_ids);
  row.retry_max = patch.retry_max.value_or(row.retry_max);
  row.buffer_when_inactive = patch.buffer_when_inactive.value_or(row.buffer_when_inactive);
}

}  // namespace

std::string Webhooks::secret_or_random(std::string secret) {
  return secret.empty() ? to_hex(services_.rng.array<32>()) : std::move(secret);
}

runtime::Task<Status> Webhooks::check_url(std::string url) {
  auto checked = co_await services_.sender.check(std::move(url));
  if (checked) co_return Status{};
  co_return fail(bad_url(std::move(checked).error()));
}

Webhooks::Answer<WithSecret> Webhooks::create(NewWebhook request) {
  CO_CHECK(co_await check_url(request.url));
  WithSecret out;
  out.secret = secret_or_random(std::move(request.secret));
  out.row = new_row(request, make_id("wh", now(), services_.rng), now());
  auto job = [&out](store::Tx& tx) -> Status {
    if (tx.webhooks.all().size() >= kMostWebhooks)
      return fail(ErrorCode::conflict, "there are 1000 webhooks already");
    out.row.cursor = tx.events.last_seq();
    tx.webhooks.insert(out.row, {out.secret, "", 0});
    return {};
  };
  CO_CHECK(co_await services_.store.run(job));
  dispatcher_.added(out.row.id);
  co_return out;
}

Webhooks::Answer<std::vector<store::WebhookRow>> Webhooks::list(std::string within) {
  auto job = [&within](store::Tx& tx) -> Result<std::vector<store::WebhookRow>> {
    auto rows = tx.webhooks.all();
    std::erase_if(rows, [&](const store::WebhookRow& row) { return !is_within(row, within); });
    return rows;
  };
  co_return co_await services_.store.run(job);
}

Webhooks::Answer<WithBacklog> Webhooks::find(Ref webhook) {
  auto job = [&webhook](store::Tx& tx) -> Result<WithBacklog> {
    WS_TRY(auto row, load(tx, webhook));
    return WithBacklog{std::move(row), tx.webhooks.backlog(webhook.id)};
  };
  co_return co_await services_.store.run(job);
}

Webhooks::Answer<store::WebhookRow> Webhooks::update(Ref webhook, WebhookPatch patch,
                                                     Permit permit) {
  if (patch.url) {
    CO_CHECK(co_await check_url(*patch.url));
  }
  // What was taken up under the old filter is not taken up again under the new one.
  const std::int64_t cursor = dispatcher_.cursor_of(webhook.id);
  auto job = [&](store::Tx& tx) -> Result<store::WebhookRow> {
    WS_TRY(auto row, load(tx, webhook));
    row.cursor = std::max(row.cursor, cursor);
    apply(patch, row, tx);
    if (permit) {
      WS_CHECK(permit(row));
    }
    tx.webhooks.update(row);
    return row;
  };
  auto row = co_await services_.store.run(job);
  if (row) dispatcher_.changed(webhook.id);
  co_return row;
}

Webhooks::Answer<std::string> Webhooks::remove(Ref webhook) {
  auto job = [&webhook](store::Tx& tx) -> Status {
    WS_CHECK(load(tx, webhook));
    tx.webhooks.remove(webhook.id);
    return {};
  };
  CO_CHECK(co_await services_.store.run(job));
  dispatcher_.removed(webhook.id);
  co_return webhook.id;
}

Webhooks::Answer<WithSecret> Webhooks::rotate_secret(Ref webhook, std::string secret) {
  WithSecret out;
  out.secret = secret_or_random(std::move(secret));
  const std::int64_t until = now() + kOverlap;
  auto job = [&](store::Tx& tx) -> Status {
    WS_TRY(out.row, load(tx, webhook));
    const std::string previous = tx.webhooks.secrets(webhook.id).current;
    tx.webhooks.save_secrets(webhook.id, {out.secret, previous, until});
    return {};
  };
  CO_CHECK(co_await services_.store.run(job));
  co_return out;
}

Webhooks::Answer<TestResult> Webhooks::test(Ref webhook) {
  store::WebhookSecrets secrets;
  auto job = [&](store::Tx& tx) -> Result<store::WebhookRow> {
    WS_TRY(auto row, load(tx, webhook));
    secrets = tx.webhooks.secrets(webhook.id);
    return row;
  };
  auto row = co_await services_.store.run(job);
  if (!row) co_return fail(std::move(row).error());
  const std::int64_t began = now();
  Mail mail;
  mail.url = row->url;
  mail.about = {
      "webhook.test", make_id("evt", began, services_.rng), make_id("dlv", began, services_.rng), 1,
      began / 1000,   signing_secrets(secrets, began)};
  mail.body =
      ipc::webhook_test_body(mail.about.event_id, mail.about.delivery_id, runtime::iso8601(began));
  const auto start = services_.clock.now_steady();
  auto attempt = co_await services_.sender.send(std::move(mail));
  if (!attempt) co_return fail(ErrorCode::shutting_down, "the daemon is shutting down");
  const auto took = services_.clock.now_steady() - start;
  TestResult out{*std::move(attempt), std::chrono::duration_cast<runtime::Duration>(took).count()};
  co_return out;
}

Webhooks::Answer<std::vector<store::DeliveryRow>> Webhooks::deliveries(Ref webhook,
                                                                       store::DeliveryQuery query) {
  query.webhook_id = webhook.id;
  auto job = [&](store::Tx& tx) -> Result<std::vector<store::DeliveryRow>> {
    WS_CHECK(load(tx, webhook));
    return tx.webhooks.deliveries(query);
  };
  co_return co_await services_.store.run(job);
}

Webhooks::Answer<store::DeliveryRow> Webhooks::redeliver(Ref webhook, std::string delivery_id) {
  const std::int64_t time = now();
  const std::string& id = webhook.id;
  auto job = [&](store::Tx& tx) -> Result<store::DeliveryRow> {
    WS_CHECK(load(tx, webhook));
    if (!tx.webhooks.find_delivery(id, delivery_id)) return no_delivery(delivery_id);
    if (!tx.webhooks.reopen(id, delivery_id, time))
      return fail(ErrorCode::conflict, "the delivery is still being made");
    return tx.webhooks.find_delivery(id, delivery_id).value();
  };
  auto row = co_await services_.store.run(job);
  if (row) dispatcher_.changed(id);
  co_return row;
}

Webhooks::Answer<std::int64_t> Webhooks::replay(Ref webhook, store::RequeueQuery query) {
  query.webhook_id = webhook.id;
  const std::int64_t time = now();
  auto job = [&](store::Tx& tx) -> Result<std::int64_t> {
    WS_CHECK(load(tx, webhook));
    return static_cast<std::int64_t>(tx.webhooks.requeue(query, time));
  };
  auto count = co_await services_.store.run(job);
  if (count) dispatcher_.changed(webhook.id);
  co_return count;
}

}  // namespace wasphere::webhook
