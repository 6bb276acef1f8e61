#include "daemon/store/tables_admin.h"

namespace wasphere::store {
namespace {

AuditRow read_row(const Query& row) {
  AuditRow out;
  out.seq = row.integer(0);
  out.id = row.text(1);
  out.time = row.integer(2);
  out.session_id = row.text(3);
  out.actor_type = row.text(4);
  out.actor_id = row.text(5);
  out.actor_prefix = row.text(6);
  out.method = row.text(7);
  out.endpoint = row.text(8);
  out.rpc_method = row.text(9);
  out.status_code = static_cast<int>(row.integer(10));
  out.request_hash = row.text(11);
  out.address = row.text(12);
  out.duration_ms = row.integer(13);
  out.request_id = row.text(14);
  return out;
}

}  // namespace

void SqliteAuditRepo::append(const AuditRow& row) {
  tables_.db.run(
      "INSERT INTO audit (id, time, session_id, actor_type, actor_id, actor_prefix, method, "
      "endpoint, rpc_method, status_code, request_hash, address, duration_ms, request_id) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
      row.id, row.time, row.session_id, row.actor_type, row.actor_id, row.actor_prefix, row.method,
      row.endpoint, row.rpc_method, row.status_code, row.request_hash, row.address, row.duration_ms,
      row.request_id);
}

// An empty text or a null admits every row.
#define WASPHERE_AUDIT_WHERE                                                       \
  " FROM audit WHERE (?1 = '' OR session_id = ?1) AND (?2 = '' OR actor_id = ?2) " \
  "AND (?3 = '' OR method = ?3) AND (?4 IS NULL OR status_code = ?4) "             \
  "AND (?5 IS NULL OR time >= ?5) AND (?6 IS NULL OR time <= ?6)"

AuditPage SqliteAuditRepo::page(const AuditFilter& filter, std::int64_t offset,
                                std::int64_t limit) {
  AuditPage out;
  auto count =
      tables_.db.query("SELECT count(*)" WASPHERE_AUDIT_WHERE, filter.session_id, filter.actor_id,
                       filter.method, filter.status_code, filter.from, filter.to);
  if (count->step()) out.total = count->integer(0);
  auto row = tables_.db.query(
      "SELECT seq, id, time, session_id, actor_type, actor_id, actor_prefix, method, endpoint, "
      "rpc_method, status_code, request_hash, address, duration_ms, "
      "request_id" WASPHERE_AUDIT_WHERE " ORDER BY seq DESC LIMIT ?7 OFFSET ?8",
      filter.session_id, filter.actor_id, filter.method, filter.status_code, filter.from, filter.to,
      limit, offset);
  while (row->step()) out.rows.push_back(read_row(*row));
  return out;
}

#undef WASPHERE_AUDIT_WHERE

std::size_t SqliteAuditRepo::retire(std::int64_t older_than, std::size_t limit) {
  return tables_.db.run(
      "DELETE FROM audit WHERE seq IN (SELECT seq FROM "
      "(SELECT seq, time FROM audit ORDER BY seq LIMIT ?2) AS oldest WHERE time < ?1)",
      older_than, limit);
}

}  // namespace wasphere::store
