#include "daemon/runtime/lws_loop.h"

#include <uv.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <mutex>
#include <optional>
#include <string_view>
#include <system_error>

#include "daemon/runtime/log.h"
// After uv.h: it declares its libuv parts only then.
#include <libwebsockets.h>

namespace wasphere::runtime {
namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr int kRunsPerTurn = 3;
constexpr int kMaxClosingRuns = 10'000;  // a handle needs a few; a stuck one must not hang the exit

// What libwebsockets calls an error is one connection's bad end, which the owner of the connection
// reports; what it calls a warning says even less.
void forward_lws_log(int level, const char* text) {
  std::string_view line(text);
  while (line.ends_with('\n')) line.remove_suffix(1);
  log((level & LLL_ERR) != 0 ? LogLevel::warning : LogLevel::debug, "lws", "{}", line);
}

void route_lws_log_once() {
  static std::once_flag once;
  std::call_once(once, [] { lws_set_log_level(LLL_ERR | LLL_WARN, forward_lws_log); });
}

}  // namespace

struct LwsLoop::Impl : std::enable_shared_from_this<Impl> {
  explicit Impl(asio::io_context& context) : io(context), backend(context), timer(context) {
    if (const int failed = uv_loop_init(&loop); failed != 0) {
      throw std::system_error(-failed, std::generic_category(), "cannot start the network loop");
    }
    backend.assign(uv_backend_fd(&loop));
  }

  void watch_backend() {
    backend.async_wait(asio::posix::stream_descriptor::wait_read,
                       [weak = weak_from_this()](const error_code& ec) {
                         const auto self = weak.lock();
                         if (ec || !self || self->stopped) return;
                         self->turn();
                         self->watch_backend();
                       });
  }

  void kick() {
    if (kicked || stopped) return;
    kicked = true;
    asio::post(io, [weak = weak_from_this()] {
      const auto self = weak.lock();
      if (!self) return;
      self->kicked = false;
      self->turn();
    });
  }

  // One pass over what is ready, then a timer for what libuv wants next.
  void turn() {
    if (stopped) return;
    for (int run = 0; run < kRunsPerTurn; ++run) {
      uv_run(&loop, UV_RUN_NOWAIT);
      if (uv_backend_timeout(&loop) != 0) break;
    }
    // Without handles the timeout is 0 for ever: asking again would spin.
    if (uv_loop_alive(&loop) == 0) return disarm();
    const int timeout_ms = uv_backend_timeout(&loop);
    if (timeout_ms == 0) return kick();
    if (timeout_ms < 0) return disarm();
    arm(static_cast<std::uint64_t>(timeout_ms));
  }

  void disarm() {
    timer.cancel();
    armed_for.reset();
  }

  // Leaves a timer alone that fires early enough: most turns change nothing. Times are uv_now()'s.
  void arm(std::uint64_t timeout_ms) {
    const auto due = uv_now(&loop) + timeout_ms;
    if (armed_for && *armed_for <= due) return;
    armed_for = due;
    timer.expires_after(std::chrono::milliseconds(timeout_ms));
    timer.async_wait([weak = weak_from_this()](const error_code& ec) {
      const auto self = weak.lock();
      if (ec || !self) return;
      self->armed_for.reset();
      self->turn();
    });
  }

  // Destroying the context only starts to close its handles; when the loop has closed them, a
  // second call frees it.
  void shut_down() {
    stopped = true;
    timer.cancel();
    backend.release();
    if (context != nullptr) lws_context_destroy(context);
    for (int run = 0; run < kMaxClosingRuns && uv_loop_alive(&loop) != 0; ++run) {
      uv_run(&loop, UV_RUN_NOWAIT);
    }
    if (context != nullptr) lws_context_destroy(context);
    if (uv_loop_close(&loop) != 0) log_error("lws", "the network loop ended with open handles");
  }

  asio::io_context& io;
  uv_loop_t loop{};
  asio::posix::stream_descriptor backend;
  asio::steady_timer timer;
  std::optional<std::uint64_t> armed_for;
  lws_context* context = nullptr;  // nulled by libwebsockets when it is freed
  bool kicked = false;
  bool stopped = false;
};

LwsLoop::LwsLoop(asio::io_context& io) : impl_(std::make_shared<Impl>(io)) {
  route_lws_log_once();
  impl_->watch_backend();
}

LwsLoop::~LwsLoop() {
  impl_->shut_down();
}

// The vhost is made apart from the context: where that fails inside lws_create_context (a port that
// is taken), libwebsockets 4.1 frees the context under libuv's feet.
lws_context* LwsLoop::create_context(lws_context_creation_info& info) {
  if (impl_->context != nullptr) return nullptr;
  void* loops[1] = {&impl_->loop};
  info.options |= LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_EXPLICIT_VHOSTS |
                  LWS_SERVER_OPTION_FAIL_UPON_UNABLE_TO_BIND;
  info.foreign_loops = loops;
  info.pcontext = &impl_->context;
  // Port 0 is "no proxy"; without an address the environment's http_proxy would be used unasked.
  if (info.http_proxy_address == nullptr) info.http_proxy_address = ":0";
  if (info.uid == 0) info.uid = static_cast<uid_t>(-1);  // -1: stay who we are
  if (info.gid == 0) info.gid = static_cast<gid_t>(-1);
  impl_->context = lws_create_context(&info);
  info.foreign_loops = nullptr;
  if (impl_->context == nullptr || lws_create_vhost(impl_->context, &info) == nullptr)
    return nullptr;
  kick();
  return impl_->context;
}

void LwsLoop::kick() {
  impl_->kick();
}

// libwebsockets looks at its timer list only from a socket callback: its own event descriptor is
// one.
void LwsLoop::kick_timers() {
  if (impl_->context != nullptr) lws_cancel_service(impl_->context);
  kick();
}

}  // namespace wasphere::runtime
