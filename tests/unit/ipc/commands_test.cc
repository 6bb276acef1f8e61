// What must hold for every operation; the rest of it is asserted at compile time in commands.cc.
#include "ipc/commands.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <set>

#include "ipc/codec.h"
#include "ipc/json.h"

using nlohmann::json;
using namespace wasphere::ipc;

namespace {

std::vector<CommandType> all_commands() {
  std::vector<CommandType> out;
  for (auto list : {daemon_commands(), sandbox_commands()})
    out.insert(out.end(), list.begin(), list.end());
  return out;
}

const ValueType& innermost(const ValueType& type) {
  return type.element == nullptr ? type : innermost(*type.element);
}

json good_value(const FieldInfo& field, const ValueType& type);

json good_object(const ObjectType& object) {
  json out = json::object();
  for (const FieldInfo& field : object.fields)
    out[std::string(field.name)] = good_value(field, *field.type);
  return out;
}

// A value the field must accept.
json good_value(const FieldInfo& field, const ValueType& type) {
  switch (type.kind) {
    case Kind::text: {
      if (!field.rules.choices.empty()) return field.rules.choices.front();
      return std::string(std::max<std::size_t>(field.rules.min_length, 1), '7');
    }
    case Kind::integer:
      return std::max<std::int64_t>(field.rules.min, 1);
    case Kind::number:
      return static_cast<double>(std::max<std::int64_t>(field.rules.min, 1));
    case Kind::boolean:
      return true;
    case Kind::json:
      return json::object();
    case Kind::list:
      return json(std::max<std::size_t>(field.rules.min_count, 1),
                  good_value(field, *type.element));
    case Kind::optional:
      return good_value(field, *type.element);
    case Kind::object:
      return good_object(*type.object);
  }
  return {};
}

json wrong_type_value(const ValueType& type) {
  return type.kind == Kind::boolean ? json("no boolean") : json(true);
}

json full_params(const CommandType& command) {
  return good_object(*command.params);
}

template <class Command>
wasphere::Status decode_as(const json& params) {
  auto decoded = decode<Command>(params);
  if (!decoded) return wasphere::fail(std::move(decoded).error());
  return {};
}

// Decodes as the operation of that method does.
wasphere::Status decode_params(const CommandType& command, const json& params) {
  wasphere::Status status = wasphere::fail(wasphere::ErrorCode::internal, "no such operation");
  const auto try_one = [&](auto tag) {
    using Command = typename decltype(tag)::type;
    if (Command::command.method == command.info.method) status = decode_as<Command>(params);
  };
  for_each_type(Commands{}, try_one);
  for_each_type(SandboxCommands{}, try_one);
  return status;
}

}  // namespace

TEST_CASE("the daemon offers exactly these methods") {
  std::set<std::string_view> methods;
  for (const CommandType& command : daemon_commands()) methods.insert(command.info.method);
  REQUIRE(methods == std::set<std::string_view>{"audit.list",
                                                "chat.presence",
                                                "chat.typing",
                                                "contact.check",
                                                "contact.checkOne",
                                                "daemon.info",
                                                "daemon.metrics",
                                                "daemon.ping",
                                                "debug.advanceClock",
                                                "event.subscribe",
                                                "event.unsubscribe",
                                                "group.add",
                                                "group.create",
                                                "group.demote",
                                                "group.get",
                                                "group.leave",
                                                "group.list",
                                                "group.promote",
                                                "group.remove",
                                                "health.get",
                                                "health.live",
                                                "health.ready",
                                                "key.create",
                                                "key.delete",
                                                "key.list",
                                                "key.rotate",
                                                "key.update",
                                                "message.cancel",
                                                "message.delete",
                                                "message.edit",
                                                "message.get",
                                                "message.list",
                                                "message.react",
                                                "message.read",
                                                "message.search",
                                                "message.send",
                                                "message.sendContact",
                                                "message.sendLocation",
                                                "message.sendOther",
                                                "message.sendPoll",
                                                "message.status",
                                                "message.trace",
                                                "message.wait",
                                                "queue.cancel",
                                                "queue.hold",
                                                "queue.list",
                                                "queue.release",
                                                "queue.stats",
                                                "session.create",
                                                "session.delete",
                                                "session.disconnect",
                                                "session.get",
                                                "session.list",
                                                "session.logout",
                                                "session.pair",
                                                "session.qr",
                                                "session.reconnect",
                                                "session.update",
                                                "stats.get",
                                                "webhook.create",
                                                "webhook.delete",
                                                "webhook.deliveries",
                                                "webhook.get",
                                                "webhook.list",
                                                "webhook.redeliver",
                                                "webhook.replay",
                                                "webhook.rotateSecret",
                                                "webhook.test",
                                                "webhook.update",
                                                "workspace.get",
                                                "workspace.update"});
}

