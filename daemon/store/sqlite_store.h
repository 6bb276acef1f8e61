// The Store on SQLite: one thread that owns the connection and works through a queue.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "daemon/store/database.h"
#include "daemon/store/group_commit.h"
#include "daemon/store/store.h"

namespace wasphere::store {

// All public methods on the main thread, which is the one that runs the io_context.
class SqliteStore final : public Store {
 public:
  SqliteStore(boost::asio::io_context& io, Database database, CommitFault fault);
  ~SqliteStore() override;

  void stop() override;
  const std::string& node() const override { return database_.node; }
  const Secret<32>& pepper() const override { return database_.pepper; }

 protected:
  runtime::Task<wasphere::Status> run_job(Work work, Haste haste) override;

 private:
  struct Job {
    Work work;
    std::function<void(wasphere::Status)> done;  // called on the main thread
  };

  void enqueue(Job job);
  void wait_for_company(Job job);
  void hand_over();  // all that waits in patient_
  void start_thread();
  // The rest runs on the store thread.
  void loop();
  std::vector<Job> next_batch();  // waits; empty: stopped and nothing left
  void run_batch(std::vector<Job> batch);
  void post_results(std::vector<Job> batch, BatchResult result);
  void post_result(Job job, wasphere::Status status);

  boost::asio::io_context& io_;
  Database database_;
  GroupCommit group_commit_;
  std::shared_ptr<SqliteStore*> self_;  // main thread; expires with this, for callbacks in flight
  std::weak_ptr<SqliteStore*> alive_;   // what the store thread may copy
  // Main thread: what goes along with the next job, or when the timer says so.
  std::vector<Job> patient_;
  boost::asio::steady_timer patience_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Job> jobs_;  // under mutex_
  bool stopping_ = false;  // under mutex_
  std::thread thread_;
};

}  // namespace wasphere::store
