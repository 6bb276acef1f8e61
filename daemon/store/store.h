// The storage port. One transaction at a time runs on the store thread; several that wait are
// committed together (group commit), each undone by itself if it fails.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "core/stanza/device.h"
#include "core/stanza/prekeys.h"
#include "core/util/result.h"
#include "daemon/runtime/task.h"
#include "daemon/store/messaging.h"
#include "daemon/store/records.h"

namespace wasphere::store {

// Repositories live as long as their transaction and are used on the store thread only. They throw
// StoreFailure on what no caller can mend (disk full, I/O error, corruption).
class SessionRepo {
 public:
  virtual ~SessionRepo() = default;
  virtual wasphere::Status insert(const SessionRow& row) = 0;  // session_exists on a taken name
  virtual wasphere::Status update(
      const SessionRow& row) = 0;  // by id; session_exists on a taken name
  virtual std::optional<SessionRow> find(const std::string& id) = 0;
  virtual std::vector<SessionRow> all() = 0;       // by creation time
  virtual void remove(const std::string& id) = 0;  // with device, pre-keys, and the session's key
  // Who may connect the session: taken anew by its holder, and by others once it has expired;
  // state_locked until then, session_not_found without the session. Times in Unix milliseconds.
  virtual wasphere::Status acquire_lease(const std::string& id, const std::string& node,
                                         std::int64_t now, std::int64_t ttl) = 0;
  virtual void release_leases(const std::string& node) = 0;  // all that the node holds
};

class DeviceRepo {  // credentials, sealed at rest
 public:
  virtual ~DeviceRepo() = default;
  virtual void save(const std::string& session_id, const stanza::Device& device) = 0;
  // key_missing if the session's key file is gone, key_mismatch if it does not open what is stored.
  virtual Result<std::optional<stanza::Device>> load(const std::string& session_id) = 0;
  virtual void wipe(const std::string& session_id) = 0;  // device, pre-keys, key file
};

class PreKeyRepo {  // one-time pre-keys, sealed at rest
 public:
  virtual ~PreKeyRepo() = default;
  // `count` keys that were made but not confirmed by the server, making what is missing. Ids go on
  // from the last one used and are never given twice to one device. Needs a saved device
  // (no_credentials).
  virtual std::vector<stanza::PreKey> reserve(const std::string& session_id, std::uint32_t count,
                                              Rng& rng) = 0;
  virtual void mark_uploaded(const std::string& session_id,
                             const std::vector<std::uint32_t>& ids) = 0;
  // The server has what was made so far, though it may not have said so: none of it is reserved
  // again.
  virtual void mark_all_uploaded(const std::string& session_id) = 0;
  // A new key that is given to somebody directly: it is never reserved.
  virtual stanza::PreKey make_given(const std::string& session_id, Rng& rng) = 0;
  // A one-time key that a pre-key message names; nothing if it was used up or never made.
  virtual std::optional<stanza::PreKey> find(const std::string& session_id, std::uint32_t id) = 0;
  // Once a message has used it up.
  virtual void remove(const std::string& session_id, std::uint32_t id) = 0;
  // A signed pre-key, also one that was rotated away: peers keep bundles. The current one is part
  // of the Device.
  virtual std::optional<stanza::SignedPreKey> find_signed(const std::string& session_id,
                                                          std::uint32_t id) = 0;
  // A key that is kept again gets the new time.
  virtual void keep_signed(const std::string& session_id, const stanza::SignedPreKey& key,
                           std::int64_t now_ms) = 0;
  virtual std::int64_t last_rotation(const std::string& session_id) = 0;  // newest time of those
};

class EventRepo {
 public:
  virtual ~EventRepo() = default;
  virtual std::int64_t append(EventRow row) = 0;  // the new seq
  virtual std::vector<EventRow> after(std::int64_t seq, std::size_t limit) = 0;
  virtual std::int64_t last_seq() = 0;  // 0 before the first one; never goes back
  // The oldest that is kept, 0 if none is. A reader that wants older ones, or any when this is 0
  // while last_seq() is not, has missed some.
  virtual std::int64_t first_seq() = 0;
  // Drops the oldest events beyond `max_rows` and those from before `older_than`, at most `limit`
  // of them; says how many. Call again while it says `limit`.
  virtual std::size_t retire(std::int64_t max_rows, std::int64_t older_than, std::size_t limit) = 0;
};

class ApiKeyRepo;     // admin.h
class AuditRepo;      // admin.h
class WorkspaceRepo;  // admin.h
class WebhookRepo;    // webhooks.h

struct Tx {
  SessionRepo& sessions;
  DeviceRepo& devices;
  PreKeyRepo& pre_keys;
  EventRepo& events;
  WebhookRepo& webhooks;
  SignalRepo& signal;
  DirectoryRepo& directory;
  MessageRepo& messages;
  OutboxRepo& outbox;
  ApiKeyRepo& api_keys;
  AuditRepo& audit;
  WorkspaceRepo& workspace;
};

// How soon a transaction is begun. One that may wait does so for a moment, to share the commit of
// another: for what nobody is waiting for.
enum class Haste : std::uint8_t { now, may_wait };

class Store {
 public:
  virtual ~Store() = default;
  // Runs `fn` on the store thread in one transaction and resumes on the main thread after its
  // commit. An error result rolls back this transaction only. storage_unavailable if the commit
  // failed. Transactions run in the order in which they were asked for, whatever their haste.
  template <class F, class R = std::invoke_result_t<F&, Tx&>>
  runtime::Task<R> run(F fn, Haste haste = Haste::now) {
    std::optional<R> out;
    auto job = [&](Tx& tx) -> wasphere::Status {
      out.emplace(fn(tx));
      if (!*out) return fail(Error(out->error()));
      return {};
    };
    wasphere::Status committed =
        co_await run_job(std::function<wasphere::Status(Tx&)>(std::ref(job)), haste);
    if (!committed) co_return fail(std::move(committed).error());
    co_return std::move(*out);
  }
  // Refuses further jobs with shutting_down, finishes those that wait, and closes the database.
  // Their results are posted; run the io_context on to see them. The destructor does it too.
  virtual void stop() = 0;
  // This installation in leases: drawn at random when the database was made.
  virtual const std::string& node() const = 0;
  // What API keys and audited requests are hashed with; kept outside the database.
  virtual const Secret<32>& pepper() const = 0;
  // Called on the main thread after every commit that appended events, with the newest seq.
  std::function<void(std::int64_t)> on_events;

 protected:
  virtual runtime::Task<wasphere::Status> run_job(std::function<wasphere::Status(Tx&)> job,
                                                  Haste haste) = 0;
};

}  // namespace wasphere::store
