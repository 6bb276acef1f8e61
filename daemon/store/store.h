// The storage port. One transaction at a time runs on the store thread; several that wait are committed
// together (group commit), each in a savepoint of its own.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "core/stanza/device.h"
#include "core/stanza/prekeys.h"
#include "core/util/result.h"
#include "daemon/runtime/task.h"
#include "daemon/store/records.h"

namespace wasphere::store {

// Repositories live as long as their transaction and are used on the store thread only. They throw
// StoreFailure on what no caller can mend (disk full, I/O error, corruption).
class SessionRepo {
 public:
  virtual ~SessionRepo() = default;
  virtual wasphere::Status insert(const SessionRow& row) = 0;                 // session_exists on a taken name
  virtual wasphere::Status update(const SessionRow& row) = 0;                 // by id; session_exists on a taken name
  virtual std::optional<SessionRow> find(const std::string& id) = 0;
  virtual std::vector<SessionRow> all() = 0;                        // by creation time
  virtual void remove(const std::string& id) = 0;                   // with device, pre-keys, and the session's key
};

class DeviceRepo {                                                  // credentials, sealed at rest
 public:
  virtual ~DeviceRepo() = default;
  virtual void save(const std::string& session_id, const stanza::Device& device) = 0;
  virtual Result<std::optional<stanza::Device>> load(const std::string& session_id) = 0;  // key_mismatch
  virtual void wipe(const std::string& session_id) = 0;             // device, pre-keys, key file
};

class PreKeyRepo {                                                  // one-time pre-keys, sealed at rest
 public:
  virtual ~PreKeyRepo() = default;
  // `count` keys that were made but not confirmed by the server, making what is missing. Ids go on from
  // the last one used and are never given twice.
  virtual std::vector<stanza::PreKey> reserve(const std::string& session_id, std::uint32_t count, Rng& rng) = 0;
  virtual void mark_uploaded(const std::string& session_id, const std::vector<std::uint32_t>& ids) = 0;
};

class EventRepo {
 public:
  virtual ~EventRepo() = default;
  virtual std::int64_t append(EventRow row) = 0;                    // the new seq
  virtual std::vector<EventRow> after(std::int64_t seq, std::size_t limit) = 0;
  virtual std::int64_t last_seq() = 0;
  virtual std::int64_t first_seq() = 0;                             // 0 if empty; older ones were retired
};

struct Tx {
  SessionRepo& sessions;
  DeviceRepo& devices;
  PreKeyRepo& pre_keys;
  EventRepo& events;
};

class Store {
 public:
  virtual ~Store() = default;
  // Runs `fn` on the store thread in one transaction and resumes on the main thread after its commit.
  // An error result rolls back this transaction only. storage_unavailable if the commit failed.
  template <class F, class R = std::invoke_result_t<F&, Tx&>>
  runtime::Task<R> run(F fn) {
    std::optional<R> out;
    auto job = [&](Tx& tx) -> wasphere::Status {
      out.emplace(fn(tx));
      if (!*out) return fail(Error(out->error()));
      return {};
    };
    wasphere::Status committed = co_await run_job(std::function<wasphere::Status(Tx&)>(std::ref(job)));
    if (!committed) co_return fail(std::move(committed).error());
    co_return std::move(*out);
  }
  // Called on the main thread after every commit that appended events, with the newest seq.
  std::function<void(std::int64_t)> on_events;

 protected:
  virtual runtime::Task<wasphere::Status> run_job(std::function<wasphere::Status(Tx&)> job) = 0;
};

}  // namespace wasphere::store
