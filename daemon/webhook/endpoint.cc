#include "daemon/webhook/endpoint.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "daemon/runtime/log.h"

namespace wasphere::webhook {
namespace {

constexpr runtime::Duration kPause = std::chrono::seconds(1);  // after the store failed
constexpr std::int64_t kLongestSleep = 3600 * 1000;            // a clock may be set

}  // namespace

std::vector<std::string> signing_secrets(const store::WebhookSecrets& secrets, std::int64_t now) {
  std::vector<std::string> out{secrets.current};
  if (!secrets.previous.empty() && secrets.previous_until > now) out.push_back(secrets.previous);
  return out;
}

Endpoint::Endpoint(Services services, std::string webhook_id)
    : services_(services), id_(std::move(webhook_id)), timer_(services.clock.make_timer()) {}

void Endpoint::start() {
  boost::asio::co_spawn(services_.io, run(shared_from_this()), boost::asio::detached);
}

void Endpoint::stop() {
  stopping_ = true;
  timer_->cancel();
  changed_.set();
}

runtime::Task<> Endpoint::finished() {
  co_await idle_.wait();
}

runtime::Task<> Endpoint::run(std::shared_ptr<Endpoint> self) {
  while (!self->gone_ && !self->over()) {
    self->changed_.reset();
    bool more = false;
    if (!self->stopping_ || !self->ended_.empty()) {
      auto turn = co_await self->take_turn();
      // At the end of the daemon an attempt that cannot be recorded is made once more next time.
      if (!turn && self->stopping_) self->forget(self->ended_.size());
      if (!turn) self->pause(turn.error());
      if (turn) more = self->take_in(*std::move(turn));
    }
    if (!more && !self->gone_ && !self->over()) co_await self->changed_.wait();
  }
  self->idle_.set();
}

runtime::Task<Result<TurnResult>> Endpoint::take_turn() {
  TurnInput input;
  input.webhook_id = id_;
  input.finished = ended_;
  input.in_flight = in_flight_;
  input.cursor = cursor_;
  input.now = runtime::unix_millis(services_.clock);
  input.failed_in_a_row = failed_in_a_row_;
  input.slots = kConcurrency - std::min(kConcurrency, in_flight_.size() - ended_.size());
  input.record_only = stopping_;
  auto job = [&](store::Tx& tx) -> Result<TurnResult> {
    return webhook::take_turn(tx, input, services_.rng, services_.encoder);
  };
  auto turn = co_await services_.store.run(job);
  if (!turn) co_return fail(std::move(turn).error());
  forget(input.finished.size());
  co_return *std::move(turn);
}

void Endpoint::forget(std::size_t count) {
  const auto end = ended_.begin() + static_cast<std::ptrdiff_t>(count);
  for (auto it = ended_.begin(); it != end; ++it) in_flight_.erase(lane_of(it->delivery));
  ended_.erase(ended_.begin(), end);
}

bool Endpoint::take_in(TurnResult result) {
  if (store_failed_) runtime::log_info("webhook", "{}: deliveries go on", id_);
  store_failed_ = false;
  gone_ = result.gone;
  if (gone_) return false;
  tell(result);
  cursor_ = result.cursor;
  failed_in_a_row_ = result.failed_in_a_row;
  if (stopping_) return false;
  for (store::DeliveryRow& delivery : result.due) begin(result, std::move(delivery));
  timer_->cancel();
  const std::int64_t now = runtime::unix_millis(services_.clock);
  if (result.next_due != 0)
    timer_->arm(
        runtime::Duration(std::clamp<std::int64_t>(result.next_due - now, 0, kLongestSleep)),
        [this] { changed_.set(); });
  return result.more;
}

void Endpoint::tell(const TurnResult& result) const {
  if (result.missed != 0)
    runtime::log_warning("webhook", "{}: {} events were retired before they could be delivered",
                         id_, result.missed);
  if (result.switched_off)
    runtime::log_warning("webhook", "{} is switched off: {}", id_, result.webhook.disabled_reason);
}

void Endpoint::begin(const TurnResult& result, store::DeliveryRow delivery) {
  const std::int64_t now = runtime::unix_millis(services_.clock);
  Mail mail;
  mail.url = result.webhook.url;
  mail.body = delivery.body;
  mail.about = {delivery.event,        delivery.event_id, delivery.id,
                delivery.attempts + 1, now / 1000,        signing_secrets(result.secrets, now)};
  in_flight_.insert(lane_of(delivery));
  boost::asio::co_spawn(services_.io,
                        deliver(shared_from_this(), std::move(delivery), std::move(mail)),
                        boost::asio::detached);
}

runtime::Task<> Endpoint::deliver(std::shared_ptr<Endpoint> self, store::DeliveryRow delivery,
                                  Mail mail) {
  auto attempt = co_await self->services_.sender.send(std::move(mail));
  if (attempt) {
    self->ended_.push_back({std::move(delivery), *std::move(attempt)});
  } else {
    self->in_flight_.erase(lane_of(delivery));
  }
  self->changed_.set();
}

void Endpoint::pause(const Error& error) {
  if (!store_failed_ && !stopping_)
    runtime::log_error("webhook", "{}: deliveries stand still: {}", id_, error.message);
  store_failed_ = true;
  if (!stopping_) timer_->arm(kPause, [this] { changed_.set(); });
}

}  // namespace wasphere::webhook
