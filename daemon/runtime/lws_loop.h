// libwebsockets inside the Asio loop: libuv's epoll descriptor is watched by Asio, so that both run
// on one thread without locks. One object per io_context and role (client in the daemon, server in
// the sandbox). An object must not be destroyed inside an lws callback, and not while its
// io_context runs on another thread. It keeps io_context::run() from returning. libwebsockets' own
// messages go to the log.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>

struct lws_context;
struct lws_context_creation_info;

namespace wasphere::runtime {

class LwsLoop {
 public:
  explicit LwsLoop(
      boost::asio::io_context& io);  // throws std::system_error without descriptors left
  // Closes what is still open (the protocol callback still runs for it), destroys the context and
  // runs the loop until every handle is gone.
  ~LwsLoop();
  LwsLoop(const LwsLoop&) = delete;
  LwsLoop& operator=(const LwsLoop&) = delete;

  // Fills the event-loop members of `info` and creates the context, which this object owns; null if
  // libwebsockets refuses (the log says why) or there is one already.
  lws_context* create_context(lws_context_creation_info& info);
  // After any lws call made outside an lws callback: libuv learns of changed interests only when it
  // runs.
  void kick();
  // The same where a timeout was set (connect, kill): lws re-reads its timers only when poked.
  void kick_timers();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;  // shared with handlers that are still queued when it ends
};

}  // namespace wasphere::runtime
