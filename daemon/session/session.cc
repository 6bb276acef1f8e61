#include "daemon/session/session.h"

#include "core/stanza/stream.h"
#include "daemon/runtime/log.h"
#include "daemon/session/login.h"

namespace wasphere::session {

using runtime::Duration;
using runtime::Task;

namespace {

// WhatsApp asks for a restart once, after pairing. A server that goes on asking is climbed like any
// failure.
constexpr int kMaxRestarts = 3;

}  // namespace

Session::Session(boost::asio::any_io_executor executor, const Services& services,
                 const SessionOptions& options, store::SessionRow row)
    : executor_(executor),
      services_(services),
      options_(options),
      state_(services, std::move(row)),
      account_(std::make_shared<messaging::Account>(
          executor,
          messaging::Services{services.store, services.clock, services.rng, services.encoder},
          options.messaging, state_)),
      tasks_(executor) {}

std::int64_t Session::last_seen() {
  if (connection_) state_.saw_traffic(connection_->last_received_ms());
  return row().last_seen_at;
}

SessionSnapshot Session::snapshot() {
  last_seen();
  SessionSnapshot out;
  out.row = state_.row();
  out.qr = state_.live_qr();
  out.code = state_.live_code();
  if (out.row.next_attempt_at > 0) out.next_attempt_at = out.row.next_attempt_at;
  out.max_attempts = options_.reconnect.attempts;
  return out;
}

void Session::start(Duration after) {
  if (running_ || shut_down_ || removed_) return;
  running_ = true;
  stopping_ = false;
  restarts_ = 0;
  pause_.reset();
  ended_.reset();
  runtime::spawn(
      executor_, run(after),
      [self = shared_from_this()](const std::exception_ptr& thrown) { self->on_loop_end(thrown); });
}

Task<> Session::halt() {
  if (connection_) connection_->close(LinkEnd::stopped());
  if (!running_) co_return;
  stopping_ = true;
  pause_.cut();
  co_await ended_.wait();
}

Task<> Session::shut_down() {
  shut_down_ = true;
  state_.pulse();
  co_await halt();
  const auto lock = co_await operations_.lock();
  co_await account_->stop();
  co_await tasks_.join();
}

void Session::on_loop_end(const std::exception_ptr& thrown) {
  running_ = false;
  connection_.reset();
  pairing_.reset();
  if (thrown) {
    runtime::log_error("session", "{}: the session loop failed: {}", row().id,
                       runtime::what_of(thrown));
    state_.show_store_failure("internal", 0);
  }
  state_.pulse();
  ended_.set();
}

Task<> Session::run(Duration after) {
  if (after.count() > 0) co_await pause_.sleep(services_.clock, after);
  while (!stopping_) {
    const LinkEnd end = co_await attempt();
    last_seen();
    const auto wait = co_await settle(end);
    if (connection_) co_await connection_->finish();
    connection_.reset();
    if (!wait) break;
    if (wait->count() > 0) co_await pause_.sleep(services_.clock, *wait);
  }
}

// One dial and everything that follows from it.
Task<LinkEnd> Session::attempt() {
  const Status announced = co_await announce_dial();
  if (!announced) co_return end_of(announced.error());
  const Status loaded = co_await state_.load_device();
  if (!loaded) co_return end_of(loaded.error());
  if (stopping_) co_return LinkEnd::stopped();
  const stanza::Device* device = state_.device();
  if (device == nullptr || device->linked() != row().linked)
    co_return LinkEnd{EndKind::store_failed, "credentials_missing",
                      "the stored credentials do not fit the session"};
  connection_ = std::make_shared<Connection>(services_.transports, services_.clock, services_.rng);
  const bool opened = co_await connection_->open(make_dial());
  if (!opened) co_return connection_->end();
  co_return co_await serve();
}

Task<Status> Session::announce_dial() {
  const bool waited = state_.in(store::Status::reconnecting, "backoff");
  if (!waited && row().status != store::Status::banned) co_return Status{};
  Change change;
  change.row = [](store::SessionRow& next) {
    next.status = store::Status::reconnecting;
    next.status_detail = "dialing";
    next.next_attempt_at = 0;
    next.ban.reset();
  };
  change.events.emplace_back(events::SessionStatus{});
  co_return co_await state_.apply(std::move(change));
}

Dial Session::make_dial() const {
  const stanza::Device& device = *state_.device();
  Dial dial;
  dial.endpoint = options_.endpoint;
  dial.root = options_.noise_root;
  dial.noise_key = device.noise_key;
  dial.routing_info = device.routing_info;
  dial.client_payload = stanza::client_payload(device, options_.profile);
  return dial;
}

Task<LinkEnd> Session::serve() {
  Link link{services_, options_, state_, tasks_, connection_, *account_};
  if (row().linked) {
    Login login(link);
    co_return co_await login.run();
  }
  pairing_ = std::make_shared<PairingFlow>(link);
  const LinkEnd end = co_await pairing_->run();
  connection_->close(end);
  co_await tasks_.join();
  pairing_.reset();
  co_return end;
}

// Makes the end of a connection the session's new state. Nothing: no dial follows by itself.
Task<std::optional<Duration>> Session::settle(LinkEnd end) {
  if (stopping_ || end.kind == EndKind::stopped) co_return std::nullopt;
  runtime::log_info("session", "{}: {} ({})", row().id, end.message, end.reason);
  if (row().status == store::Status::connected) restarts_ = 0;
  if (end.kind == EndKind::restart && ++restarts_ > kMaxRestarts) end.kind = EndKind::retry;
  const Verdict verdict = judge(end, row(), options_.reconnect, now_ms());
  Change change;
  change.row = [verdict, now = now_ms()](store::SessionRow& next) {
    carry_out(verdict, next, now);
  };
  change.events = verdict.events;
  if (verdict.wipe) change.credentials = Credentials::wipe;
  const Status stored = co_await state_.apply(std::move(change));
  if (!stored) co_return on_store_failure(stored.error());
  co_return verdict.wait;
}

// Not even the end could be written. Shown it is, and an account that is wanted up is tried again
// later.
std::optional<Duration> Session::on_store_failure(const Error& error) {
  runtime::log_error("session", "{}: the state could not be stored: {}", row().id, error.message);
  const ReconnectPolicy& policy = options_.reconnect;
  const bool again = row().linked && policy.slow_after_exhaustion;
  state_.show_store_failure("store_error", again ? now_ms() + policy.slow_interval.count() : 0);
  if (!again) return std::nullopt;
  return policy.slow_interval;
}

}  // namespace wasphere::session
