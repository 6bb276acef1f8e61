#include "daemon/rpc/rpc_server.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <nlohmann/json.hpp>
#include <vector>

#include "core/util/id.h"
#include "daemon/runtime/async_event.h"
#include "daemon/runtime/log.h"
#include "ipc/jsonrpc.h"

namespace wasphere::rpc {

using Connection = std::shared_ptr<runtime::LineConnection>;

struct RpcServer::State {
  boost::asio::io_context& io;
  runtime::Clock& clock;
  Rng& rng;
  MethodTable table;
  RpcServerOptions options;
  std::size_t in_flight = 0;
  runtime::AsyncEvent idle{};  // set whenever the last call in flight was answered
  std::unique_ptr<runtime::LineServer> server{};

  std::string new_request_id() { return make_id("req", runtime::unix_millis(clock), rng); }
};

namespace {

// A client that sends faster than it is answered is told so instead of filling memory.
constexpr std::size_t kMaxInFlight = 4096;

Result<ipc::Request> ready_request(ipc::Call& call, bool overloaded) {
  if (!call.request) return fail(std::move(call.request).error());
  if (overloaded)
    return fail(ErrorCode::rate_limited, "too many calls are waiting for their answers");
  return std::move(*call.request);
}

}  // namespace

runtime::Task<Result<std::string>> run_method(const Method& method, std::string name, Call call,
                                              std::shared_ptr<const nlohmann::json> params) {
  try {
    co_return co_await method(std::move(call), std::move(params));
  } catch (const std::exception& bug) {
    runtime::log_error("rpc", "{} failed: {}", name, bug.what());
  }
  co_return fail(ErrorCode::internal, "the daemon met a bug while answering");
}

// Coroutines of the server take its state by value: they may outlive the RpcServer object.
struct RpcCalls {
  using StatePtr = std::shared_ptr<RpcServer::State>;

  static runtime::Task<Result<std::string>> dispatch(StatePtr state, Call call,
                                                     ipc::Request request) {
    auto found = state->table.methods.find(request.method);
    if (found == state->table.methods.end()) {
      auto nearest = ipc::nearest_method(request.method, state->table.commands);
      co_return fail(ipc::unknown_method(request.method, nearest));
    }
    co_return co_await run_method(found->second, std::move(request.method), std::move(call),
                                  std::move(request.params));
  }

  // The answer line; empty for notifications.
  static runtime::Task<std::string> answer(StatePtr state, Connection connection,
                                           ipc::Call received) {
    const std::string id = received.id;
    const std::string request_id = state->new_request_id();
    auto request = ready_request(received, state->in_flight > kMaxInFlight);
    if (!request) co_return ipc::make_error(id, request.error(), request_id);
    const bool silent = request->is_notification();
    Call call;
    call.caller.uid = connection->peer().uid;
    call.connection = std::move(connection);
    call.request_id = request_id;
    auto result = co_await dispatch(state, std::move(call), std::move(*request));
    if (silent) co_return std::string();
    if (!result) co_return ipc::make_error(id, result.error(), request_id);
    co_return ipc::make_result_text(id, *result);
  }

  static runtime::Task<> serve(StatePtr state, Connection connection, ipc::Message message) {
    std::vector<std::string> answers;
    for (ipc::Call& call : message.calls) {
      std::string line = co_await answer(state, connection, std::move(call));
      if (!line.empty()) answers.push_back(std::move(line));
    }
    if (--state->in_flight == 0) state->idle.set();
    if (answers.empty()) co_return;
    std::string line = message.batch ? ipc::join_batch(answers) : std::move(answers.front());
    connection->send(std::move(line));
  }

  static void on_line(const StatePtr& state, Connection connection, std::string line) {
    ++state->in_flight;
    boost::asio::co_spawn(state->io, serve(state, std::move(connection), ipc::parse_message(line)),
                          boost::asio::detached);
  }

  static void on_oversized(const StatePtr& state, const Connection& connection) {
    const std::size_t limit = state->options.socket.max_line;
    Error error{ErrorCode::payload_too_large,
                "a line is longer than " + std::to_string(limit) + " bytes"};
    connection->send(ipc::make_error("null", error, state->new_request_id()));
  }

  static runtime::LineHandlers handlers(const StatePtr& state) {
    std::weak_ptr<RpcServer::State> weak = state;
    runtime::LineHandlers out;
    out.admit = state->options.admit;
    out.on_line = [weak](Connection connection, std::string line) {
      if (auto alive = weak.lock()) on_line(alive, std::move(connection), std::move(line));
    };
    out.on_oversized = [weak](Connection connection) {
      if (auto alive = weak.lock()) on_oversized(alive, connection);
    };
    out.on_closed = [weak](const runtime::LineConnection& connection) {
      auto alive = weak.lock();
      if (alive && alive->options.on_closed) alive->options.on_closed(connection);
    };
    return out;
  }
};

RpcServer::RpcServer(std::shared_ptr<State> state) : state_(std::move(state)) {}

RpcServer::~RpcServer() {
  state_->server.reset();
}

Result<std::unique_ptr<RpcServer>> RpcServer::start(boost::asio::io_context& io,
                                                    runtime::Clock& clock, Rng& rng,
                                                    MethodTable methods, RpcServerOptions options) {
  runtime::LineServerOptions socket = options.socket;
  std::shared_ptr<State> state(new State{io, clock, rng, std::move(methods), std::move(options)});
  WS_TRY(state->server, runtime::serve_lines(io, std::move(socket), RpcCalls::handlers(state)));
  return std::unique_ptr<RpcServer>(new RpcServer(std::move(state)));
}

void RpcServer::stop_accepting() {
  state_->server->stop_accepting();
}

runtime::Task<> RpcServer::drain() {
  auto state = state_;
  while (state->in_flight > 0) {
    state->idle.reset();
    co_await state->idle.wait();
  }
}

}  // namespace wasphere::rpc
