// The repositories on SQLite. Store thread only, inside a transaction.
#pragma once

#include "daemon/store/key_wrap.h"
#include "daemon/store/sqlite_db.h"
#include "daemon/store/store.h"

namespace wasphere::store {

// What a transaction leaves to be done after its commit.
struct AfterCommit {
  std::int64_t newest_event = 0;  // 0: none was appended
  bool keys_doomed = false;       // doomed_keys has rows whose files must go
};

// What every repository works with. Outlives them.
struct Tables {
  Db& db;
  KeyRing& keys;
  AfterCommit after;  // of the transaction that runs now
};

// The key file of a session goes after the commit; until then doomed_keys remembers it, so that a
// crash in between cannot spare it.
void doom_key(Tables& tables, const std::string& session_id);

class SqliteSessionRepo final : public SessionRepo {
 public:
  explicit SqliteSessionRepo(Tables& tables) : tables_(tables) {}
  wasphere::Status insert(const SessionRow& row) override;
  wasphere::Status update(const SessionRow& row) override;
  std::optional<SessionRow> find(const std::string& id) override;
  std::vector<SessionRow> all() override;
  void remove(const std::string& id) override;
  wasphere::Status acquire_lease(const std::string& id, const std::string& node, std::int64_t now,
                                 std::int64_t ttl) override;
  void release_leases(const std::string& node) override;

 private:
  Tables& tables_;
};

class SqliteDeviceRepo final : public DeviceRepo {
 public:
  explicit SqliteDeviceRepo(Tables& tables) : tables_(tables) {}
  void save(const std::string& session_id, const stanza::Device& device) override;
  Result<std::optional<stanza::Device>> load(const std::string& session_id) override;
  void wipe(const std::string& session_id) override;

 private:
  Tables& tables_;
};

class SqlitePreKeyRepo final : public PreKeyRepo {
 public:
  explicit SqlitePreKeyRepo(Tables& tables) : tables_(tables) {}
  std::vector<stanza::PreKey> reserve(const std::string& session_id, std::uint32_t count,
                                      Rng& rng) override;
  void mark_uploaded(const std::string& session_id, const std::vector<std::uint32_t>& ids) override;
  void mark_all_uploaded(const std::string& session_id) override;
  stanza::PreKey make_given(const std::string& session_id, Rng& rng) override;
  std::optional<stanza::PreKey> find(const std::string& session_id, std::uint32_t id) override;
  void remove(const std::string& session_id, std::uint32_t id) override;
  std::optional<stanza::SignedPreKey> find_signed(const std::string& session_id,
                                                  std::uint32_t id) override;
  void keep_signed(const std::string& session_id, const stanza::SignedPreKey& key,
                   std::int64_t now_ms) override;
  std::int64_t last_rotation(const std::string& session_id) override;

 private:
  std::vector<stanza::PreKey> waiting(const std::string& session_id, const SealKey& key,
                                      std::uint32_t count);
  void insert(const std::string& session_id, const SealKey& key, const stanza::PreKey& pre_key);
  std::vector<stanza::PreKey> make(const std::string& session_id, const SealKey& key,
                                   std::uint32_t count, Rng& rng);
  std::uint32_t next_id(const std::string& session_id);

  Tables& tables_;
};

class SqliteEventRepo final : public EventRepo {
 public:
  explicit SqliteEventRepo(Tables& tables) : tables_(tables) {}
  std::int64_t append(EventRow row) override;
  std::vector<EventRow> after(std::int64_t seq, std::size_t limit) override;
  std::int64_t last_seq() override;
  std::int64_t first_seq() override;
  std::size_t retire(std::int64_t max_rows, std::int64_t older_than, std::size_t limit) override;

 private:
  std::int64_t number_anew();

  Tables& tables_;
};

}  // namespace wasphere::store
