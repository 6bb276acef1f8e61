// JSON-RPC over a LineServer: a line becomes a call of Handler::handle(Call, Request) for the
// operation of that name. The daemon and the sandbox's control socket both use it. Main thread
// only.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/util/rng.h"
#include "daemon/runtime/line_server.h"
#include "daemon/runtime/task.h"
#include "ipc/codec.h"
#include "ipc/commands.h"
#include "ipc/json_text.h"

namespace wasphere::rpc {

// On whose behalf. A user of the socket may do everything; an API key what its scopes allow, and
// only to its session if it is bound to one.
struct Caller {
  bool local = true;
  std::uint32_t uid = 0;       // of a local caller
  std::string key_id;          // key_…
  std::string key_prefix;      // how that key begins
  std::string session_id;      // the key's session; empty: any
  std::uint32_t scopes = ~0U;  // bit n: scope number n
  std::string address;         // of a remote caller
  // Whose idempotency keys these are.
  std::string owner() const { return local ? "local:" + std::to_string(uid) : key_id; }
  bool may(ipc::Scope scope) const {
    return scope == ipc::Scope::none || (scopes >> static_cast<unsigned>(scope) & 1U) != 0;
  }
};

// Who asks. The connection is null over HTTP, and may have closed by the time of the answer.
struct Call {
  std::shared_ptr<runtime::LineConnection> connection;
  std::string request_id;  // req_…, for logs and error objects
  Caller caller{};
};

// The JSON text of the result.
using Method =
    std::function<runtime::Task<Result<std::string>>(Call, std::shared_ptr<const nlohmann::json>)>;

struct MethodTable {
  std::unordered_map<std::string_view, Method> methods;
  std::span<const ipc::CommandType> commands;  // for suggestions
};

// The one place where callers are judged, whatever way their requests came: a handler with
// authorize(call, CommandInfo) and authorize(call, request) is asked by both before it works.
template <class Request, class Handler>
Result<Request> admitted_request(Handler& handler, const Call& call, const nlohmann::json& params) {
  constexpr bool kJudges = requires { handler.authorize(call, Request::command); };
  if constexpr (kJudges) {
    WS_CHECK(handler.authorize(call, Request::command));
  }
  WS_TRY(Request request, ipc::decode<Request>(params));
  if constexpr (kJudges) {
    WS_CHECK(handler.authorize(call, request));
  }
  return request;
}

template <class Request, class Handler>
runtime::Task<Result<std::string>> call_handler(Handler& handler, Call call,
                                                std::shared_ptr<const nlohmann::json> params) {
  auto request = admitted_request<Request>(handler, call, *params);
  if (!request) co_return fail(std::move(request).error());
  auto response = co_await handler.handle(std::move(call), std::move(*request));
  if (!response) co_return fail(std::move(response).error());
  co_return ipc::answer_text(*response);
}

// One entry for each operation of the list; an operation without a handle() does not compile.
// `handler` outlives the table. The caller's file includes <nlohmann/json.hpp>.
template <class Commands, class Handler>
MethodTable make_methods(Handler& handler, std::span<const ipc::CommandType> commands) {
  MethodTable table;
  table.commands = commands;
  ipc::for_each_type(Commands{}, [&](auto tag) {
    using Request = typename decltype(tag)::type;
    table.methods.emplace(Request::command.method,
                          [&handler](Call call, std::shared_ptr<const nlohmann::json> params) {
                            return call_handler<Request>(handler, std::move(call),
                                                         std::move(params));
                          });
  });
  return table;
}

// Calls it; what it throws is a bug, logged and answered with `internal`.
runtime::Task<Result<std::string>> run_method(const Method& method, std::string name, Call call,
                                              std::shared_ptr<const nlohmann::json> params);

struct RpcServerOptions {
  runtime::LineServerOptions socket;
  std::function<bool(const runtime::Peer&)> admit;                  // who may connect
  std::function<void(const runtime::LineConnection&)> on_closed{};  // a client has gone
};

class RpcServer {
 public:
  // state_locked or io_error if the socket cannot be had.
  static Result<std::unique_ptr<RpcServer>> start(boost::asio::io_context& io,
                                                  runtime::Clock& clock, Rng& rng,
                                                  MethodTable methods, RpcServerOptions options);
  ~RpcServer();  // closes every connection; calls in flight must have ended or never resume
  void stop_accepting();
  // Returns when every call has been answered.
  runtime::Task<> drain();

 private:
  friend struct RpcCalls;
  struct State;
  explicit RpcServer(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

}  // namespace wasphere::rpc
