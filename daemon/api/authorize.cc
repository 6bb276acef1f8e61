#include "daemon/api/authorize.h"

#include <algorithm>

#include "ipc/events.h"

namespace wasphere::api {
namespace {

tl::unexpected<Error> other_session() {
  return fail(ErrorCode::forbidden_session, "this key reaches one session only, not this one");
}

}  // namespace

Status may_call(const rpc::Caller& caller, const ipc::CommandInfo& command) {
  if (caller.local || command.anyone) return {};
  if (command.local_only)
    return fail(ErrorCode::forbidden, "this operation is for users of the daemon's socket");
  if (command.scope == ipc::Scope::none)
    return fail(ErrorCode::forbidden, "no key may call this operation");
  const bool other = command.also != ipc::Scope::none && caller.may(command.also);
  if (other || caller.may(command.scope)) return {};
  return fail(ErrorCode::forbidden_scope,
              "the key lacks the scope " + std::string(ipc::scope_name(command.scope)));
}

ipc::Scope event_scope(std::string_view event_type) {
  // Whoever sees a QR or a code can link the session to his own phone.
  if (event_type == "session.qr" || event_type == "session.code") return ipc::Scope::sessions_write;
  if (event_type.starts_with("session.")) return ipc::Scope::sessions_read;
  if (event_type.starts_with("webhook.")) return ipc::Scope::webhooks_read;
  return ipc::Scope::messages_read;
}

Status may_see(const rpc::Caller& caller, const std::vector<std::string>& events) {
  if (caller.local) return {};
  const bool all = std::ranges::find(events, "*") != events.end();
  for (const std::string_view event : ipc::kEventNames) {
    const bool named = all || std::ranges::find(events, event) != events.end();
    if (!named || caller.may(event_scope(event))) continue;
    return fail(ErrorCode::forbidden_scope,
                "the event " + std::string(event) + " needs the scope " +
                    std::string(ipc::scope_name(event_scope(event))) + ", which the key lacks" +
                    (all ? "; * stands for every event" : ""));
  }
  return {};
}

Status SessionGate::pass(std::string& reference) const {
  // An unknown session is answered like a foreign one: a bound key learns no names.
  auto found = sessions_.find(reference);
  if (!found || found->row.id != caller_.session_id) return other_session();
  reference = found->row.id;
  return {};
}

Status SessionGate::pass(std::optional<std::string>& reference) const {
  if (!reference) reference = caller_.session_id;
  return pass(*reference);
}

Status SessionGate::pass(std::optional<std::vector<std::string>>& references) const {
  if (!references || references->empty()) references.emplace({caller_.session_id});
  for (std::string& reference : *references) {
    WS_CHECK(pass(reference));
  }
  return {};
}

Status SessionGate::refuse() const {
  return fail(ErrorCode::forbidden_session,
              "this key reaches one session only, and this is about more than that");
}

}  // namespace wasphere::api
