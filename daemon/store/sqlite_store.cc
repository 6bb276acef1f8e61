#include "daemon/store/sqlite_store.h"

#include <pthread.h>
#include <signal.h>

#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <iterator>

#include "daemon/runtime/log.h"

namespace wasphere::store {
namespace asio = boost::asio;
namespace {

// Bounds how long the first of a batch waits for its answer.
constexpr std::size_t kLargestBatch = 256;
// How long what may wait does so: some commits' time, and too short for anybody to notice.
constexpr std::chrono::milliseconds kMostPatience{10};

// Signals are the main thread's business: threads inherit the mask they are made under.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace

SqliteStore::SqliteStore(asio::io_context& io, Database database, CommitFault fault)
    : io_(io),
      database_(std::move(database)),
      group_commit_(*database_.db, *database_.keys, std::move(fault)),
      self_(std::make_shared<SqliteStore*>(this)),
      alive_(self_),
      patience_(io) {
  group_commit_.destroy_doomed_keys();
  start_thread();
}

SqliteStore::~SqliteStore() {
  SqliteStore::stop();
}

void SqliteStore::start_thread() {
  SignalsBlocked blocked;
  thread_ = std::thread([this] { loop(); });
  ::pthread_setname_np(thread_.native_handle(), "store");
}

void SqliteStore::stop() {
  hand_over();
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  if (!thread_.joinable()) return;
  thread_.join();
  try {
    mark_clean(*database_.db);
  } catch (const StoreFailure& failure) {
    runtime::log_warning("store", "the database was not closed in order: {}", failure.what());
  }
  database_.db->close();
}

runtime::Task<wasphere::Status> SqliteStore::run_job(Work work, Haste haste) {
  auto initiate = [this, haste](auto handler, Work job) {
    auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    auto guard = asio::make_work_guard(io_);  // the io_context must not run dry meanwhile
    auto done = [shared, guard](wasphere::Status status) { (*shared)(std::move(status)); };
    Job asked{std::move(job), std::move(done)};
    haste == Haste::now ? enqueue(std::move(asked)) : wait_for_company(std::move(asked));
  };
  return asio::async_initiate<const asio::use_awaitable_t<>, void(wasphere::Status)>(
      initiate, asio::use_awaitable, std::move(work));
}

void SqliteStore::enqueue(Job job) {
  patient_.push_back(std::move(job));
  hand_over();
}

// Waking the store thread costs as much as the job: it is not woken before there is more to do.
void SqliteStore::wait_for_company(Job job) {
  patient_.push_back(std::move(job));
  if (patient_.size() > 1) return;
  patience_.expires_after(kMostPatience);
  patience_.async_wait([alive = alive_](const boost::system::error_code& cancelled) {
    const auto self = alive.lock();
    if (self && !cancelled) (*self)->hand_over();
  });
}

void SqliteStore::hand_over() {
  patience_.cancel();
  std::vector<Job> jobs = std::exchange(patient_, {});
  std::unique_lock lock(mutex_);
  if (!stopping_) {
    std::move(jobs.begin(), jobs.end(), std::back_inserter(jobs_));
    jobs.clear();
  }
  lock.unlock();
  changed_.notify_one();
  for (Job& refused : jobs)
    post_result(std::move(refused), fail(ErrorCode::shutting_down, "the store is closed"));
}

void SqliteStore::loop() {
  for (auto batch = next_batch(); !batch.empty(); batch = next_batch()) run_batch(std::move(batch));
}

std::vector<SqliteStore::Job> SqliteStore::next_batch() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
  if (jobs_.size() <= kLargestBatch) return std::exchange(jobs_, {});
  auto end = jobs_.begin() + kLargestBatch;
  std::vector<Job> batch(std::make_move_iterator(jobs_.begin()), std::make_move_iterator(end));
  jobs_.erase(jobs_.begin(), end);
  return batch;
}

void SqliteStore::run_batch(std::vector<Job> batch) {
  std::vector<Work> works;
  works.reserve(batch.size());
  for (Job& job : batch) works.push_back(std::move(job.work));
  BatchResult result = group_commit_.run(works);
  works.clear();  // closures go before their callers learn that they may
  post_results(std::move(batch), std::move(result));
}

// All at once: each post by itself would wake the main thread, which then meets this one at the
// lock of its queue again and again.
void SqliteStore::post_results(std::vector<Job> batch, BatchResult result) {
  asio::post(io_, [alive = alive_, batch = std::move(batch), result = std::move(result)]() mutable {
    for (std::size_t i = 0; i < batch.size(); ++i) batch[i].done(std::move(result.statuses[i]));
    const auto self = alive.lock();
    if (self && (*self)->on_events && result.newest_event != 0)
      (*self)->on_events(result.newest_event);
  });
}

void SqliteStore::post_result(Job job, wasphere::Status status) {
  asio::post(io_, [done = std::move(job.done), status = std::move(status)]() mutable {
    done(std::move(status));
  });
}

Result<std::unique_ptr<Store>> open_store(asio::io_context& io, const StateDir& state,
                                          StoreOptions options) {
  WS_TRY(auto database, open_database(state, options));
  return std::make_unique<SqliteStore>(io, std::move(database), std::move(options.commit_fault));
}

}  // namespace wasphere::store
