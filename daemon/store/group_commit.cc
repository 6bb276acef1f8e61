#include "daemon/store/group_commit.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "daemon/runtime/log.h"

namespace wasphere::store {
namespace {

// Parts [begin, end) that had succeeded share the fate of their transaction.
void fail_succeeded(std::vector<wasphere::Status>& statuses, std::size_t begin, std::size_t end,
                    const Error& error) {
  for (std::size_t i = begin; i < end; ++i) {
    if (statuses[i]) statuses[i] = fail(Error(error));
  }
}

template <class F>
wasphere::Status guarded(F action) {
  try {
    action();
    return {};
  } catch (const StoreFailure& failure) {
    return fail(failure.error());
  }
}

}  // namespace

GroupCommit::GroupCommit(Db& db, KeyRing& keys, CommitFault fault)
    : tables_{db, keys, {}}, fault_(std::move(fault)) {}

BatchResult GroupCommit::run(const std::vector<Work>& batch) {
  BatchResult result;
  result.statuses.resize(batch.size());
  for (std::size_t next = 0; next < batch.size();) next = run_transaction(batch, next, result);
  return result;
}

// One transaction for the parts from `begin_at` on, as far as it goes; says where to go on.
std::size_t GroupCommit::run_transaction(const std::vector<Work>& batch, std::size_t begin_at,
                                         BatchResult& result) {
  auto committed = begin();
  std::size_t next = committed ? begin_at : batch.size();
  if (committed) committed = run_parts(batch, next, result.statuses);
  if (committed) committed = commit();
  note_health(committed);
  if (!committed) {
    fail_succeeded(result.statuses, begin_at, next, committed.error());
    return next;
  }
  if (pending_.newest_event != 0) result.newest_event = pending_.newest_event;
  if (pending_.keys_doomed) destroy_doomed_keys();
  return next;
}

// Until the batch ends or SQLite drops the whole transaction, as it may when the disk is full. The
// first part is undone by beginning anew: a savepoint costs a copy of each page that is changed.
wasphere::Status GroupCommit::run_parts(const std::vector<Work>& batch, std::size_t& next,
                                        std::vector<wasphere::Status>& statuses) {
  bool fresh = true;
  while (next < batch.size()) {
    const auto& done = statuses[next] = fresh ? attempt(batch[next]) : run_part(batch[next]);
    ++next;
    if (!tables_.db.in_transaction() && !done) return fail(done.error());
    if (!tables_.db.in_transaction())
      return fail(ErrorCode::storage_unavailable, "the transaction was lost");
    if (done) {
      fresh = false;
    } else if (fresh) {
      WS_CHECK(begin_anew());
    }
  }
  return {};
}

wasphere::Status GroupCommit::begin() {
  pending_ = {};
  return guarded([&] { tables_.db.run("BEGIN IMMEDIATE"); });
}

wasphere::Status GroupCommit::begin_anew() {
  roll_back();
  return begin();
}

wasphere::Status GroupCommit::commit() {
  ++commits_;
  auto fault = fault_ ? fault_(commits_) : std::nullopt;
  wasphere::Status done;
  if (fault) {
    done = fail(*std::move(fault));
  } else {
    done = guarded([&] { tables_.db.run("COMMIT"); });
  }
  if (!done) roll_back();
  return done;
}

wasphere::Status GroupCommit::run_part(const Work& work) {
  auto done = attempt([&](Tx& tx) -> wasphere::Status {
    tables_.db.run("SAVEPOINT part");
    auto status = work(tx);
    if (status) tables_.db.run("RELEASE part");
    return status;
  });
  if (!done) undo_part();
  return done;
}

wasphere::Status GroupCommit::attempt(const Work& work) {
  tables_.after = {};
  try {
    auto done = work(tx_);
    if (!done) return done;
    if (tables_.after.newest_event != 0) pending_.newest_event = tables_.after.newest_event;
    pending_.keys_doomed |= tables_.after.keys_doomed;
    return done;
  } catch (const SqliteFailure& failure) {
    if (failure.foreign_key_violated())
      return fail(ErrorCode::no_credentials, "the session or its credentials are gone");
    return fail(failure.error());
  } catch (const StoreFailure& failure) {
    return fail(failure.error());
  } catch (const std::exception& bug) {
    return fail(ErrorCode::internal, std::string("a transaction threw: ") + bug.what());
  }
}

void GroupCommit::undo_part() {
  if (!tables_.db.in_transaction()) return;
  auto undone = guarded([&] {
    tables_.db.run("ROLLBACK TO part");
    tables_.db.run("RELEASE part");
  });
  if (!undone) roll_back();
}

void GroupCommit::roll_back() {
  if (!tables_.db.in_transaction()) return;
  auto done = guarded([&] { tables_.db.run("ROLLBACK"); });
  if (!done) runtime::log_error("store", "rollback failed: {}", done.error().message);
}

// One line when it begins to fail and one when it works again, however many calls fail in between.
void GroupCommit::note_health(const wasphere::Status& committed) {
  if (committed.has_value() == healthy_) return;
  healthy_ = committed.has_value();
  if (healthy_) {
    runtime::log_info("store", "the database can be written again");
  } else {
    runtime::log_error("store", "the database cannot be written: {}", committed.error().message);
  }
}

void GroupCommit::destroy_doomed_keys() {
  auto done = guarded([&] {
    std::vector<std::string> ids;
    auto row = tables_.db.query("SELECT session_id FROM doomed_keys");
    while (row->step()) ids.push_back(row->text(0));
    row.reset();
    for (const std::string& id : ids) {
      tables_.keys.destroy(id);
      tables_.db.run("DELETE FROM doomed_keys WHERE session_id = ?1", id);
    }
  });
  if (!done)
    runtime::log_warning("store", "a wiped session's key is still there, to be removed later: {}",
                         done.error().message);
}

}  // namespace wasphere::store
