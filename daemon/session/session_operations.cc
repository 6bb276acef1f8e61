// What callers can ask of a session. Each operation ends the loop where it must, writes the change,
// and only then dials.
#include "core/stanza/iq.h"
#include "daemon/runtime/log.h"
#include "daemon/session/session.h"
#include "daemon/session/unlink.h"
#include "daemon/session/validation.h"

namespace wasphere::session {

using runtime::Duration;
using runtime::SteadyTime;
using runtime::Task;

namespace {

constexpr Duration kQrPatience{20'000};
constexpr Duration kUnlinkPatience{5'000};
constexpr Duration kUnlinkDialPatience{10'000};

void start_dialing(store::SessionRow& row) {
  row.desired_up = true;
  row.status = store::Status::connecting;
  row.status_detail = "dialing";
  row.status_reason.clear();
  row.reconnect_attempt = 0;
  row.next_attempt_at = 0;
  row.ban.reset();
}

void go_down(store::SessionRow& row, std::string_view detail) {
  row.status = store::Status::disconnected;
  row.status_detail = detail;
  row.status_reason = "user";
  row.reconnect_attempt = 0;
  row.next_attempt_at = 0;
}

bool ban_holds(const store::SessionRow& row, std::int64_t now_ms) {
  if (row.status != store::Status::banned) return false;
  return !row.ban || !row.ban->expires_at || *row.ban->expires_at > now_ms;
}

NewSession as_request(const store::SessionRow& row) {
  return {row.name, row.description, row.settings};
}

}  // namespace

Status Session::usable() const {
  if (removed_) return fail(ErrorCode::session_not_found, "The session was deleted.");
  if (shut_down_) return fail(ErrorCode::shutting_down, "The daemon is stopping.");
  return {};
}

Task<Status> Session::update(SessionPatch patch) {
  const auto lock = co_await operations_.lock();
  CO_CHECK(usable());
  CO_TRY(const NewSession wanted, validate(patch, as_request(row())));
  const NewSession current = as_request(row());
  if (wanted.name == current.name && wanted.description == current.description &&
      wanted.settings == current.settings)
    co_return Status{};
  Change change;
  change.row = [&wanted](store::SessionRow& next) {
    next.name = wanted.name;
    next.description = wanted.description;
    next.settings = wanted.settings;
  };
  change.events.emplace_back(events::SessionConfigUpdated{});
  CO_CHECK(co_await state_.apply(std::move(change)));
  account_->settings_changed();
  co_return Status{};
}

Task<Status> Session::hold_queue(bool held) {
  const auto lock = co_await operations_.lock();
  CO_CHECK(usable());
  if (row().queue_held == held) co_return Status{};
  Change change;
  change.row = [held](store::SessionRow& next) { next.queue_held = held; };
  change.events.emplace_back(events::SessionConfigUpdated{});
  CO_CHECK(co_await state_.apply(std::move(change)));
  account_->settings_changed();
  co_return Status{};
}

Task<Status> Session::refresh_qr(bool force) {
  {
    const auto lock = co_await operations_.lock();
    CO_CHECK(usable());
    if (row().status == store::Status::connected)
      co_return fail(ErrorCode::already_connected, "The session is connected.");
    if (row().linked && !force)
      co_return fail(ErrorCode::has_credentials, "The session is linked to an account already.");
    bool shown = false;
    if (pairing_ && pairing_->code_outstanding()) {
      const auto flow = pairing_;
      CO_TRY(shown, co_await flow->next_qr());
    }
    if (!shown) {
      CO_CHECK(co_await begin_linking(row().linked));
    }
  }
  co_await settle_down(kQrPatience);
  co_return usable();
}

// Precondition: operations_ is held.
Task<Status> Session::begin_linking(bool wipe) {
  co_await halt();
  CO_CHECK(co_await state_.load_device());
  const bool renew = wipe || state_.device() == nullptr;
  Change change;
  change.row = [renew](store::SessionRow& next) {
    start_dialing(next);
    if (renew) forget_account(next);
  };
  change.events.emplace_back(events::SessionStatus{});
  if (renew) change.credentials = Credentials::renew;
  CO_CHECK(co_await state_.apply(std::move(change)));
  start(Duration{0});
  co_return Status{};
}

Task<Status> Session::pair(std::string phone_number) {
  CO_TRY(const std::string number, normalize_phone_number(phone_number));
  {
    const auto lock = co_await operations_.lock();
    CO_CHECK(usable());
    if (row().status == store::Status::connected)
      co_return fail(ErrorCode::already_connected, "The session is connected.");
    if (row().linked)
      co_return fail(ErrorCode::has_credentials, "The session is linked to an account already.");
    const bool linking = running_ && row().status == store::Status::connecting;
    if (!linking) {
      CO_CHECK(co_await begin_linking(false));
    }
  }
  CO_CHECK(co_await linking_flow());
  const auto flow = pairing_;
  co_return co_await flow->request_code(number);
}

// Until the server has offered refs. Afterwards pairing_ is set and ready.
Task<Status> Session::linking_flow() {
  const SteadyTime deadline = services_.clock.now_steady() + kQrPatience;
  while (!pairing_ || !pairing_->ready()) {
    CO_CHECK(usable());
    if (!running_ || row().status != store::Status::connecting)
      co_return fail(ErrorCode::network_unreachable,
                     "The session could not connect for linking (" + row().status_detail + ").");
    if (services_.clock.now_steady() >= deadline)
      co_return fail(ErrorCode::whatsapp_timeout, "WhatsApp did not offer to link in time.");
    co_await wait_for_change(deadline);
  }
  co_return Status{};
}

Task<Status> Session::reconnect() {
  const auto lock = co_await operations_.lock();
  CO_CHECK(usable());
  if (!row().linked)
    co_return fail(ErrorCode::no_credentials, "The session is not linked to an account.");
  if (row().status == store::Status::connected) co_return Status{};
  if (ban_holds(row(), now_ms()))
    co_return fail(ErrorCode::session_banned, "WhatsApp has banned or locked this account.");
  co_await halt();
  Change change;
  change.row = [](store::SessionRow& next) { start_dialing(next); };
  change.events.emplace_back(events::SessionStatus{});
  CO_CHECK(co_await state_.apply(std::move(change)));
  start(Duration{0});
  co_return Status{};
}

Task<Status> Session::disconnect() {
  const auto lock = co_await operations_.lock();
  CO_CHECK(usable());
  co_await halt();
  const bool down_already =
      row().status == store::Status::banned ||
      (row().status == store::Status::disconnected && row().next_attempt_at == 0);
  if (down_already && !row().desired_up) co_return Status{};
  Change change;
  // What says more than "somebody wanted it" stays to be seen.
  change.row = [down_already](store::SessionRow& next) {
    next.desired_up = false;
    next.next_attempt_at = 0;
    if (!down_already) go_down(next, "user");
  };
  if (!down_already) change.events.emplace_back(events::SessionDisconnected{"user", "user", 0});
  co_return co_await state_.apply(std::move(change));
}

Task<Status> Session::logout() {
  const auto lock = co_await operations_.lock();
  CO_CHECK(usable());
  if (!row().linked)
    co_return fail(ErrorCode::no_credentials, "The session is not linked to an account.");
  const bool unlinked = co_await unlink();
  if (!unlinked)
    runtime::log_warning(
        "session", "{}: WhatsApp did not confirm the logout; the phone may still list the device",
        row().id);
  Change change;
  change.credentials = Credentials::wipe;
  change.row = [](store::SessionRow& next) {
    forget_account(next);
    go_down(next, "logged_out");
    next.ban.reset();
  };
  change.events.emplace_back(events::SessionLoggedOut{"user"});
  change.events.emplace_back(events::SessionDisconnected{"logged_out", "user", 0});
  co_return co_await state_.apply(std::move(change));
}

Task<Result<Removed>> Session::remove(bool unlink_first) {
  const auto lock = co_await operations_.lock();
  CO_CHECK(usable());
  bool unlinked = !row().linked;
  if (row().linked && unlink_first) unlinked = co_await unlink();
  co_await halt();
  CO_CHECK(co_await state_.remove());
  removed_ = true;
  co_await account_->stop();
  state_.pulse();
  co_return Removed{row().id, unlinked};
}

// Tells WhatsApp that this device leaves. Afterwards the loop has ended.
Task<bool> Session::unlink() {
  const auto connection = connection_;
  const auto own = wire::Jid::parse(row().jid);
  if (row().status != store::Status::connected || !connection || !own) {
    co_await halt();
    co_return co_await unlink_offline();
  }
  stopping_ = true;  // that the server now ends the stream is no news
  const bool confirmed = co_await ask_to_unlink(connection, *own, kUnlinkPatience);
  co_await halt();
  co_return confirmed;
}

Task<bool> Session::unlink_offline() {
  const Status loaded = co_await state_.load_device();
  const auto own = wire::Jid::parse(row().jid);
  if (!loaded || state_.device() == nullptr || !state_.device()->linked() || !own) co_return false;
  connection_ = std::make_shared<Connection>(services_.transports, services_.clock, services_.rng);
  Dial dial = make_dial();
  dial.timeout = kUnlinkDialPatience;
  const bool confirmed = co_await dial_to_unlink(connection_, std::move(dial), *own);
  co_await connection_->finish();
  connection_.reset();
  co_return confirmed;
}

// Nothing more is going to happen by itself that a caller who waits for a QR would want to see.
bool Session::settled() const {
  if (state_.live_qr() || !running_ || shut_down_ || removed_) return true;
  return row().status != store::Status::connecting || row().status_detail == "passkey_required";
}

Task<> Session::settle_down(Duration patience) {
  const SteadyTime deadline = services_.clock.now_steady() + patience;
  while (!settled() && services_.clock.now_steady() < deadline) co_await wait_for_change(deadline);
}

Task<> Session::wait_for_change(SteadyTime deadline) {
  const auto left = std::chrono::ceil<Duration>(deadline - services_.clock.now_steady());
  const auto timer = services_.clock.make_timer();
  timer->arm(left, [this] { state_.pulse(); });
  co_await state_.next_change();
}

}  // namespace wasphere::session
