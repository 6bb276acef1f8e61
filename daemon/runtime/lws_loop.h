// libwebsockets inside the Asio loop: libuv's epoll descriptor is watched by Asio, so that both run on one
// thread without locks. One object per io_context and role (client in the daemon, server in the sandbox).
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>

struct lws_context;
struct lws_context_creation_info;

namespace wasphere::runtime {

class LwsLoop {
 public:
  explicit LwsLoop(boost::asio::io_context& io);
  ~LwsLoop();  // runs the loop until every handle is gone; connections must have been dropped before
  LwsLoop(const LwsLoop&) = delete;
  LwsLoop& operator=(const LwsLoop&) = delete;

  // Fills the event-loop members of `info` and creates the context; null if libwebsockets refuses.
  lws_context* create_context(lws_context_creation_info& info);
  // After any lws call made outside an lws callback: libuv learns of changed interests only when it runs.
  void kick();
  // The same where a timeout was set (connect, kill): lws re-reads its timers only when poked.
  void kick_timers();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace wasphere::runtime
