#include "daemon/api/methods.h"

#include <nlohmann/json.hpp>

#include "ipc/json.h"

namespace wasphere::api {
namespace {

// The session that a request names, as it names it.
std::string named_session(const nlohmann::json& params) {
  for (const char* member : {"sessionId", "session"}) {
    const auto found = params.find(member);
    if (found != params.end() && found->is_string()) return found->get<std::string>();
  }
  return {};
}

struct Audited {
  rpc::Method method;
  const ipc::CommandType& command;
  Api& api;
  AuditLog& audit;
  runtime::Clock& clock;
};

// The coroutine holds the parts by value or by reference to what outlives the table.
runtime::Task<Result<std::string>> call_audited(std::shared_ptr<const Audited> parts,
                                                rpc::Call call,
                                                std::shared_ptr<const nlohmann::json> params) {
  store::AuditRow row = parts->audit.row_for(call.caller);
  row.session_id = parts->api.known_session(named_session(*params));
  row.method = "RPC";
  row.endpoint = row.rpc_method = parts->command.info.method;
  row.request_id = call.request_id;
  row.request_hash = parts->audit.hash_of(ipc::dump_json(*params));
  const auto begin = parts->clock.now_steady();
  auto result = co_await parts->method(std::move(call), std::move(params));
  row.status_code =
      result ? parts->command.info.route.success : error_info(result.error().code).http_status;
  row.duration_ms =
      std::chrono::duration_cast<runtime::Duration>(parts->clock.now_steady() - begin).count();
  if (result && is_told_by_audit(parts->command)) {
    co_await parts->audit.keep(std::move(row));
  } else {
    parts->audit.record(std::move(row));
  }
  co_return result;
}

rpc::Method audited(rpc::Method method, const ipc::CommandType& command, Api& api, AuditLog& audit,
                    runtime::Clock& clock) {
  std::shared_ptr<const Audited> parts(new Audited{std::move(method), command, api, audit, clock});
  return [parts](rpc::Call call, std::shared_ptr<const nlohmann::json> params) {
    if (call.caller.local) return call_audited(parts, std::move(call), std::move(params));
    return parts->method(std::move(call), std::move(params));
  };
}

}  // namespace

rpc::MethodTable methods(Api& api, AuditLog& audit, runtime::Clock& clock) {
  auto table = rpc::make_methods<ipc::Commands>(api, ipc::daemon_commands());
  for (const ipc::CommandType& command : ipc::daemon_commands()) {
    if (!is_mutating(command.info)) continue;
    rpc::Method& method = table.methods.at(command.info.method);
    method = audited(std::move(method), command, api, audit, clock);
  }
  return table;
}

}  // namespace wasphere::api