TEST_CASE("the sandbox offers exactly these methods") {
  std::set<std::string_view> methods;
  for (const CommandType& command : sandbox_commands()) methods.insert(command.info.method);
  REQUIRE(methods == std::set<std::string_view>{"clock",
                                                "failure",
                                                "fault.clear",
                                                "fault.handshake",
                                                "fault.message",
                                                "fault.pairing",
                                                "link.drop",
                                                "link.list",
                                                "link.refuse",
                                                "link.silence",
                                                "phone.create",
                                                "phone.enterCode",
                                                "phone.list",
                                                "phone.scan",
                                                "phone.unlink",
                                                "sandbox.contact.create",
                                                "sandbox.contact.inbox",
                                                "sandbox.contact.link",
                                                "sandbox.contact.list",
                                                "sandbox.contact.read",
                                                "sandbox.contact.receipts",
                                                "sandbox.contact.reinstall",
                                                "sandbox.contact.retry",
                                                "sandbox.contact.send",
                                                "sandbox.contact.set",
                                                "sandbox.group.add",
                                                "sandbox.group.create",
                                                "sandbox.group.list",
                                                "sandbox.group.remove",
                                                "sandbox.info",
                                                "sandbox.policy",
                                                "stream.error"});
}

TEST_CASE("every operation accepts all its parameters at once") {
  for (const CommandType& command : all_commands()) {
    CAPTURE(command.info.method);
    auto status = decode_params(command, full_params(command));
    REQUIRE((status ? std::string() : status.error().message) == std::string());
  }
}

TEST_CASE("every operation names a parameter it does not know") {
  for (const CommandType& command : all_commands()) {
    CAPTURE(command.info.method);
    json params = full_params(command);
    params["zzzzzzzz"] = 1;
    auto status = decode_params(command, params);
    REQUIRE_FALSE(status);
    REQUIRE(status.error().fields.size() == 1);
    REQUIRE(status.error().fields[0].pointer == "/zzzzzzzz");
    REQUIRE(status.error().fields[0].code == "UNKNOWN");
  }
}

TEST_CASE("every parameter is checked for presence and type") {
  for (const CommandType& command : all_commands()) {
    for (const FieldInfo& field : command.params->fields) {
      CAPTURE(command.info.method, field.name);
      const std::string name(field.name);
      json params = full_params(command);
      params.erase(name);
      auto missing = decode_params(command, params);
      REQUIRE(missing.has_value() == !field.required());
      if (!missing) REQUIRE(missing.error().fields[0].code == "REQUIRED");
      if (field.value().kind == Kind::json) continue;  // takes any type
      params[name] = wrong_type_value(field.value());
      auto mistyped = decode_params(command, params);
      REQUIRE_FALSE(mistyped);
      REQUIRE(mistyped.error().fields[0].pointer == "/" + name);
      REQUIRE(mistyped.error().fields[0].code == "TYPE");
    }
  }
}

