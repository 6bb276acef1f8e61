// Operations on the audit log.
#include "daemon/api/api.h"
#include "daemon/api/views.h"
#include "daemon/runtime/iso_time.h"

namespace wasphere::api {
namespace {

Error bad_time(const char* pointer, const char* code, const char* message) {
  Error out{ErrorCode::validation_failed, "'" + std::string(pointer + 1) + "' " + message};
  out.fields.push_back({pointer, code, message});
  return out;
}

Result<std::optional<std::int64_t>> time_of(const std::optional<std::string>& text,
                                            const char* pointer) {
  if (!text) return std::optional<std::int64_t>();
  const auto time = runtime::parse_iso8601(*text);
  if (time) return time;
  return fail(bad_time(pointer, "FORMAT", "must be a time like 2030-01-31T12:00:00Z"));
}

ipc::AuditView audit_view(const store::AuditRow& row) {
  ipc::AuditView out;
  out.id = row.id;
  out.timestamp = runtime::iso8601(row.time);
  out.sessionId = optional_text(row.session_id);
  out.actor = {row.actor_type, optional_text(row.actor_id), optional_text(row.actor_prefix)};
  out.method = row.method;
  out.endpoint = row.endpoint;
  out.rpcMethod = optional_text(row.rpc_method);
  out.statusCode = row.status_code;
  out.requestHash = optional_text(row.request_hash);
  out.ipAddress = optional_text(row.address);
  out.durationMs = row.duration_ms;
  out.requestId = row.request_id;
  return out;
}

}  // namespace

Result<store::AuditFilter> Api::audit_filter(const ipc::AuditList& request) const {
  store::AuditFilter out;
  WS_TRY(out.from, time_of(request.from, "/from"));
  WS_TRY(out.to, time_of(request.to, "/to"));
  if (out.from && out.to && *out.from > *out.to)
    return fail(bad_time("/to", "RANGE", "must not be before 'from'"));
  if (request.sessionId) {
    // What was done to a session outlives it: its id is enough then.
    const auto known = session_id_of(*request.sessionId);
    out.session_id = known ? *known : *request.sessionId;
  }
  out.status_code = request.statusCode;
  out.actor_id = request.actor.value_or("");
  out.method = request.method.value_or("");
  return out;
}

Api::Answer<ipc::AuditPageView> Api::handle(Call, ipc::AuditList request) {
  auto filter = audit_filter(request);
  if (!filter) co_return fail(std::move(filter).error());
  co_await services_.audit.flush();  // what was answered before is seen
  const std::int64_t offset = (request.page - 1) * request.pageSize;
  auto job = [&](store::Tx& tx) -> Result<store::AuditPage> {
    return tx.audit.page(*filter, offset, request.pageSize);
  };
  auto found = co_await services_.store.run(job);
  if (!found) co_return fail(std::move(found).error());
  ipc::AuditPageView out;
  for (const store::AuditRow& row : found->rows) out.items.push_back(audit_view(row));
  out.total = found->total;
  out.page = request.page;
  out.pageSize = request.pageSize;
  co_return out;
}

}  // namespace wasphere::api
