#include "daemon/http/exchange.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/util/id.h"
#include "daemon/api/methods.h"
#include "daemon/http/credentials.h"
#include "daemon/http/params.h"
#include "ipc/http_routes.h"
#include "ipc/json.h"

namespace wasphere::http {
namespace {

constexpr std::int64_t kFailedKeys = 10;  // a minute and address
constexpr std::size_t kLongestRequestId = 128;

// An id from outside goes into logs and headers: only what is harmless there.
bool is_request_id(std::string_view text) {
  return !text.empty() && text.size() <= kLongestRequestId && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_' || c == '.' || c == ':';
  });
}

Error too_many(const Budget& budget, const char* what) {
  Error out{ErrorCode::rate_limited, what};
  out.retry_after_ms = std::max<std::int64_t>(1, budget.reset_ms);
  return out;
}

std::string text_member(const nlohmann::json& object, std::string_view name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

Desk::Desk(api::Api& for_api, api::KeyBook& for_keys, api::AuditLog& for_audit,
           session::SessionManager& for_sessions, store::Store& store, runtime::Clock& for_clock,
           Rng& for_rng, Policy for_policy)
    : api(for_api),
      keys(for_keys),
      audit(for_audit),
      sessions(for_sessions),
      clock(for_clock),
      rng(for_rng),
      policy(std::move(for_policy)),
      methods(api::methods(for_api, for_audit, for_clock)),
      router(ipc::daemon_commands()),
      by_key(for_clock, policy.rate_per_key),
      by_address(for_clock, policy.rate_per_address),
      failed_keys(for_clock, kFailedKeys),
      repetitions(store, for_clock) {}

Exchange::Exchange(Desk& desk, const Address& peer, RequestHead head)
    : desk_(desk), head_(std::move(head)), peer_(peer), begin_(desk.clock.now_steady()) {
  const std::string_view given = head_.header("x-request-id");
  request_id_ = is_request_id(given) ? std::string(given)
                                     : make_id("req", runtime::unix_millis(desk.clock), desk.rng);
  client_ = client_address(peer_, head_.header("x-forwarded-for"), desk.policy.trusted_proxies);
  const std::string_view origin = head_.header("origin");
  if (std::ranges::find(desk.policy.cors_origins, origin) != desk.policy.cors_origins.end())
    cors_origin_ = origin;
  caller_.local = false;
  caller_.scopes = 0;
  caller_.address = client_.to_string();
}

Surroundings Exchange::surroundings() const {
  return {request_id_, desk_.policy.tls, cors_origin_, head_.http11, head_.keep_alive};
}

Response Exchange::refuse(const Error& error, int status) const {
  Response out = problem(error, request_id_, status);
  decorate(out);
  return out;
}

void Exchange::decorate(Response& response) const {
  if (head_.method == "HEAD") response.no_body = true;
  if (budget_.limit == 0) return;
  response.set("X-RateLimit-Limit", std::to_string(budget_.limit));
  response.set("X-RateLimit-Remaining", std::to_string(budget_.remaining));
  response.set("X-RateLimit-Reset", std::to_string((budget_.reset_ms + 999) / 1000));
}

std::optional<Response> Exchange::judge() {
  const Status head_is_fine = check_head();
  if (!head_is_fine) return refuse(head_is_fine.error());
  auto target = parse_target(head_.target);
  if (target) target_ = std::move(*target);
  const Status address_is_fine = check_address();
  if (!address_is_fine) return refuse(address_is_fine.error());
  if (!target) return refuse(target.error());
  if (auto answer = preflight()) return answer;
  if (auto answer = page()) return answer;
  auto match = desk_.router.match(head_.method, target_.segments);
  if (!match) {
    Response out = refuse(match.error());
    if (out.status == 405) out.set("Allow", desk_.router.allowed(target_.segments));
    return out;
  }
  match_ = std::move(*match);
  const Status admitted = admit();
  if (!admitted) return refuse(admitted.error());
  return std::nullopt;
}

// RFC 9112: exactly one Host in HTTP/1.1.
Status Exchange::check_head() const {
  const auto hosts = std::ranges::count_if(
      head_.headers, [](const auto& header) { return header.first == "host"; });
  if (hosts > 1 || (hosts == 0 && head_.http11))
    return fail(ErrorCode::invalid_request, "the request must have one Host header");
  return {};
}

// Health and documentation are for everybody who reaches the listener.
bool Exchange::is_open_path() const {
  return target_.path == "/api/health/live" || target_.path == "/api/health/ready" ||
         target_.path == "/api/docs" || target_.path == "/api/openapi.json";
}

Status Exchange::check_address() {
  if (!desk_.policy.allowed.empty() && !desk_.policy.allowed.contains(client_) && !is_open_path())
    return fail(ErrorCode::forbidden_address, "this address may not call the listener");
  const Budget budget = desk_.by_address.count(counting_name(client_));
  if (!budget.exceeded) return {};
  suppressed_ = !budget.first_excess;
  return fail(too_many(budget, "too many requests from this address"));
}

std::optional<Response> Exchange::preflight() const {
  if (head_.method != "OPTIONS" || cors_origin_.empty() ||
      !head_.has("access-control-request-method"))
    return std::nullopt;
  Response out;
  out.status = 204;
  out.set("Access-Control-Allow-Methods", "GET, HEAD, POST, PATCH, DELETE");
  out.set("Access-Control-Allow-Headers",
          "Content-Type, X-API-Key, Authorization, X-Request-Id, Idempotency-Key, Prefer, "
          "Last-Event-ID");
  out.set("Access-Control-Max-Age", "600");
  return out;
}

Status Exchange::admit() {
  const ipc::CommandInfo& command = match_.command->info;
  if (command.anyone) return {};
  const bool here = command.open_to_loopback && is_local(client_) &&
                    desk_.policy.trusted_proxies.empty() && !head_.has("x-api-key") &&
                    !head_.has("authorization");
  if (here) {
    caller_.scopes = 1U << static_cast<unsigned>(command.scope);
    return {};
  }
  WS_CHECK(authenticate());
  WS_CHECK(count_key());
  return api::may_call(caller_, command);
}

Status Exchange::authenticate() {
  const std::string name = counting_name(client_);
  const Budget failures = desk_.failed_keys.look(name);
  if (failures.exceeded)
    return fail(too_many(failures, "too many keys from this address were not valid"));
  WS_TRY(const std::string key, presented_key(head_));
  auto caller = desk_.keys.verify(key);
  if (!caller) {
    if (!key.empty()) desk_.failed_keys.count(name);
    return fail(std::move(caller).error());
  }
  caller->address = caller_.address;
  caller_ = std::move(*caller);
  return {};
}

Status Exchange::count_key() {
  budget_ = desk_.by_key.count(caller_.key_id);
  if (!budget_.exceeded) return {};
  suppressed_ = !budget_.first_excess;
  return fail(too_many(budget_, "too many requests with this key"));
}

std::uint64_t Exchange::body_limit() const {
  return match_.command != nullptr && ipc::is_send(*match_.command) ? kMaxSendBody : kMaxBody;
}

bool Exchange::wants_stream() const {
  return match_.command != nullptr && match_.command->info.streaming;
}

runtime::Task<Response> Exchange::run(std::string body) {
  body_hash_ = desk_.audit.hash_of(body);
  auto params = request_params(match_, target_, head_, body);
  if (!params) co_return refuse(params.error());
  body.clear();
  body.shrink_to_fit();
  session_reference_ = text_member(*params, "sessionId");
  if (session_reference_.empty()) session_reference_ = text_member(*params, "session");
  auto repeated = repetition(*params);
  if (!repeated) co_return refuse(repeated.error());
  if (*repeated) co_return co_await once(**std::move(repeated), *std::move(params));
  co_return co_await work(*std::move(params));
}

Result<std::optional<store::KeptAnswer>> Exchange::repetition(const nlohmann::json& params) const {
  if (!ipc::keeps_answer(*match_.command) || caller_.key_id.empty()) return std::nullopt;
  WS_TRY(std::optional<std::string> key, idempotency_key(head_));
  if (!key) return std::nullopt;
  const std::string request = std::string(match_.command->info.method) + ipc::dump_json(params);
  return store::KeptAnswer{
      caller_.key_id, *std::move(key), desk_.repetitions.hash_of(request), 0, "", 0};
}

runtime::Task<Response> Exchange::once(store::KeptAnswer request, nlohmann::json params) {
  const auto before = co_await desk_.repetitions.begin(request);
  if (!before) co_return refuse(before.error());
  if (*before) co_return replay(**before);
  Response out = co_await work(std::move(params));
  request.status = out.status;
  request.body = out.body;
  co_await desk_.repetitions.end(std::move(request));
  co_return out;
}

Response Exchange::replay(const store::KeptAnswer& before) const {
  Response out;
  out.status = before.status;
  out.body = before.body;
  if (out.status >= 400) out.content_type = "application/problem+json";
  out.set("Idempotent-Replay", "true");
  decorate(out);
  return out;
}

runtime::Task<Response> Exchange::work(nlohmann::json params) {
  rpc::Call call;
  call.request_id = request_id_;
  call.caller = caller_;
  const std::string method(match_.command->info.method);
  auto shared = std::make_shared<const nlohmann::json>(std::move(params));
  auto result = co_await rpc::run_method(desk_.methods.methods.at(match_.command->info.method),
                                         method, std::move(call), std::move(shared));
  if (!result) co_return refuse(result.error());
  co_return success(*result);
}

Response Exchange::success(const std::string& result) {
  const ipc::Route& route = match_.command->info.route;
  Response out;
  out.status = route.success;
  out.body = result;
  // Large answers are not taken apart again without need; only changes are put down in the audit.
  const bool names_session = session_reference_.empty() && api::is_mutating(match_.command->info);
  const bool looked_at = route.other != 0 || !route.media.empty() || names_session;
  const auto parsed = looked_at ? ipc::parse_json(result) : Result<nlohmann::json>();
  if (looked_at && parsed && parsed->is_object()) {
    if (route.other != 0 && text_member(*parsed, "status") == route.other_when)
      out.status = route.other;
    if (parsed->value("replayed", false)) out.set("Idempotent-Replay", "true");
    const std::string id = text_member(*parsed, "id");
    if (session_reference_.empty() && id.starts_with("sess_")) session_reference_ = id;
    if (!route.media.empty()) {
      out.content_type = route.media;
      out.body = text_member(*parsed, "text");
    }
  }
  decorate(out);
  return out;
}

std::string Exchange::audited_session() const {
  if (session_reference_.empty()) return caller_.session_id;
  const auto found = desk_.sessions.find(session_reference_);
  if (found) return found->row.id;
  return is_id("sess", session_reference_) ? session_reference_ : std::string();
}

bool Exchange::is_audited(const Response& response) const {
  const bool changes = head_.method != "GET" && head_.method != "HEAD" && head_.method != "OPTIONS";
  return (changes || response.status >= 400) && !suppressed_ && !is_open_path();
}

store::AuditRow Exchange::audit_row(const Response& response) const {
  store::AuditRow row = desk_.audit.row_for(caller_);
  row.session_id = audited_session();
  row.method = head_.method.substr(0, 16);
  row.endpoint = target_.path.empty() ? "/" : target_.path.substr(0, 256);
  if (match_.command != nullptr) row.rpc_method = match_.command->info.method;
  row.status_code = response.status;
  row.request_hash = body_hash_;
  row.request_id = request_id_;
  row.duration_ms =
      std::chrono::duration_cast<runtime::Duration>(desk_.clock.now_steady() - begin_).count();
  return row;
}

runtime::Task<> Exchange::finish(const Response& response) {
  if (!is_audited(response)) co_return;
  const bool done = match_.command != nullptr && response.status < 400;
  if (done && api::is_told_by_audit(*match_.command)) {
    co_await desk_.audit.keep(audit_row(response));
  } else {
    desk_.audit.record(audit_row(response));
  }
}

}  // namespace wasphere::http
