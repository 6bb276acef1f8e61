// A real store in a temporary state directory, whose commits fail when the test asks for it.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>

#include "daemon/store/open_store.h"
#include "daemon/store/store.h"
#include "tests/support/temp_dir.h"

namespace wasphere::test {

// Which commits fail. Counted from 1 over all stores that were opened with it; shared with store
// threads.
class FaultPlan {
 public:
  // The n-th commit from now on; 1 is the next one.
  void fail_commit(int nth, Error error = full_disk()) {
    std::lock_guard lock(mutex_);
    failing_.insert(seen_ + nth);
    error_ = std::move(error);
  }
  // What was doomed and has not come yet is spared.
  void spare() {
    std::lock_guard lock(mutex_);
    failing_.clear();
  }
  void fail_all(bool on) {
    std::lock_guard lock(mutex_);
    all_ = on;
  }
  int commits() const {
    std::lock_guard lock(mutex_);
    return seen_;
  }
  int failed() const {
    std::lock_guard lock(mutex_);
    return failed_;
  }
  std::optional<Error> at_commit() {
    std::lock_guard lock(mutex_);
    ++seen_;
    if (!all_ && failing_.erase(seen_) == 0) return std::nullopt;
    ++failed_;
    return error_;
  }
  static Error full_disk() {
    return {ErrorCode::storage_unavailable, "database or disk is full (test)"};
  }

 private:
  mutable std::mutex mutex_;
  int seen_ = 0;
  int failed_ = 0;
  bool all_ = false;
  std::set<int> failing_;
  Error error_ = full_disk();
};

class FaultyStore {
 public:
  explicit FaultyStore(boost::asio::io_context& io) : io_(io) { open(); }

  store::Store& operator*() { return *store_; }
  store::Store* operator->() { return store_.get(); }
  FaultPlan& faults() { return *faults_; }
  std::shared_ptr<FaultPlan> plan() { return faults_; }  // outlives the store
  const TempDir& dir() const { return dir_; }
  std::string state_path() const { return dir_ / "state"; }

  // The same state directory, as after a restart.
  void reopen() {
    close();
    open();
  }
  void close() {
    store_.reset();
    state_.reset();
  }
  void open() {
    auto opened = try_open();
    if (!opened) throw std::runtime_error(opened.error().message);
  }
  wasphere::Status try_open() {
    WS_TRY(auto state, store::StateDir::open(state_path()));
    state_.emplace(std::move(state));
    WS_TRY(store_, store::open_store(io_, *state_, options()));
    return {};
  }

  // For the stores that are opened from now on.
  std::string network = "sandbox:00";
  std::int64_t max_page_count = 0;

 private:
  store::StoreOptions options() const {
    store::StoreOptions out;
    out.network_stamp = network;
    out.key_file = state_path() + "/master.key";
    out.max_page_count = max_page_count;
    out.commit_fault = [plan = faults_](int) { return plan->at_commit(); };
    return out;
  }

  TempDir dir_;
  boost::asio::io_context& io_;
  std::shared_ptr<FaultPlan> faults_ = std::make_shared<FaultPlan>();
  std::optional<store::StateDir> state_;
  std::unique_ptr<store::Store> store_;
};

// The one commit that a run of for_each_failing_commit() dooms.
class FailingCommit {
 public:
  explicit FailingCommit(int nth) : nth_(nth) {}
  // Once what the scenario needs is set up: its commits are counted from here.
  void arm(FaultyStore& store) {
    plan_ = store.plan();
    failed_before_ = plan_->failed();
    plan_->fail_commit(nth_);
  }
  // Before the checks: they are transactions, too.
  void disarm() { plan_->spare(); }
  int nth() const { return nth_; }
  bool met() const { return plan_ && plan_->failed() > failed_before_; }
  bool armed() const { return plan_ != nullptr; }

 private:
  int nth_;
  int failed_before_ = 0;
  std::shared_ptr<FaultPlan> plan_;
};

// Runs a scenario again and again, with its first commit failing, then its second, and so on, until
// it runs to its end without meeting the failure. `scenario` takes a FailingCommit&, makes a world
// of its own, arms the failure, does its work (also what comes after a failure: trying again, or
// starting anew), disarms it, and checks what must hold whichever commit failed. Says how many runs
// met one.
template <class Scenario>
int for_each_failing_commit(Scenario scenario) {
  constexpr int kMostCommits = 1000;
  for (int nth = 1; nth <= kMostCommits; ++nth) {
    FailingCommit commit(nth);
    scenario(commit);
    if (!commit.armed()) throw std::logic_error("the scenario never arms the failure");
    if (!commit.met()) return nth - 1;
  }
  throw std::logic_error("the scenario never runs clean");
}

}  // namespace wasphere::test
