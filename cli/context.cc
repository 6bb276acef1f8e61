#include "cli/context.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/clock.h"
#include "cli/member.h"

namespace wasphere::cli {
namespace {

using nlohmann::json;

Error nobody_at(const std::vector<std::string>& tried, Error last) {
  if (tried.size() > 1) {
    last.message = "There is no daemon at";
    for (const auto& path : tried) last.message += (path == tried.front() ? " " : " or ") + path;
    last.message += ".";
  }
  return last;
}

}  // namespace

Context::Context(const Verb& verb, Values values, Settings settings, Console& console,
                 const std::vector<Verb>& verbs)
    : verb_(verb),
      values_(std::move(values)),
      settings_(std::move(settings)),
      console_(console),
      verbs_(verbs) {}

Result<ipc::UnixClient> Context::connect_daemon() {
  const auto candidates = socket_candidates(settings_);
  Error last;
  for (const auto& path : candidates) {
    auto client = ipc::UnixClient::connect(path);
    if (client) {
      daemon_socket_ = path;
      trace("connected to " + path);
      return client;
    }
    last = std::move(client).error();
    // A socket that is there but closed to us is the answer; another one would be the wrong daemon.
    if (last.code != ErrorCode::daemon_unreachable) return fail(std::move(last));
  }
  return fail(nobody_at(candidates, std::move(last)));
}

std::string Context::sandbox_control() {
  if (const auto given = first_value(values_, "control")) return *given;
  if (const auto variable = environment("WASPHERE_SANDBOX_CONTROL")) return *variable;
  if (auto daemon = connect_daemon()) {
    const auto info = call(*daemon, "daemon.info", json::object());
    const std::string control = info ? text_member(member(*info, "sandbox"), "control") : "";
    if (!control.empty()) return control;
  }
  const std::filesystem::path socket =
      daemon_socket_.empty() ? socket_candidates(settings_).back() : daemon_socket_;
  return (socket.parent_path() / "sandbox.sock").string();
}

Result<ipc::UnixClient> Context::connect_sandbox() {
  const std::string path = sandbox_control();
  auto client = ipc::UnixClient::connect(path);
  if (client) {
    trace("connected to " + path);
    return client;
  }
  Error error = std::move(client).error();
  if (error.code == ErrorCode::daemon_unreachable) {
    error.message = "No sandbox answers at " + path + ".";
    error.remedy =
        "Start one ('wasphere-sandbox', or 'wasphered --sandbox'), or name its control socket with "
        "--control.";
  }
  return fail(std::move(error));
}

Result<json> Context::call(const ipc::CommandType& command, json params) {
  auto client = command.info.sandbox ? connect_sandbox() : connect_daemon();
  if (!client) return fail(std::move(client).error());
  return call(*client, command.info.method, params);
}

Result<json> Context::call(ipc::UnixClient& client, std::string_view method, const json& params) {
  const UnixTime before = wall_time();
  auto result = client.call(method, params, call_timeout());
  trace(std::string(method) + (result ? " answered" : " failed") + " after " +
        std::to_string((wall_time() - before).count()) + " ms");
  failed_request_ = result ? "" : client.last_request_id();
  return result;
}

void Context::trace(std::string_view line) {
  if (settings_.verbose) console_.note("# " + std::string(line));
}

}  // namespace wasphere::cli
