// The repositories of administration on SQLite. Store thread only, inside a transaction.
#pragma once

#include "daemon/store/admin.h"
#include "daemon/store/tables.h"

namespace wasphere::store {

class SqliteApiKeyRepo final : public ApiKeyRepo {
 public:
  explicit SqliteApiKeyRepo(Tables& tables) : tables_(tables) {}
  std::vector<ApiKeyRow> all() override;
  wasphere::Status save(const ApiKeyRow& row) override;
  bool remove(const std::string& id) override;
  void note_use(const std::string& id, std::int64_t now_ms) override;
  std::optional<KeptAnswer> kept_answer(const std::string& owner, const std::string& key) override;
  void keep_answer(const KeptAnswer& answer) override;
  void forget_answer(const std::string& owner, const std::string& key) override;
  std::size_t retire_answers(std::int64_t older_than, std::size_t limit) override;

 private:
  Tables& tables_;
};

class SqliteAuditRepo final : public AuditRepo {
 public:
  explicit SqliteAuditRepo(Tables& tables) : tables_(tables) {}
  void append(const AuditRow& row) override;
  AuditPage page(const AuditFilter& filter, std::int64_t offset, std::int64_t limit) override;
  std::size_t retire(std::int64_t older_than, std::size_t limit) override;

 private:
  Tables& tables_;
};

class SqliteWorkspaceRepo final : public WorkspaceRepo {
 public:
  explicit SqliteWorkspaceRepo(Tables& tables) : tables_(tables) {}
  SendFigures sends(std::int64_t now_ms) override;
  std::optional<std::string> setting(const std::string& name) override;
  void set(const std::string& name, const std::string& value) override;

 private:
  Tables& tables_;
};

}  // namespace wasphere::store
