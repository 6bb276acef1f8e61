#include "daemon/store/fold_name.h"
#include "daemon/store/message_search.h"
#include "daemon/store/tables.h"

// One list for reading and writing, in the order of write_row() and read_row().
#define WS_SESSION_COLUMNS                                                                         \
  "id, name, folded_name, description, msg_delay_min_ms, msg_delay_max_ms, typing_simulation, "    \
  "rate_limit_per_min, auto_read_on_receive, receive_enabled, desired_up, status, status_detail, " \
  "status_reason, linked, phone_number, jid, lid, push_name, created_at, connected_at, "           \
  "last_seen_at, reconnect_attempt, next_attempt_at, ban_kind, ban_code, ban_expires_at, "         \
  "ban_message, queue_held"
#define WS_SESSION_VALUES                                                                       \
  "?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, " \
  "?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29"

namespace wasphere::store {
namespace {

std::size_t write_row(Db& db, const char* sql, const SessionRow& row) {
  const SessionSettings& settings = row.settings;
  BanRecord ban = row.ban.value_or(BanRecord{});
  std::optional<std::string> ban_kind;
  if (row.ban) ban_kind = ban.kind;
  return db.run(sql, row.id, row.name, fold_name(row.name), row.description,
                settings.msg_delay_min_ms, settings.msg_delay_max_ms, settings.typing_simulation,
                settings.rate_limit_per_min, settings.auto_read_on_receive,
                settings.receive_enabled, row.desired_up, status_name(row.status),
                row.status_detail, row.status_reason, row.linked, row.phone_number, row.jid,
                row.lid, row.push_name, row.created_at, row.connected_at, row.last_seen_at,
                row.reconnect_attempt, row.next_attempt_at, ban_kind, ban.code, ban.expires_at,
                ban.message, row.queue_held);
}

// A word this program does not know was written by hand: take it for the harmless state.
Status read_status(const Query& row, int column) {
  return status_from_name(row.text(column)).value_or(Status::disconnected);
}

std::optional<BanRecord> read_ban(const Query& row, int first) {
  if (row.is_null(first)) return std::nullopt;
  return BanRecord{row.text(first), static_cast<int>(row.integer(first + 1)),
                   row.optional_integer(first + 2), row.text(first + 3)};
}

SessionRow read_row(const Query& row) {
  SessionRow out;
  out.id = row.text(0);
  out.name = row.text(1);
  out.description = row.text(3);
  out.settings = {row.integer(4), row.integer(5), row.flag(6),
                  row.integer(7), row.flag(8),    row.flag(9)};
  out.desired_up = row.flag(10);
  out.status = read_status(row, 11);
  out.status_detail = row.text(12);
  out.status_reason = row.text(13);
  out.linked = row.flag(14);
  out.phone_number = row.text(15);
  out.jid = row.text(16);
  out.lid = row.text(17);
  out.push_name = row.text(18);
  out.created_at = row.integer(19);
  out.connected_at = row.integer(20);
  out.last_seen_at = row.integer(21);
  out.reconnect_attempt = static_cast<int>(row.integer(22));
  out.next_attempt_at = row.integer(23);
  out.ban = read_ban(row, 24);
  out.queue_held = row.flag(28);
  return out;
}

tl::unexpected<Error> name_taken(const std::string& name) {
  return fail(ErrorCode::session_exists, "a session named '" + name + "' exists already");
}

tl::unexpected<Error> no_session(const std::string& id) {
  return fail(ErrorCode::session_not_found, "there is no session " + id);
}

}  // namespace

wasphere::Status SqliteSessionRepo::insert(const SessionRow& row) {
  try {
    write_row(tables_.db,
              "INSERT INTO sessions (" WS_SESSION_COLUMNS ") VALUES (" WS_SESSION_VALUES ")", row);
    return {};
  } catch (const SqliteFailure& failure) {
    if (failure.unique_violated()) return name_taken(row.name);
    throw;
  }
}

wasphere::Status SqliteSessionRepo::update(const SessionRow& row) {
  try {
    std::size_t changed = write_row(tables_.db,
                                    "UPDATE sessions SET (" WS_SESSION_COLUMNS
                                    ") = (" WS_SESSION_VALUES ") WHERE id = ?1",
                                    row);
    if (changed == 0) return no_session(row.id);
    return {};
  } catch (const SqliteFailure& failure) {
    if (failure.unique_violated()) return name_taken(row.name);
    throw;
  }
}

std::optional<SessionRow> SqliteSessionRepo::find(const std::string& id) {
  auto row = tables_.db.query("SELECT " WS_SESSION_COLUMNS " FROM sessions WHERE id = ?1", id);
  if (!row->step()) return std::nullopt;
  return read_row(*row);
}

std::vector<SessionRow> SqliteSessionRepo::all() {
  auto row =
      tables_.db.query("SELECT " WS_SESSION_COLUMNS " FROM sessions ORDER BY created_at, id");
  std::vector<SessionRow> out;
  while (row->step()) out.push_back(read_row(*row));
  return out;
}

void SqliteSessionRepo::remove(const std::string& id) {
  drop_session_from_search(tables_.db, id);
  if (tables_.db.run("DELETE FROM sessions WHERE id = ?1", id) != 0) doom_key(tables_, id);
  forget_free_numbers(tables_.db);
}

wasphere::Status SqliteSessionRepo::acquire_lease(const std::string& id, const std::string& node,
                                                  std::int64_t now, std::int64_t ttl) {
  if (!find(id)) return no_session(id);
  std::size_t taken = tables_.db.run(
      "INSERT INTO session_leases (session_id, node, expires_at) VALUES (?1, ?2, ?3) "
      "ON CONFLICT (session_id) DO UPDATE SET node = excluded.node, "
      "expires_at = excluded.expires_at "
      "WHERE session_leases.node = excluded.node OR session_leases.expires_at <= ?4",
      id, node, now + ttl, now);
  if (taken != 0) return {};
  return fail(ErrorCode::state_locked, "another node holds session " + id);
}

void SqliteSessionRepo::release_leases(const std::string& node) {
  tables_.db.run("DELETE FROM session_leases WHERE node = ?1", node);
}

}  // namespace wasphere::store
