#include "daemon/store/tables_admin.h"

namespace wasphere::store {
namespace {

// Names of scopes hold no space.
std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> out;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    out.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return out;
}

ApiKeyRow read_row(const Query& row) {
  ApiKeyRow out;
  out.id = row.text(0);
  out.name = row.text(1);
  out.secret = {row.text(2), row.blob(3)};
  if (!row.is_null(4)) out.old_secret = KeySecret{row.text(4), row.blob(5)};
  out.old_secret_until = row.integer(6);
  out.permissions = split(row.text(7));
  if (!row.is_null(8)) out.session_id = row.text(8);
  out.active = row.flag(9);
  out.created_at = row.integer(10);
  out.last_used_at = row.integer(11);
  out.expires_at = row.integer(12);
  return out;
}

std::optional<std::string_view> nullable(const std::string& text) {
  if (text.empty()) return std::nullopt;
  return text;
}

wasphere::Status refused(const SqliteFailure& failure, const ApiKeyRow& row) {
  if (failure.foreign_key_violated())
    return fail(ErrorCode::session_not_found, "there is no session '" + row.session_id + "'");
  if (failure.unique_violated())
    return fail(ErrorCode::conflict, "another key begins with the same characters");
  throw failure;
}

}  // namespace

std::vector<ApiKeyRow> SqliteApiKeyRepo::all() {
  auto row = tables_.db.query(
      "SELECT id, name, prefix, hash, old_prefix, old_hash, old_until, permissions, session_id, "
      "active, created_at, last_used_at, expires_at FROM api_keys ORDER BY created_at, id");
  std::vector<ApiKeyRow> out;
  while (row->step()) out.push_back(read_row(*row));
  return out;
}

wasphere::Status SqliteApiKeyRepo::save(const ApiKeyRow& row) {
  std::optional<std::string_view> old_prefix;
  std::optional<BytesView> old_hash;
  if (row.old_secret) {
    old_prefix = row.old_secret->prefix;
    old_hash = BytesView(row.old_secret->hash);
  }
  try {
    tables_.db.run(
        "INSERT INTO api_keys (id, name, prefix, hash, old_prefix, old_hash, old_until, "
        "permissions, session_id, active, created_at, last_used_at, expires_at) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) "
        "ON CONFLICT (id) DO UPDATE SET name = excluded.name, prefix = excluded.prefix, "
        "hash = excluded.hash, old_prefix = excluded.old_prefix, old_hash = excluded.old_hash, "
        "old_until = excluded.old_until, permissions = excluded.permissions, "
        "session_id = excluded.session_id, active = excluded.active, "
        "expires_at = excluded.expires_at",
        row.id, row.name, row.secret.prefix, BytesView(row.secret.hash), old_prefix, old_hash,
        row.old_secret_until, joined(row.permissions), nullable(row.session_id), row.active,
        row.created_at, row.last_used_at, row.expires_at);
  } catch (const SqliteFailure& failure) {
    return refused(failure, row);
  }
  return {};
}

bool SqliteApiKeyRepo::remove(const std::string& id) {
  return tables_.db.run("DELETE FROM api_keys WHERE id = ?1", id) != 0;
}

void SqliteApiKeyRepo::note_use(const std::string& id, std::int64_t now_ms) {
  tables_.db.run("UPDATE api_keys SET last_used_at = ?2 WHERE id = ?1", id, now_ms);
}

}  // namespace wasphere::store
