#include "daemon/api/audit_log.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <utility>

#include "core/crypto/blake2b.h"
#include "core/util/encoding.h"
#include "core/util/id.h"
#include "daemon/runtime/log.h"
#include "ipc/http_routes.h"

namespace wasphere::api {
namespace {

// While the database cannot be written, memory is worth more than these rows.
constexpr std::size_t kMostWaiting = 10'000;

}  // namespace

AuditLog::AuditLog(boost::asio::any_io_executor executor, store::Store& store,
                   runtime::Clock& clock, Rng& rng)
    : executor_(std::move(executor)), store_(store), clock_(clock), rng_(rng) {}

store::AuditRow AuditLog::row_for(const rpc::Caller& caller) {
  store::AuditRow row;
  row.time = runtime::unix_millis(clock_);
  row.id = make_id("aud", row.time, rng_);
  row.address = caller.address;
  if (caller.local) {
    row.actor_type = "local";
    row.actor_id = std::to_string(caller.uid);
  } else {
    row.actor_type = caller.key_id.empty() ? "anonymous" : "api_key";
    row.actor_id = caller.key_id;
    row.actor_prefix = caller.key_prefix;
  }
  return row;
}

std::string AuditLog::hash_of(std::string_view body) const {
  if (body.empty()) return {};
  return to_hex(crypto::blake2b(store_.pepper().view(), as_bytes(body))).substr(0, 16);
}

runtime::Task<> AuditLog::keep(store::AuditRow row) {
  std::vector<store::AuditRow> rows;
  rows.push_back(std::move(row));
  co_await append(rows, store::Haste::now);
}

void AuditLog::record(store::AuditRow row) {
  if (waiting_.size() >= kMostWaiting) return;
  waiting_.push_back(std::move(row));
  if (writing_) return;
  writing_ = true;
  idle_.reset();
  boost::asio::co_spawn(executor_, write(), boost::asio::detached);
}

// What comes while one transaction is under way waits for the next.
runtime::Task<> AuditLog::write() {
  while (!waiting_.empty()) {
    const auto rows = std::exchange(waiting_, {});
    co_await append(rows, store::Haste::may_wait);
  }
  writing_ = false;
  idle_.set();
}

runtime::Task<> AuditLog::append(const std::vector<store::AuditRow>& rows, store::Haste haste) {
  auto job = [&rows](store::Tx& tx) -> Status {
    for (const store::AuditRow& row : rows) tx.audit.append(row);
    return {};
  };
  const auto done = co_await store_.run(job, haste);
  if (!done)
    runtime::log_warning("audit", "{} rows were not written: {}", rows.size(),
                         done.error().message);
}

runtime::Task<> AuditLog::flush() {
  if (!writing_) co_return;
  co_await idle_.wait();
}

bool is_mutating(const ipc::CommandInfo& command) {
  return command.route.verb != ipc::HttpVerb::get && command.route.verb != ipc::HttpVerb::none;
}

bool is_told_by_audit(const ipc::CommandType& command) {
  return is_mutating(command.info) && !ipc::is_queued(command);
}

}  // namespace wasphere::api
