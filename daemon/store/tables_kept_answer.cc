// Answers kept for idempotency keys.
#include "daemon/store/sealing.h"
#include "daemon/store/tables_admin.h"

namespace wasphere::store {
namespace {

std::string context(const std::string& owner, const std::string& key) {
  return seal_context("kept_answers", owner, key);
}

std::string opened(KeyRing& keys, const Bytes& sealed, const std::string& where) {
  auto plain = unseal(keys.derived("kept_answers"), sealed, where);
  if (!plain)
    throw StoreFailure(ErrorCode::key_mismatch,
                       "the master key does not open an answer that was kept");
  SecretBytes secret(std::move(*plain));
  return std::string(as_text(secret.bytes));
}

}  // namespace

std::optional<KeptAnswer> SqliteApiKeyRepo::kept_answer(const std::string& owner,
                                                        const std::string& key) {
  auto row = tables_.db.query(
      "SELECT request_hash, status, sealed_body, created_at FROM kept_answers "
      "WHERE owner = ?1 AND key = ?2",
      owner, key);
  if (!row->step()) return std::nullopt;
  KeptAnswer out{owner, key, row->text(0), static_cast<int>(row->integer(1)), "", row->integer(3)};
  out.body = opened(tables_.keys, row->blob(2), context(owner, key));
  return out;
}

void SqliteApiKeyRepo::keep_answer(const KeptAnswer& answer) {
  const Bytes sealed = seal(tables_.keys.derived("kept_answers"), as_bytes(answer.body),
                            context(answer.owner, answer.key));
  tables_.db.run(
      "INSERT INTO kept_answers (owner, key, request_hash, status, sealed_body, created_at) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (owner, key) DO UPDATE SET "
      "request_hash = excluded.request_hash, status = excluded.status, "
      "sealed_body = excluded.sealed_body, created_at = excluded.created_at",
      answer.owner, answer.key, answer.request_hash, answer.status, sealed, answer.created_at);
}

void SqliteApiKeyRepo::forget_answer(const std::string& owner, const std::string& key) {
  tables_.db.run("DELETE FROM kept_answers WHERE owner = ?1 AND key = ?2", owner, key);
}

std::size_t SqliteApiKeyRepo::retire_answers(std::int64_t older_than, std::size_t limit) {
  return static_cast<std::size_t>(
      tables_.db.run("DELETE FROM kept_answers WHERE (owner, key) IN "
                     "(SELECT owner, key FROM kept_answers WHERE created_at < ?1 LIMIT ?2)",
                     older_than, static_cast<std::int64_t>(limit)));
}

}  // namespace wasphere::store
