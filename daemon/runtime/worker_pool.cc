#include "daemon/runtime/worker_pool.h"

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace wasphere::runtime {
namespace asio = boost::asio;

struct WorkerPool::Impl {
  struct Item {
    std::function<void()> job;
    asio::any_io_executor home;
    asio::any_completion_handler<void()> done;
  };

  std::mutex mutex;
  std::condition_variable changed;
  std::deque<Item> queue;
  bool stopping = false;
  std::vector<std::thread> threads;

  void push(Item item) {
    const std::lock_guard lock(mutex);
    queue.push_back(std::move(item));
    changed.notify_one();
  }

  std::optional<Item> next() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [this] { return stopping || !queue.empty(); });
    if (queue.empty()) return std::nullopt;
    std::optional<Item> item(std::move(queue.front()));
    queue.pop_front();
    return item;
  }

  void work() {
    while (auto item = next()) {
      item->job();
      item->job = nullptr;  // before the caller runs on: it may own what the job refers to
      auto resume = [done = std::move(item->done)]() mutable { std::move(done)(); };
      asio::post(item->home, std::move(resume));
    }
  }
};

WorkerPool::WorkerPool(std::size_t threads) : impl_(std::make_unique<Impl>()) {
  for (std::size_t i = 0; i < threads; ++i) {
    impl_->threads.emplace_back([impl = impl_.get()] { impl->work(); });
  }
}

WorkerPool::~WorkerPool() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
    impl_->changed.notify_all();
  }
  for (auto& thread : impl_->threads) thread.join();
}

Task<> WorkerPool::run(std::function<void()> job) {
  auto start = [this, &job](auto handler) {
    const asio::any_io_executor home = asio::get_associated_executor(handler);
    impl_->push({std::move(job), home, std::move(handler)});
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<>&, void()>(start, asio::use_awaitable);
}

}  // namespace wasphere::runtime
