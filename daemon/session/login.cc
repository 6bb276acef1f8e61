#include "daemon/session/login.h"

#include "core/stanza/iq.h"
#include "core/stanza/stream.h"
#include "daemon/runtime/log.h"
#include "daemon/session/signed_key_rotation.h"

namespace wasphere::session {

using runtime::Duration;
using runtime::Task;

namespace {

// A link that drops earlier than this goes on climbing the ladder.
constexpr Duration kStableAfter{60'000};

}  // namespace

Login::Login(Link link) : link_(link), router_(link), stable_(link.services.clock.make_timer()) {}

Task<LinkEnd> Login::run() {
  Connection& connection = *link_.connection;
  connection.limit(kLoginTimeout - connection.age(),
                   {EndKind::retry, "timed_out", "no login in time"});
  while (auto node = co_await connection.next()) {
    std::optional<LinkEnd> end;
    if (node->tag == "success") {
      const Status done = co_await on_success(std::move(*node));
      if (!done) end = end_of(done.error());
    } else {
      end = co_await router_.route(std::move(*node));
    }
    if (end) connection.close(std::move(*end));
  }
  stable_->cancel();
  router_.keys().stop();
  co_await link_.account.detach();
  co_await link_.tasks.join();
  co_return connection.end();
}

Task<Status> Login::on_success(wire::Node node) {
  if (logged_in_) co_return Status{};
  CO_TRY(const stanza::Success success, stanza::parse_success(node));
  logged_in_ = true;
  link_.connection->lift_limit();
  link_.account.hear(link_.connection);
  if (success.server_time != 0)
    server_offset_ms_ = static_cast<std::int64_t>(success.server_time) * 1000 - link_.now_ms();
  const bool first_link = link_.state.row().status == store::Status::connecting;
  Change change;
  change.device = [&success](stanza::Device& device) {
    ++device.login_counter;
    if (!success.display_name.empty()) device.push_name = success.display_name;
    if (!success.lid.server.empty()) device.account->lid = success.lid;
  };
  change.row = [&success, first_link](store::SessionRow& row) {
    if (!success.display_name.empty()) row.push_name = success.display_name;
    if (!success.lid.server.empty()) row.lid = success.lid.to_string();
    if (first_link) row.status_detail = "syncing";
  };
  // A link that comes back shows as reconnecting until it is connected: one step less to tell and
  // to store.
  if (first_link) change.events.emplace_back(events::SessionStatus{});
  CO_CHECK(co_await link_.state.apply(std::move(change)));
  link_.tasks.spawn(after_success());
  co_return Status{};
}

Task<> Login::after_success() {
  Status done = co_await router_.keys().check();
  if (done && !link_.connection->ended()) done = co_await become_connected();
  if (!done) {
    link_.connection->close(end_of(done.error()));
    co_return;
  }
  co_await announce();
}

Task<Status> Login::become_connected() {
  const bool new_link = link_.state.row().connected_at == 0;
  Change change;
  change.row = [now = link_.now_ms()](store::SessionRow& row) {
    row.status = store::Status::connected;
    row.status_detail = "online";
    row.status_reason.clear();
    row.connected_at = now;
    row.next_attempt_at = 0;
    row.ban.reset();
  };
  change.events.emplace_back(events::SessionConnected{new_link});
  CO_CHECK(co_await link_.state.apply(std::move(change)));
  if (link_.state.row().reconnect_attempt > 0)
    stable_->arm(kStableAfter, [this] { link_.tasks.spawn(forget_attempts()); });
  co_return Status{};
}

// Live traffic, and the phone keeps its notifications: we are not "available".
Task<> Login::announce() {
  Connection& connection = *link_.connection;
  const auto answer = co_await connection.iq(stanza::set_active(connection.next_id()), kIqTimeout);
  const Status active = answer ? stanza::check_iq_result(*answer) : fail(answer.error());
  if (!active)
    runtime::log_warning("session", "{}: not active: {}", link_.state.row().id,
                         active.error().message);
  connection.send(stanza::presence("unavailable", link_.state.device()->push_name));
  connection.send(
      stanza::unified_session(static_cast<std::uint64_t>(link_.now_ms()), server_offset_ms_));
  if (connection.ended()) co_return;
  link_.account.attach(link_.connection);
  link_.tasks.spawn(rotate_key());
}

Task<> Login::rotate_key() {
  const Status done = co_await SignedKeyRotation(link_).run();
  if (!done) link_.connection->close(end_of(done.error()));
}

Task<> Login::forget_attempts() {
  Change change;
  change.row = [](store::SessionRow& row) { row.reconnect_attempt = 0; };
  change.events.emplace_back(events::SessionStatus{});
  const Status done = co_await link_.state.apply(std::move(change));
  if (!done) runtime::log_warning("session", "{}: {}", link_.state.row().id, done.error().message);
}

}  // namespace wasphere::session
