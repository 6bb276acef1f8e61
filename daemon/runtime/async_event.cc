#include "daemon/runtime/async_event.h"

#include <algorithm>
#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace wasphere::runtime {
namespace asio = boost::asio;
using boost::system::error_code;

struct AsyncEvent::Waiters : std::enable_shared_from_this<Waiters> {
  using Handler = asio::any_completion_handler<void(error_code)>;
  struct Waiter {
    std::uint64_t id;
    asio::any_io_executor executor;
    asio::cancellation_slot slot;
    Handler handler;
  };

  static void resume(Waiter& waiter, error_code result) {
    auto run = [handler = std::move(waiter.handler), result]() mutable {
      std::move(handler)(result);
    };
    asio::post(waiter.executor, std::move(run));
  }

  template <class H>
  void add(H handler) {
    const auto id = next_id++;
    const auto slot = asio::get_associated_cancellation_slot(handler);
    const auto executor = asio::get_associated_executor(handler);
    list.push_back(Waiter{id, executor, slot, Handler(std::move(handler))});
    if (!slot.is_connected()) return;
    list.back().slot.assign(
        [self = weak_from_this(), id](asio::cancellation_type) { cancel(self, id); });
  }

  // The slot keeps its handler after the wait ended, so an id that is gone already is normal.
  static void cancel(const std::weak_ptr<Waiters>& weak, std::uint64_t id) {
    const auto self = weak.lock();
    if (!self) return;
    const auto at = std::find_if(self->list.begin(), self->list.end(),
                                 [id](const Waiter& waiter) { return waiter.id == id; });
    if (at == self->list.end()) return;
    resume(*at, asio::error::operation_aborted);
    self->list.erase(at);
  }

  void resume_all(error_code result) {
    for (auto& waiter : std::exchange(list, {})) {
      waiter.slot.clear();
      resume(waiter, result);
    }
  }

  std::list<Waiter> list;
  std::uint64_t next_id = 0;
};

AsyncEvent::AsyncEvent() : waiters_(std::make_shared<Waiters>()) {}
AsyncEvent::~AsyncEvent() {
  waiters_->resume_all(asio::error::operation_aborted);
}

void AsyncEvent::set() {
  set_ = true;
  waiters_->resume_all({});
}

Task<> AsyncEvent::wait() {
  if (set_) co_return;
  auto start = [waiters = waiters_](auto handler) { waiters->add(std::move(handler)); };
  co_await asio::async_initiate<const asio::use_awaitable_t<>&, void(error_code)>(
      start, asio::use_awaitable);
}

}  // namespace wasphere::runtime
