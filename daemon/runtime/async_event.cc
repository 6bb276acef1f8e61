#include "daemon/runtime/async_event.h"

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <vector>

namespace wasphere::runtime {
namespace asio = boost::asio;

struct AsyncEvent::Waiters {
  std::vector<Waiter*> list;  // oldest first
};

// One wait, in the waiting coroutine's frame. The timer never expires: cancelling it is what
// resumes the coroutine, later and on its executor. It also makes the io_context own the suspended
// coroutine, so that the end of the loop frees it.
class AsyncEvent::Waiter {
 public:
  Waiter(const asio::any_io_executor& executor, std::shared_ptr<Waiters> home)
      : timer_(executor, asio::steady_timer::time_point::max()), home_(std::move(home)) {
    home_->list.push_back(this);
  }
  ~Waiter() { std::erase(home_->list, this); }
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

  asio::steady_timer& timer() { return timer_; }
  bool woken() const { return woken_; }
  void wake() {
    woken_ = true;
    timer_.cancel();
  }
  void abort() { timer_.cancel(); }

 private:
  asio::steady_timer timer_;
  std::shared_ptr<Waiters> home_;  // outlives the event if need be
  bool woken_ = false;
};

AsyncEvent::AsyncEvent() : waiters_(std::make_shared<Waiters>()) {}

AsyncEvent::~AsyncEvent() {
  for (Waiter* waiter : std::exchange(waiters_->list, {})) waiter->abort();
}

void AsyncEvent::set() {
  set_ = true;
  for (Waiter* waiter : std::exchange(waiters_->list, {})) waiter->wake();
}

Task<> AsyncEvent::wait() {
  if (set_) co_return;
  const auto executor = co_await asio::this_coro::executor;
  Waiter waiter(executor, waiters_);
  boost::system::error_code ignored;  // the timer always ends by being cancelled
  co_await waiter.timer().async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  if (!waiter.woken()) throw boost::system::system_error(asio::error::operation_aborted);
}

}  // namespace wasphere::runtime
