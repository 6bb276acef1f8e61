// One request of a client and what is answered, without any I/O of the connection: who asks, which
// operation is meant, may he, and the call. Main thread only.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "daemon/api/api.h"
#include "daemon/api/audit_log.h"
#include "daemon/http/addresses.h"
#include "daemon/http/limits.h"
#include "daemon/http/repetitions.h"
#include "daemon/http/request.h"
#include "daemon/http/request_reader.h"
#include "daemon/http/response.h"
#include "daemon/http/router.h"
#include "daemon/http/target.h"

namespace wasphere::http {

struct Policy {
  NetworkList trusted_proxies;
  NetworkList allowed;  // empty: everybody
  std::vector<std::string> cors_origins;
  std::int64_t rate_per_key = 0;      // a minute; 0: no limit
  std::int64_t rate_per_address = 0;  // a minute; 0: no limit
  std::size_t max_streams = 10;
  std::size_t max_streams_per_key = 3;
  bool tls = false;
};

// What all exchanges of one listener share.
struct Desk {
  Desk(api::Api& for_api, api::KeyBook& for_keys, api::AuditLog& for_audit,
       session::SessionManager& for_sessions, store::Store& store, runtime::Clock& for_clock,
       Rng& for_rng, Policy for_policy);

  api::Api& api;
  api::KeyBook& keys;
  api::AuditLog& audit;
  session::SessionManager& sessions;
  runtime::Clock& clock;
  Rng& rng;
  Policy policy;
  rpc::MethodTable methods;
  Router router;
  RateLimiter by_key;
  RateLimiter by_address;
  RateLimiter failed_keys;  // by address
  Repetitions repetitions;
  std::string openapi;  // made when it is first asked for
  std::string docs;
};

class Exchange {
 public:
  // `peer` is the other end of the connection.
  Exchange(Desk& desk, const Address& peer, RequestHead head);

  // Everything that can be said before the body is read; nothing: read it, then run().
  std::optional<Response> judge();
  std::uint64_t body_limit() const;
  // A live stream instead of one answer: see event_stream.h.
  bool wants_stream() const;
  runtime::Task<Response> run(std::string body);

  Response refuse(const Error& error, int status = 0) const;
  // Last of all before it is answered: puts down in the audit log what was done or refused.
  runtime::Task<> finish(const Response& response);

  const RequestHead& head() const { return head_; }
  const Target& target() const { return target_; }
  const Match& match() const { return match_; }
  const rpc::Caller& caller() const { return caller_; }
  Surroundings surroundings() const;
  Desk& desk() { return desk_; }

 private:
  Status check_head() const;
  Status check_address();
  Status authenticate();
  Status count_key();
  Status admit();
  std::optional<Response> page() const;
  std::optional<Response> preflight() const;
  bool is_open_path() const;
  // Which repetition this may be; nothing: it is like any other request.
  Result<std::optional<store::KeptAnswer>> repetition(const nlohmann::json& params) const;
  runtime::Task<Response> once(store::KeptAnswer request, nlohmann::json params);
  runtime::Task<Response> work(nlohmann::json params);
  Response replay(const store::KeptAnswer& before) const;
  Response success(const std::string& result);
  void decorate(Response& response) const;
  std::string audited_session() const;
  bool is_audited(const Response& response) const;
  store::AuditRow audit_row(const Response& response) const;

  Desk& desk_;
  RequestHead head_;
  Address peer_;
  Address client_;
  std::string request_id_;
  std::string cors_origin_;
  Target target_;
  Match match_;
  rpc::Caller caller_;
  Budget budget_;
  bool suppressed_ = false;  // one of very many refusals, the first of which was recorded
  std::string session_reference_;
  std::string body_hash_;
  runtime::SteadyTime begin_;
};

}  // namespace wasphere::http
