// What an API key may do. Judged on the operation and its decoded request, never on a path or other
// text: whatever way a request came, the session it names is found first and compared then.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/rpc/rpc_server.h"
#include "daemon/session/session_manager.h"

namespace wasphere::api {

// Whether the caller may call the operation at all: forbidden for operations of the socket only and
// for those that no scope opens, forbidden_scope with the name of the missing one.
Status may_call(const rpc::Caller& caller, const ipc::CommandInfo& command);
// The scope that lets a key see events of this type.
ipc::Scope event_scope(std::string_view event_type);
// Whether the caller may have these events ("*" stands for all) sent to a webhook: forbidden_scope
// names the first one that he may not see, and the scope for it.
Status may_see(const rpc::Caller& caller, const std::vector<std::string>& events);

// The places in which requests name sessions, made one: each reference is replaced by the id of the
// session it means, so that nothing can be renamed between this check and the work.
class SessionGate {
 public:
  SessionGate(const session::SessionManager& sessions, const rpc::Caller& caller)
      : sessions_(sessions), caller_(caller) {}

  Status pass(std::string& reference) const;
  // A missing reference means the session of the caller.
  Status pass(std::optional<std::string>& reference) const;
  Status pass(std::optional<std::vector<std::string>>& references) const;
  // What names no session at all.
  Status refuse() const;

 private:
  const session::SessionManager& sessions_;
  const rpc::Caller& caller_;
};

// forbidden_session unless the request of a bound key is about its own session. Requests say so by
// a member session, sessionId, sessions or sessionIds; the rest are refused, but for lists that
// filter themselves (Reach::filtered).
template <class Request>
Status check_binding(const SessionGate& gate, Request& request) {
  constexpr ipc::Reach reach = Request::command.reach;
  if constexpr (reach == ipc::Reach::filtered) {
    return {};
  } else if constexpr (reach == ipc::Reach::unbound) {
    return gate.refuse();
  } else if constexpr (requires { gate.pass(request.session); }) {
    return gate.pass(request.session);
  } else if constexpr (requires { gate.pass(request.sessionId); }) {
    return gate.pass(request.sessionId);
  } else if constexpr (requires { gate.pass(request.sessions); }) {
    return gate.pass(request.sessions);
  } else if constexpr (requires { gate.pass(request.sessionIds); }) {
    return gate.pass(request.sessionIds);
  } else {
    return gate.refuse();
  }
}

}  // namespace wasphere::api
