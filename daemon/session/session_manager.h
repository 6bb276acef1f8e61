// SessionManager: all sessions of this daemon, and every operation that can be asked of them. Main
// thread only.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/noise/certificate.h"
#include "core/stanza/stream.h"
#include "core/util/rng.h"
#include "daemon/events/event.h"
#include "daemon/net/transport.h"
#include "daemon/runtime/task.h"
#include "daemon/session/snapshot.h"
#include "daemon/store/store.h"

namespace wasphere::runtime {
class WorkerPool;
}

namespace wasphere::session {

// What sessions are given to work with. All of it outlives the SessionManager.
struct Services {
  store::Store& store;
  net::TransportFactory& transports;
  runtime::Clock& clock;
  Rng& rng;
  runtime::WorkerPool& pool;
  events::Encoder& encoder;
};

struct ReconnectPolicy {
  int attempts = 5;
  runtime::Duration base{5000};       // before attempt n: base * 2^(n-1)
  bool slow_after_exhaustion = true;  // go on quietly, else stay down until somebody asks
  runtime::Duration slow_interval{15 * 60'000};
};

struct SessionOptions {
  net::Endpoint endpoint;
  crypto::PublicKey noise_root = noise::kWhatsAppRoot;
  stanza::ClientProfile profile;
  ReconnectPolicy reconnect;
  std::size_t max_sessions = 0;  // 0: no limit
};

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

  // Loads the sessions and dials, one each 250 ms, those that are linked and wanted up. A link that
  // was waiting for its QR when the process ended is disconnected/qr_expired.
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

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace wasphere::session