TEST_CASE("bounds hold at their edges") {
  for (const CommandType& command : all_commands()) {
    for (const FieldInfo& field : command.params->fields) {
      if (field.value().kind != Kind::integer) continue;
      CAPTURE(command.info.method, field.name);
      json params = full_params(command);
      json& value = params[std::string(field.name)];
      value = field.rules.min;
      REQUIRE(decode_params(command, params));
      value = field.rules.max;
      REQUIRE(decode_params(command, params));
      if (field.rules.min > INT64_MIN) {
        value = field.rules.min - 1;
        REQUIRE_FALSE(decode_params(command, params));
      }
      if (field.rules.max < INT64_MAX) {
        value = field.rules.max + 1;
        REQUIRE_FALSE(decode_params(command, params));
      }
    }
  }
}

TEST_CASE("text that reaches the programs is bounded") {
  for (const CommandType& command : all_commands()) {
    for (const FieldInfo& field : command.params->fields) {
      const ValueType& type = innermost(*field.type);
      if (type.kind != Kind::text) continue;
      CAPTURE(command.info.method, field.name);
      REQUIRE((field.rules.max_length != kNoLimit || !field.rules.choices.empty()));
    }
  }
}

TEST_CASE("methods and verbs are found by name") {
  REQUIRE(find_method("session.create")->info.cli == "session create");
  REQUIRE(find_verb("session create")->info.method == "session.create");
  REQUIRE(find_verb("sandbox phone scan")->info.method == "phone.scan");
  REQUIRE(find_method("session") == nullptr);
  REQUIRE(find_verb("") == nullptr);
}

TEST_CASE("the nearest method is suggested, but never a hidden one") {
  REQUIRE(nearest_method("session.creat", daemon_commands()) == "session.create");
  REQUIRE(nearest_method("debug.advanceClok", daemon_commands()).empty());
}

TEST_CASE("verbs are lower case words, methods lower camel") {
  for (const CommandType& command : all_commands()) {
    CAPTURE(command.info.method);
    REQUIRE(command.info.cli.find_first_not_of("abcdefghijklmnopqrstuvwxyz -") ==
            std::string_view::npos);
    REQUIRE(command.info.method.find_first_of(" -_") == std::string_view::npos);
  }
}

TEST_CASE("events have unique names and an encodable shape") {
  std::set<std::string_view> names;
  for (const EventType& event : event_types()) {
    REQUIRE(names.insert(event.info.name).second);
    event.data->with_default(
        [](const void* object, void* type) {
          const json encoded = encode_object(*static_cast<const ObjectType*>(type), object,
                                             EmptyOptionals::written_as_null);
          REQUIRE(encoded.is_object());
        },
        const_cast<ObjectType*>(event.data));
  }
  REQUIRE(names.size() == kEventNames.size());
}

TEST_CASE("a session answers with all its members") {
  SessionView view;
  view.status = "connected";
  const json encoded = encode(view);
  REQUIRE(encoded.size() == 25);
  REQUIRE(encoded["phoneNumber"].is_null());
  REQUIRE(encoded["reconnect"] ==
          json{{"attempt", 0}, {"maxAttempts", 0}, {"nextAttemptAt", nullptr}});
  auto decoded = decode<SessionView>(encoded);
  REQUIRE(decoded);
}

TEST_CASE("settings of create and update are the same and next to the rest") {
  auto created = decode<SessionCreate>(
      json{{"name", "ops"}, {"msgDelayMinMs", 5}, {"typingSimulation", false}});
  REQUIRE(created);
  REQUIRE(created->name == "ops");
  REQUIRE(created->msgDelayMinMs == 5);
  REQUIRE(created->typingSimulation == false);
  REQUIRE_FALSE(created->rateLimitPerMin);
  auto updated = decode<SessionUpdate>(json{{"session", "ops"}, {"rateLimitPerMin", 1000}});
  REQUIRE(updated);
  REQUIRE(updated->rateLimitPerMin == 1000);
}
