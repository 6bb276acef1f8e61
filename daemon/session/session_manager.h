// SessionManager: all sessions of this daemon, and every operation that can be asked of them. Main
// thread only.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/runtime/task.h"
#include "daemon/session/services.h"
#include "daemon/session/snapshot.h"

namespace wasphere::session {

// A session is addressed by its id or its exact name (`ref`). Errors are the public ones:
// session_not_found, session_exists, validation_failed with the fields, already_connected,
// has_credentials, no_credentials, session_banned, invalid_phone_number, shutting_down,
// storage_unavailable.
class SessionManager {
 public:
  SessionManager(boost::asio::any_io_executor executor, Services services, SessionOptions options);
  ~SessionManager();  // after stop()
  SessionManager(const SessionManager&) = delete;
  SessionManager& operator=(const SessionManager&) = delete;

  // Loads the sessions and dials, one each 250 ms (closer together when there are many), those that
  // are linked and wanted up. A link that was waiting for its QR when the process ended is
  // disconnected/qr_expired.
  runtime::Task<Status> start();
  // Closes every socket and waits for what is in flight; rows and credentials stay as they are.
  runtime::Task<> stop();

  std::vector<SessionSnapshot> list() const;  // by creation time
  Result<SessionSnapshot> find(std::string ref) const;

  // The row is committed before anything is dialed. Answers at the first QR or the end of the
  // attempt, at most 20 s later.
  runtime::Task<Result<SessionSnapshot>> create(NewSession request);
  runtime::Task<Result<SessionSnapshot>> update(std::string ref, SessionPatch patch);
  // A new QR of 60 s. `force` wipes the credentials of a linked session first.
  runtime::Task<Result<SessionSnapshot>> refresh_qr(std::string ref, bool force);
  // Linking with a code typed on the phone; the snapshot carries it.
  runtime::Task<Result<SessionSnapshot>> pair(std::string ref, std::string phone_number);
  runtime::Task<Result<SessionSnapshot>> reconnect(std::string ref);
  runtime::Task<Result<SessionSnapshot>> disconnect(std::string ref);  // stays down across restarts
  runtime::Task<Result<SessionSnapshot>> logout(
      std::string ref);  // unlinks, wipes credentials, keeps the row
  runtime::Task<Result<Removed>> remove(std::string ref, bool unlink);

  // Messages of a session: its queue, receiving, groups. Usable while the session exists; shutting
  // down ends it.
  Result<std::shared_ptr<messaging::Account>> messaging(std::string ref) const;
  // Nothing is sent from the queue while it is held; kept over restarts.
  runtime::Task<Result<SessionSnapshot>> hold_queue(std::string ref, bool held);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace wasphere::session
