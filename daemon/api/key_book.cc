#include "daemon/api/key_book.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "core/crypto/blake2b.h"
#include "daemon/api/key_text.h"
#include "daemon/runtime/log.h"

namespace wasphere::api {
namespace {

constexpr std::int64_t kUseInterval = 60'000;

// Time of use is worth no error of anybody's request.
runtime::Task<> store_use(store::Store& store, std::string id, std::int64_t now) {
  auto job = [&](store::Tx& tx) -> Status {
    tx.api_keys.note_use(id, now);
    return {};
  };
  auto done = co_await store.run(job);
  if (!done)
    runtime::log_warning("keys", "the use of a key was not noted: {}", done.error().message);
}

}  // namespace

struct KeyBook::Match {
  const store::ApiKeyRow* row = nullptr;  // whose prefix it is
  const store::KeySecret* secret = nullptr;
};

KeyBook::KeyBook(boost::asio::any_io_executor executor, store::Store& store, runtime::Clock& clock)
    : executor_(std::move(executor)), store_(store), clock_(clock) {}

runtime::Task<Status> KeyBook::load() {
  auto job = [](store::Tx& tx) -> Result<std::vector<store::ApiKeyRow>> {
    return tx.api_keys.all();
  };
  auto rows = co_await store_.run(job);
  if (!rows) co_return fail(std::move(rows).error());
  for (const store::ApiKeyRow& row : *rows) index(row);
  co_return Status{};
}

store::KeySecret KeyBook::secret_of(std::string_view key) const {
  const auto hash = crypto::blake2b(store_.pepper().view(), as_bytes(key));
  return {std::string(key_prefix(key)), to_bytes(hash)};
}

KeyBook::Match KeyBook::find_secret(std::string_view presented) const {
  const auto id = ids_by_prefix_.find(key_prefix(presented));
  if (id == ids_by_prefix_.end()) return {};
  const store::ApiKeyRow& row = keys_.at(id->second);
  if (row.secret.prefix == id->first) return {&row, &row.secret};
  const bool still_works = row.old_secret_until > runtime::unix_millis(clock_);
  return still_works ? Match{&row, &*row.old_secret} : Match{};
}

bool KeyBook::works(const store::ApiKeyRow& row) const {
  return row.active && (row.expires_at == 0 || row.expires_at > runtime::unix_millis(clock_));
}

Result<rpc::Caller> KeyBook::verify(std::string_view presented) {
  static const Bytes kNoHash(32, 0);
  const Match match = find_secret(presented);
  const auto hash = crypto::blake2b(store_.pepper().view(), as_bytes(presented));
  const bool same = equal_constant_time(hash, match.secret ? match.secret->hash : kNoHash);
  if (!same || match.row == nullptr || !works(*match.row))
    return fail(ErrorCode::unauthorized, "the API key is missing or not valid");
  store::ApiKeyRow& row = keys_.at(match.row->id);
  note_use(row);
  rpc::Caller caller;
  caller.local = false;
  caller.key_id = row.id;
  caller.key_prefix = row.secret.prefix;
  caller.session_id = row.session_id;
  caller.scopes = scope_bits(row.permissions);
  return caller;
}

void KeyBook::note_use(store::ApiKeyRow& row) {
  const std::int64_t now = runtime::unix_millis(clock_);
  if (now - row.last_used_at < kUseInterval) return;
  row.last_used_at = now;
  boost::asio::co_spawn(executor_, store_use(store_, row.id, now), boost::asio::detached);
}

std::vector<store::ApiKeyRow> KeyBook::list() const {
  std::vector<store::ApiKeyRow> out;
  for (const auto& [id, row] : keys_) out.push_back(row);  // ids begin with their time
  return out;
}

Result<store::ApiKeyRow> KeyBook::find(const std::string& id) const {
  const auto found = keys_.find(id);
  if (found == keys_.end()) return fail(ErrorCode::key_not_found, "there is no key of this id");
  return found->second;
}

runtime::Task<Status> KeyBook::save(store::ApiKeyRow row) {
  auto job = [&](store::Tx& tx) -> Status { return tx.api_keys.save(row); };
  auto done = co_await store_.run(job);
  if (!done) co_return fail(std::move(done).error());
  drop(row.id);
  index(row);
  co_return Status{};
}

runtime::Task<Status> KeyBook::remove(std::string id) {
  auto job = [&](store::Tx& tx) -> Status {
    tx.api_keys.remove(id);
    return {};
  };
  auto done = co_await store_.run(job);
  if (!done) co_return fail(std::move(done).error());
  drop(id);
  co_return Status{};
}

void KeyBook::session_deleted(const std::string& session_id) {
  std::vector<std::string> bound;
  for (const auto& [id, row] : keys_)
    if (row.session_id == session_id) bound.push_back(id);
  for (const std::string& id : bound) drop(id);
}

void KeyBook::index(const store::ApiKeyRow& row) {
  ids_by_prefix_[row.secret.prefix] = row.id;
  if (row.old_secret) ids_by_prefix_.try_emplace(row.old_secret->prefix, row.id);
  keys_[row.id] = row;
}

void KeyBook::drop(const std::string& id) {
  std::erase_if(ids_by_prefix_, [&](const auto& entry) { return entry.second == id; });
  keys_.erase(id);
}

std::uint32_t scope_bits(const std::vector<std::string>& permissions) {
  std::uint32_t out = 0;
  for (const std::string& name : permissions) {
    if (name == "*") return ~0U;
    const auto found = std::ranges::find(ipc::kScopeNames, name);
    if (found != ipc::kScopeNames.end()) out |= 1U << (found - ipc::kScopeNames.begin());
  }
  return out;
}

}  // namespace wasphere::api
