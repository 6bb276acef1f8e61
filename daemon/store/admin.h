// The repositories of administration: API keys, the audit log, figures. Same contract as store.h:
// used inside a transaction on the store thread, StoreFailure on what nobody can mend.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/util/bytes.h"
#include "core/util/result.h"

namespace wasphere::store {

// How one secret of a key is recognised: its visible beginning, and a keyed hash of the whole.
struct KeySecret {
  std::string prefix;  // "wsk_" and 12 characters; unique
  Bytes hash;
};

struct ApiKeyRow {
  std::string id;  // key_…
  std::string name;
  KeySecret secret;
  std::optional<KeySecret> old_secret;  // before the last rotation, while it still works
  std::int64_t old_secret_until = 0;
  std::vector<std::string> permissions;  // names of scopes, or "*" alone
  std::string session_id;                // empty: bound to none
  bool active = true;
  std::int64_t created_at = 0;
  std::int64_t last_used_at = 0;
  std::int64_t expires_at = 0;  // 0: never
};

// What the request with an idempotency key was answered; its repetition gets the same.
struct KeptAnswer {
  std::string owner;         // key_…, the API key that asked
  std::string key;           // as the client chose it
  std::string request_hash;  // equal for equal requests
  int status = 0;            // HTTP status; 0: it was begun, and nobody knows how it ended
  std::string body;          // sealed at rest: it may hold a secret that is shown once
  std::int64_t created_at = 0;
};

class ApiKeyRepo {
 public:
  virtual ~ApiKeyRepo() = default;
  virtual std::vector<ApiKeyRow> all() = 0;  // by creation
  // Added, or changed by id. session_not_found if it is bound to a session that is not there;
  // conflict if another key begins with the same characters.
  virtual wasphere::Status save(const ApiKeyRow& row) = 0;
  virtual bool remove(const std::string& id) = 0;  // false: there is none
  virtual void note_use(const std::string& id, std::int64_t now_ms) = 0;

  // Answers kept for idempotency keys; they go with the API key they were given to.
  virtual std::optional<KeptAnswer> kept_answer(const std::string& owner,
                                                const std::string& key) = 0;
  virtual void keep_answer(
      const KeptAnswer& answer) = 0;  // added, or in the place of the one there
  virtual void forget_answer(const std::string& owner, const std::string& key) = 0;
  // Drops those from before `older_than`, at most `limit` of them; says how many.
  virtual std::size_t retire_answers(std::int64_t older_than, std::size_t limit) = 0;
};

struct AuditRow {
  std::int64_t seq = 0;  // assigned by append()
  std::string id;        // aud_…
  std::int64_t time = 0;
  std::string session_id;    // empty: none
  std::string actor_type;    // "api_key", "local", "anonymous", "system"
  std::string actor_id;      // key_…, or the uid of a local caller; empty: none
  std::string actor_prefix;  // of the key; empty: none
  std::string method;        // "POST", or "RPC"
  std::string endpoint;      // path without query; or the operation
  std::string rpc_method;    // empty: no operation was reached
  int status_code = 0;
  std::string request_hash;  // keyed: texts are short enough to be guessed from a plain one
  std::string address;
  std::int64_t duration_ms = 0;
  std::string request_id;
};

// What narrows the audit log down; empty members admit everything.
struct AuditFilter {
  std::string session_id;
  std::string actor_id;
  std::string method;
  std::optional<std::int64_t> status_code;
  std::optional<std::int64_t> from, to;  // Unix milliseconds, both included
};

struct AuditPage {
  std::vector<AuditRow> rows;  // newest first
  std::int64_t total = 0;
};

class AuditRepo {
 public:
  virtual ~AuditRepo() = default;
  virtual void append(const AuditRow& row) = 0;
  virtual AuditPage page(const AuditFilter& filter, std::int64_t offset, std::int64_t limit) = 0;
  // Drops rows from before `older_than`, at most `limit` of them; says how many.
  virtual std::size_t retire(std::int64_t older_than, std::size_t limit) = 0;
};

// What was sent, and what waits.
struct SendFigures {
  std::int64_t last_day = 0;                                // sent or tried in the last 24 hours
  std::int64_t day_before = 0;                              // in the 24 hours before
  std::int64_t failed = 0;                                  // of those of the last day
  std::vector<std::pair<std::string, std::int64_t>> today;  // since midnight UTC, by type
  std::vector<std::int64_t> days;                           // seven UTC days, today last
  std::int64_t waiting = 0;
  std::int64_t oldest_waiting_at = 0;
  std::int64_t mean_latency_ms = 0;  // from queue to server, of the last five minutes
};

// The installation as a whole.
class WorkspaceRepo {
 public:
  virtual ~WorkspaceRepo() = default;
  virtual SendFigures sends(std::int64_t now_ms) = 0;
  // What an operator has set at run time; nothing if he has not.
  virtual std::optional<std::string> setting(const std::string& name) = 0;
  virtual void set(const std::string& name, const std::string& value) = 0;
};

}  // namespace wasphere::store
