#include "daemon/api/authorize.h"

#include <catch2/catch.hpp>

#include "daemon/api/key_book.h"
#include "tests/unit/daemon/session/world.h"

namespace wasphere::api {
namespace {

rpc::Caller key_with(std::vector<std::string> permissions, std::string session_id = "") {
  rpc::Caller out;
  out.local = false;
  out.key_id = "key_1";
  out.scopes = scope_bits(permissions);
  out.session_id = std::move(session_id);
  return out;
}

template <class Request>
ErrorCode refusal(const SessionGate& gate, Request request) {
  auto passed = check_binding(gate, request);
  return passed ? ErrorCode::internal : passed.error().code;
}

// Two sessions that wait for their scan.
struct TwoSessions : test::World {
  TwoSessions() {
    REQUIRE(start());
    mine = add("mine");
    other = add("other");
  }
  std::string add(const std::string& name) {
    session::NewSession wanted;
    wanted.name = name;
    const auto created = run(manager->create(std::move(wanted)));
    REQUIRE(created);
    return created->row.id;
  }
  std::string mine, other;
};

}  // namespace

TEST_CASE("an operation is open to its scope, and closed without one", "[authorize]") {
  const auto reader = key_with({"sessions:read"});
  CHECK(may_call(reader, ipc::SessionGet::command));
  const auto refused = may_call(reader, ipc::SessionDelete::command);
  REQUIRE(!refused);
  CHECK(refused.error().code == ErrorCode::forbidden_scope);
  CHECK(refused.error().message.find("sessions:delete") != std::string::npos);
  CHECK(may_call(key_with({"*"}), ipc::SessionDelete::command));
}

TEST_CASE("what belongs to the socket, or to no scope, is closed to every key", "[authorize]") {
  const auto all = key_with({"*"});
  CHECK(!may_call(all, ipc::DaemonInfoGet::command));
  CHECK(!may_call(all, ipc::DebugAdvanceClock::command));
  ipc::CommandInfo unmapped = ipc::SessionGet::command;
  unmapped.scope = ipc::Scope::none;
  CHECK(!may_call(all, unmapped));
  CHECK(may_call(rpc::Caller(), unmapped));
}

TEST_CASE("a bound key reaches its session by id and by name, and no other", "[authorize]") {
  TwoSessions world;
  const auto caller = key_with({"*"}, world.mine);
  const SessionGate gate(*world.manager, caller);
  for (const std::string& reference : {std::string("mine"), world.mine}) {
    ipc::SessionGet request;
    request.session = reference;
    CHECK(check_binding(gate, request));
    CHECK(request.session == world.mine);  // whatever it is renamed to meanwhile
  }
  for (const std::string& reference : {std::string("other"), world.other, std::string("none")}) {
    ipc::SessionGet request;
    request.session = reference;
    CHECK(refusal(gate, request) == ErrorCode::forbidden_session);
  }
}

TEST_CASE("a bound key gets no operation that is about no session", "[authorize]") {
  TwoSessions world;
  const auto caller = key_with({"*"}, world.mine);
  const SessionGate gate(*world.manager, caller);
  CHECK(refusal(gate, ipc::SessionCreate()) == ErrorCode::forbidden_session);
  CHECK(refusal(gate, ipc::KeyList()) == ErrorCode::forbidden_session);
  ipc::KeyCreate own;
  own.sessionId = "mine";
  CHECK(refusal(gate, own) == ErrorCode::forbidden_session);
  ipc::SessionList list;
  CHECK(check_binding(gate, list));
}

TEST_CASE("a list of sessions is filled with the only one, or must name nothing else",
          "[authorize]") {
  TwoSessions world;
  const auto caller = key_with({"*"}, world.mine);
  const SessionGate gate(*world.manager, caller);
  ipc::EventSubscribe all;
  REQUIRE(check_binding(gate, all));
  CHECK(all.sessions == std::vector{world.mine});
  ipc::EventSubscribe both;
  both.sessions = {{"mine", "other"}};
  CHECK(refusal(gate, both) == ErrorCode::forbidden_session);
}

TEST_CASE("the webhooks of a bound key are of its session", "[authorize]") {
  TwoSessions world;
  const auto caller = key_with({"*"}, world.mine);
  const SessionGate gate(*world.manager, caller);
  ipc::WebhookCreate made;
  REQUIRE(check_binding(gate, made));
  CHECK(made.sessionIds == std::vector{world.mine});
  ipc::WebhookUpdate widened;
  widened.sessionIds = {{"mine", "other"}};
  CHECK(refusal(gate, widened) == ErrorCode::forbidden_session);
}

TEST_CASE("a webhook gets no event that its key may not see", "[authorize]") {
  const auto reader = key_with({"webhooks:write", "sessions:read"});
  CHECK(may_see(reader, {"session.connected", "webhook.test"}));
  CHECK(may_see(key_with({"*"}), {"*"}));
  CHECK(may_see(rpc::Caller(), {"*"}));
  const auto refused = may_see(reader, {"session.connected", "message.received"});
  REQUIRE(!refused);
  CHECK(refused.error().code == ErrorCode::forbidden_scope);
  CHECK(refused.error().message.find("message.received") != std::string::npos);
  CHECK(refused.error().message.find("messages:read") != std::string::npos);
  CHECK(!may_see(reader, {"session.qr"}));
  CHECK(!may_see(reader, {"session.connected", "*"}));
}

TEST_CASE("events are seen with the scope of what they tell", "[authorize]") {
  CHECK(event_scope("session.connected") == ipc::Scope::sessions_read);
  CHECK(event_scope("session.qr") == ipc::Scope::sessions_write);
  CHECK(event_scope("session.code") == ipc::Scope::sessions_write);
  CHECK(event_scope("message.received") == ipc::Scope::messages_read);
}

}  // namespace wasphere::api
