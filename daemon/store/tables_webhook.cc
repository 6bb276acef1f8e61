#include "daemon/store/tables_webhook.h"

#include <algorithm>

// One list for reading and writing, in the order of write_row() and read_row().
#define WS_WEBHOOK_COLUMNS                                                                       \
  "id, name, url, events, session_ids, active, buffer_when_inactive, retry_max, failure_count, " \
  "failing_since, disabled_reason, cursor, created_at, last_delivered_at, last_failed_at"

namespace wasphere::store {
namespace {

// Event names and session ids hold no line ends.
std::string join(const std::vector<std::string>& items) {
  std::string out;
  for (const std::string& item : items) out += (out.empty() ? "" : "\n") + item;
  return out;
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = std::min(text.find('\n', at), text.size());
    out.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

WebhookRow read_row(const Query& row) {
  WebhookRow out;
  out.id = row.text(0);
  out.name = row.text(1);
  out.url = row.text(2);
  out.events = split(row.text(3));
  out.session_ids = split(row.text(4));
  out.active = row.flag(5);
  out.buffer_when_inactive = row.flag(6);
  out.retry_max = static_cast<int>(row.integer(7));
  out.failure_count = static_cast<int>(row.integer(8));
  out.failing_since = row.integer(9);
  out.disabled_reason = row.text(10);
  out.cursor = row.integer(11);
  out.created_at = row.integer(12);
  out.last_delivered_at = row.integer(13);
  out.last_failed_at = row.integer(14);
  return out;
}

std::string context(const std::string& id, std::string_view column) {
  return seal_context("webhooks", column, id);
}

Bytes seal_text(const SealKey& key, const std::string& text, const std::string& where) {
  return seal(key, as_bytes(text), where);
}

std::string open_text(const SealKey& key, const Bytes& sealed, const std::string& where) {
  auto opened = unseal(key, sealed, where);
  if (!opened)
    throw StoreFailure(ErrorCode::key_mismatch,
                       "the master key does not open the secret of a webhook");
  SecretBytes plain(std::move(*opened));
  return std::string(as_text(plain.bytes));
}

}  // namespace

void SqliteWebhookRepo::insert(const WebhookRow& row, const WebhookSecrets& secrets) {
  tables_.db.run("INSERT INTO webhooks (" WS_WEBHOOK_COLUMNS
                 ", sealed_secret, sealed_previous, previous_until) VALUES (?1, ?2, ?3, ?4, ?5, "
                 "?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, x'', NULL, 0)",
                 row.id, row.name, row.url, join(row.events), join(row.session_ids), row.active,
                 row.buffer_when_inactive, row.retry_max, row.failure_count, row.failing_since,
                 row.disabled_reason, row.cursor, row.created_at, row.last_delivered_at,
                 row.last_failed_at);
  save_secrets(row.id, secrets);
}

bool SqliteWebhookRepo::update(const WebhookRow& row) {
  return tables_.db.run("UPDATE webhooks SET (" WS_WEBHOOK_COLUMNS
                        ") = (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15) "
                        "WHERE id = ?1",
                        row.id, row.name, row.url, join(row.events), join(row.session_ids),
                        row.active, row.buffer_when_inactive, row.retry_max, row.failure_count,
                        row.failing_since, row.disabled_reason, row.cursor, row.created_at,
                        row.last_delivered_at, row.last_failed_at) != 0;
}

std::optional<WebhookRow> SqliteWebhookRepo::find(const std::string& id) {
  auto row = tables_.db.query("SELECT " WS_WEBHOOK_COLUMNS " FROM webhooks WHERE id = ?1", id);
  if (!row->step()) return std::nullopt;
  return read_row(*row);
}

std::vector<WebhookRow> SqliteWebhookRepo::all() {
  auto row =
      tables_.db.query("SELECT " WS_WEBHOOK_COLUMNS " FROM webhooks ORDER BY created_at, id");
  std::vector<WebhookRow> out;
  while (row->step()) out.push_back(read_row(*row));
  return out;
}

bool SqliteWebhookRepo::remove(const std::string& id) {
  return tables_.db.run("DELETE FROM webhooks WHERE id = ?1", id) != 0;
}

WebhookSecrets SqliteWebhookRepo::secrets(const std::string& id) {
  auto row = tables_.db.query(
      "SELECT sealed_secret, sealed_previous, previous_until FROM webhooks WHERE id = ?1", id);
  WebhookSecrets out;
  if (!row->step()) return out;
  const SealKey key = tables_.keys.derived("webhooks");
  out.current = open_text(key, row->blob(0), context(id, "secret"));
  if (!row->is_null(1)) out.previous = open_text(key, row->blob(1), context(id, "previous"));
  out.previous_until = row->integer(2);
  return out;
}

void SqliteWebhookRepo::save_secrets(const std::string& id, const WebhookSecrets& secrets) {
  const SealKey key = tables_.keys.derived("webhooks");
  std::optional<Bytes> previous;
  if (!secrets.previous.empty())
    previous = seal_text(key, secrets.previous, context(id, "previous"));
  const Bytes current = seal_text(key, secrets.current, context(id, "secret"));
  tables_.db.run(
      "UPDATE webhooks SET sealed_secret = ?2, sealed_previous = ?3, previous_until = ?4 "
      "WHERE id = ?1",
      id, current, previous, secrets.previous_until);
}

}  // namespace wasphere::store
