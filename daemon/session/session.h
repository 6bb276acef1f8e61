// Session: one account of this daemon. A loop dials, links or logs in, serves the connection, and
// decides by the Verdict what comes next; operations end the loop, change the session, and start it
// again.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>

#include "daemon/session/connection.h"
#include "daemon/session/pairing_flow.h"
#include "daemon/session/session_state.h"
#include "daemon/session/verdict.h"

namespace wasphere::session {

// Main thread only. Whoever runs one of its coroutines holds a shared_ptr to it.
class Session final : public std::enable_shared_from_this<Session> {
 public:
  Session(boost::asio::any_io_executor executor, const Services& services,
          const SessionOptions& options, store::SessionRow row);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  const store::SessionRow& row() const { return state_.row(); }
  SessionSnapshot snapshot();
  const std::shared_ptr<messaging::Account>& account() const { return account_; }
  std::int64_t last_seen();  // Unix milliseconds of the last inbound data; 0: never

  // --- life
  runtime::Task<Status> insert() { return state_.insert(); }
  void start(runtime::Duration after);  // the first dial is that far away
  runtime::Task<> shut_down();          // for good; row and credentials stay

  // --- operations, one at a time (session_operations.cc)
  runtime::Task<Status> update(SessionPatch patch);
  runtime::Task<Status> refresh_qr(bool force);
  runtime::Task<Status> pair(std::string phone_number);
  runtime::Task<Status> reconnect();
  runtime::Task<Status> disconnect();
  runtime::Task<Status> logout();
  runtime::Task<Result<Removed>> remove(bool unlink);
  runtime::Task<Status> hold_queue(bool held);  // kept over restarts
  // Until there is a QR or the attempt has ended, at most `patience`.
  runtime::Task<> settle_down(runtime::Duration patience);

 private:
  // --- the loop
  runtime::Task<> run(runtime::Duration after);
  runtime::Task<LinkEnd> attempt();
  runtime::Task<Status> announce_dial();
  runtime::Task<LinkEnd> serve();
  runtime::Task<std::optional<runtime::Duration>> settle(LinkEnd end);
  std::optional<runtime::Duration> on_store_failure(const Error& error);
  void on_loop_end(const std::exception_ptr& thrown);
  runtime::Task<> halt();
  Dial make_dial() const;
  std::int64_t now_ms() const { return runtime::unix_millis(services_.clock); }

  // --- parts of operations
  Status usable() const;
  bool settled() const;
  runtime::Task<Status> begin_linking(bool wipe);
  runtime::Task<Status> linking_flow();
  runtime::Task<bool> unlink();
  runtime::Task<bool> unlink_offline();
  runtime::Task<> wait_for_change(runtime::SteadyTime deadline);

  boost::asio::any_io_executor executor_;
  const Services& services_;
  const SessionOptions& options_;
  SessionState state_;
  std::shared_ptr<messaging::Account> account_;
  runtime::TaskGroup tasks_;
  runtime::AsyncMutex operations_;
  std::shared_ptr<Connection> connection_;
  std::shared_ptr<PairingFlow> pairing_;  // while a registration connection is served
  int restarts_ = 0;                      // in a row, without a login
  bool running_ = false;
  bool stopping_ = false;  // the loop is to end; what ends now has no consequence
  bool shut_down_ = false;
  bool removed_ = false;
  runtime::Pause pause_;
  runtime::AsyncEvent ended_;
};

}  // namespace wasphere::session
