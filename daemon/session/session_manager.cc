#include "daemon/session/session_manager.h"

#include <algorithm>

#include "core/util/id.h"
#include "daemon/runtime/log.h"
#include "daemon/session/lease.h"
#include "daemon/session/session.h"
#include "daemon/session/validation.h"

namespace wasphere::session {

using runtime::Duration;
using runtime::Task;

namespace {

// The first dials of a start are spread, a quarter of a second apart, or closer when that would
// take longer than five seconds.
constexpr Duration kWidestStagger{250};
constexpr Duration kSpread{5'000};
constexpr Duration kQrPatience{20'000};
constexpr Duration kRoundEvery{60'000};

// What a start of the process changes, to be written in one transaction.
struct Boot {
  std::vector<std::string> ids;  // of all sessions
  std::vector<store::SessionRow> changed;
  std::vector<store::EventRow> events;
};

// The same every minute: when each session was last heard of (0: nothing new).
struct Round {
  std::vector<std::pair<std::string, std::int64_t>> sessions;
};

// On the row as it is stored, because other changes of it may be on their way.
Status write_last_seen(const Round& round, store::Tx& tx) {
  for (const auto& [id, seen] : round.sessions) {
    auto row = seen > 0 ? tx.sessions.find(id) : std::nullopt;
    if (!row) continue;
    row->last_seen_at = seen;
    WS_CHECK(tx.sessions.update(*row));
  }
  return {};
}

// A session that is being deleted needs none any more.
Status renew_leases(const Round& round, store::Tx& tx, std::int64_t now) {
  for (const auto& [id, seen] : round.sessions) {
    const Status held = tx.sessions.acquire_lease(id, kNode, now, kLeaseMs);
    if (!held && held.error().code != ErrorCode::session_not_found) return held;
  }
  return {};
}

Task<> shut_down_one(std::shared_ptr<Session> session) {
  co_await session->shut_down();
}

}  // namespace

struct SessionManager::Impl {
  struct Entry {
    std::shared_ptr<Session> session;
    std::int64_t stored_last_seen = 0;
  };

  Impl(boost::asio::any_io_executor executor_in, Services services_in, SessionOptions options_in)
      : executor(std::move(executor_in)),
        services(services_in),
        options(std::move(options_in)),
        tasks(executor) {}

  std::int64_t now_ms() const { return runtime::unix_millis(services.clock); }
  Status accepting() const;
  Status room_for_one_more() const;
  Result<std::shared_ptr<Session>> locate(const std::string& ref) const;
  store::SessionRow new_row(const NewSession& request);
  std::shared_ptr<Session> add(store::SessionRow row);
  void forget(const std::string& id);
  std::optional<Duration> boot(store::SessionRow& row, Boot& boot) const;
  Task<Status> store_boot(Boot boot);
  Task<> keep_house();
  Round next_round();
  Task<> leave();
  template <class Operation>
  Task<Result<SessionSnapshot>> perform(std::string ref, Operation operation);

  boost::asio::any_io_executor executor;
  Services services;
  SessionOptions options;
  std::vector<Entry> entries;  // by creation time
  std::size_t creating = 0;
  bool stopping = false;
  runtime::Pause until_next_round;
  runtime::TaskGroup tasks;
};

SessionManager::SessionManager(boost::asio::any_io_executor executor, Services services,
                               SessionOptions options)
    : impl_(std::make_unique<Impl>(std::move(executor), services, std::move(options))) {}

SessionManager::~SessionManager() = default;

Status SessionManager::Impl::accepting() const {
  if (stopping) return fail(ErrorCode::shutting_down, "The daemon is stopping.");
  return {};
}

Status SessionManager::Impl::room_for_one_more() const {
  if (options.max_sessions == 0 || entries.size() + creating < options.max_sessions) return {};
  Error error{ErrorCode::queue_full, "There are " + std::to_string(options.max_sessions) +
                                         " sessions, as many as sessions.max allows."};
  error.remedy = "Delete a session, or raise sessions.max in the configuration.";
  return fail(std::move(error));
}

Result<std::shared_ptr<Session>> SessionManager::Impl::locate(const std::string& ref) const {
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) {
    return entry.session->row().id == ref || entry.session->row().name == ref;
  });
  if (found == entries.end())
    return fail(ErrorCode::session_not_found, "No session has the name or id '" + ref + "'.");
  return found->session;
}

store::SessionRow SessionManager::Impl::new_row(const NewSession& request) {
  store::SessionRow row;
  row.created_at = now_ms();
  row.id = make_id("sess", row.created_at, services.rng);
  row.name = request.name;
  row.description = request.description;
  row.settings = request.settings;
  row.status = store::Status::connecting;
  row.status_detail = "dialing";
  return row;
}

std::shared_ptr<Session> SessionManager::Impl::add(store::SessionRow row) {
  const std::int64_t last_seen = row.last_seen_at;
  auto session = std::make_shared<Session>(executor, services, options, std::move(row));
  entries.push_back({session, last_seen});
  return session;
}

void SessionManager::Impl::forget(const std::string& id) {
  std::erase_if(entries, [&](const Entry& entry) { return entry.session->row().id == id; });
}

// When the session dials; nothing: it stays down.
std::optional<Duration> SessionManager::Impl::boot(store::SessionRow& row, Boot& boot) const {
  boot.ids.push_back(row.id);
  const auto verdict = judge_at_boot(row, now_ms());
  if (!verdict) return std::nullopt;
  carry_out(*verdict, row, now_ms());
  boot.changed.push_back(row);
  for (const events::Event& event : verdict->events)
    boot.events.push_back(services.encoder.encode(event, row, now_ms()));
  return verdict->wait;
}

Task<Status> SessionManager::Impl::store_boot(Boot boot) {
  auto job = [&boot, now = now_ms()](store::Tx& tx) -> Status {
    for (const std::string& id : boot.ids) {
      WS_CHECK(tx.sessions.acquire_lease(id, kNode, now, kLeaseMs));
    }
    for (const store::SessionRow& row : boot.changed) {
      WS_CHECK(tx.sessions.update(row));
    }
    for (store::EventRow& event : boot.events) tx.events.append(std::move(event));
    return {};
  };
  co_return co_await services.store.run(job);
}

Task<Status> SessionManager::start() {
  auto load = [](store::Tx& tx) -> Result<std::vector<store::SessionRow>> {
    return tx.sessions.all();
  };
  CO_TRY(auto rows, co_await impl_->services.store.run(load));
  Boot boot;
  std::vector<std::optional<Duration>> dials;
  for (store::SessionRow& row : rows) dials.push_back(impl_->boot(row, boot));
  CO_CHECK(co_await impl_->store_boot(std::move(boot)));
  const auto dialed =
      std::count_if(dials.begin(), dials.end(), [](const auto& d) { return d.has_value(); });
  const Duration stagger =
      dialed == 0 ? kWidestStagger : std::min(kWidestStagger, kSpread / dialed);
  Duration turn{0};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto session = impl_->add(std::move(rows[i]));
    session->account()->start();
    if (!dials[i]) continue;
    session->start(std::max(turn, *dials[i]));
    turn += stagger;
  }
  impl_->tasks.spawn(impl_->keep_house());
  co_return Status{};
}

Task<> SessionManager::stop() {
  impl_->stopping = true;
  impl_->until_next_round.cut();
  for (const auto& entry : impl_->entries) impl_->tasks.spawn(shut_down_one(entry.session));
  co_await impl_->tasks.join();
  co_await impl_->leave();
}

// One transaction a minute for all sessions together, so that idle ones cost next to nothing.
Task<> SessionManager::Impl::keep_house() {
  while (!stopping) {
    co_await until_next_round.sleep(services.clock, kRoundEvery);
    const Round round = next_round();
    if (round.sessions.empty()) continue;
    auto job = [&round, now = now_ms()](store::Tx& tx) -> Status {
      WS_CHECK(write_last_seen(round, tx));
      WS_CHECK(renew_leases(round, tx, now));
      return {};
    };
    const Status stored = co_await services.store.run(job);
    if (!stored) runtime::log_warning("session", "housekeeping: {}", stored.error().message);
  }
}

Round SessionManager::Impl::next_round() {
  Round round;
  for (Entry& entry : entries) {
    const std::int64_t seen = entry.session->last_seen();
    const bool news = seen > entry.stored_last_seen;
    round.sessions.emplace_back(entry.session->row().id, news ? seen : 0);
    entry.stored_last_seen = seen;
  }
  return round;
}

// Asked for after the last session has ended.
Task<> SessionManager::Impl::leave() {
  const Round round = next_round();
  auto job = [&round](store::Tx& tx) -> Status {
    WS_CHECK(write_last_seen(round, tx));
    tx.sessions.release_leases(kNode);
    return {};
  };
  const Status stored = co_await services.store.run(job);
  if (!stored) runtime::log_warning("session", "on leaving: {}", stored.error().message);
}

std::vector<SessionSnapshot> SessionManager::list() const {
  std::vector<SessionSnapshot> out;
  for (const auto& entry : impl_->entries) out.push_back(entry.session->snapshot());
  return out;
}

Result<SessionSnapshot> SessionManager::find(std::string ref) const {
  WS_TRY(const auto session, impl_->locate(ref));
  return session->snapshot();
}

Task<Result<SessionSnapshot>> SessionManager::create(NewSession request) {
  CO_CHECK(impl_->accepting());
  CO_TRY(const NewSession wanted, validate(std::move(request)));
  CO_CHECK(impl_->room_for_one_more());
  const auto session = std::make_shared<Session>(impl_->executor, impl_->services, impl_->options,
                                                 impl_->new_row(wanted));
  ++impl_->creating;
  const Status inserted = co_await session->insert();
  --impl_->creating;
  CO_CHECK(inserted);
  impl_->entries.push_back({session, 0});
  CO_CHECK(impl_->accepting());
  session->start(Duration{0});
  co_await session->settle_down(kQrPatience);
  co_return session->snapshot();
}

template <class Operation>
Task<Result<SessionSnapshot>> SessionManager::Impl::perform(std::string ref, Operation operation) {
  CO_CHECK(accepting());
  CO_TRY(const std::shared_ptr<Session> session, locate(ref));
  CO_CHECK(co_await operation(*session));
  co_return session->snapshot();
}

Task<Result<SessionSnapshot>> SessionManager::update(std::string ref, SessionPatch patch) {
  auto operation = [&patch](Session& session) { return session.update(patch); };
  co_return co_await impl_->perform(ref, operation);
}

Task<Result<SessionSnapshot>> SessionManager::refresh_qr(std::string ref, bool force) {
  auto operation = [force](Session& session) { return session.refresh_qr(force); };
  co_return co_await impl_->perform(ref, operation);
}

Task<Result<SessionSnapshot>> SessionManager::pair(std::string ref, std::string phone_number) {
  auto operation = [&phone_number](Session& session) { return session.pair(phone_number); };
  co_return co_await impl_->perform(ref, operation);
}

Task<Result<SessionSnapshot>> SessionManager::reconnect(std::string ref) {
  auto operation = [](Session& session) { return session.reconnect(); };
  co_return co_await impl_->perform(ref, operation);
}

Task<Result<SessionSnapshot>> SessionManager::disconnect(std::string ref) {
  auto operation = [](Session& session) { return session.disconnect(); };
  co_return co_await impl_->perform(ref, operation);
}

Task<Result<SessionSnapshot>> SessionManager::logout(std::string ref) {
  auto operation = [](Session& session) { return session.logout(); };
  co_return co_await impl_->perform(ref, operation);
}

Task<Result<Removed>> SessionManager::remove(std::string ref, bool unlink) {
  CO_CHECK(impl_->accepting());
  CO_TRY(const std::shared_ptr<Session> session, impl_->locate(ref));
  CO_TRY(const Removed removed, co_await session->remove(unlink));
  impl_->forget(removed.id);
  co_return removed;
}

Result<std::shared_ptr<messaging::Account>> SessionManager::messaging(std::string ref) const {
  WS_CHECK(impl_->accepting());
  WS_TRY(const auto session, impl_->locate(ref));
  return session->account();
}

Task<Result<SessionSnapshot>> SessionManager::hold_queue(std::string ref, bool held) {
  auto operation = [held](Session& session) { return session.hold_queue(held); };
  co_return co_await impl_->perform(ref, operation);
}

}  // namespace wasphere::session
