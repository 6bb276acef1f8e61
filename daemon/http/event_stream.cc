#include "daemon/http/event_stream.h"

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <charconv>
#include <nlohmann/json.hpp>

#include "daemon/http/params.h"

namespace wasphere::http {
namespace {

constexpr runtime::Duration kHeartbeat = std::chrono::seconds(15);
// What may wait for one slow client before its reader pauses.
constexpr std::size_t kWindow = 64U << 10;

std::string hex(std::size_t number) {
  std::array<char, 16> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number, 16).ptr;
  return {text.data(), end};
}

// What is to be written next, and the end of it all.
class StreamSink final : public events::Sink {
 public:
  bool ready() const override { return pending_.size() < kWindow; }

  void deliver(const store::EventRow& event) override {
    put("id: " + std::to_string(event.seq) + "\nevent: " + event.type + "\ndata: " + event.payload +
        "\n\n");
  }
  void gap(std::int64_t cursor, std::int64_t first_seq) override {
    put("event: gap\ndata: {\"after\":" + std::to_string(cursor) +
        ",\"firstSeq\":" + std::to_string(first_seq) + "}\n\n");
  }
  void put(const std::string& text) {
    pending_ += text;
    changed_.set();
  }
  void end() {
    ended_ = true;
    changed_.set();
  }
  bool ended() const { return ended_; }
  void unwatched() { watched_over_.set(); }
  runtime::Task<> watched_over() { co_await watched_over_.wait(); }

  runtime::Task<std::string> next() {
    if (pending_.empty() && !ended_) {
      changed_.reset();
      co_await changed_.wait();
    }
    co_return std::exchange(pending_, std::string());
  }

 private:
  std::string pending_;
  runtime::AsyncEvent changed_;
  runtime::AsyncEvent watched_over_;
  bool ended_ = false;
};

void rename(std::vector<std::pair<std::string, std::string>>& query, const char* from,
            const char* to) {
  for (auto& [name, value] : query)
    if (name == from) name = to;
}

// The query, with the names that HTTP has for it; Last-Event-ID is where the client was before.
Result<ipc::EventSubscribe> stream_request(Exchange& exchange) {
  Target target = exchange.target();
  rename(target.query, "types", "events");
  rename(target.query, "since", "after");
  WS_TRY(nlohmann::json params, request_params(exchange.match(), target, exchange.head(), ""));
  const std::string_view last = exchange.head().header("last-event-id");
  if (!last.empty()) {
    std::int64_t seq = 0;
    const auto [end, error] = std::from_chars(last.data(), last.data() + last.size(), seq);
    const bool number = error == std::errc() && end == last.data() + last.size();
    params["after"] = number ? nlohmann::json(seq) : nlohmann::json(last);
  }
  return ipc::decode<ipc::EventSubscribe>(params);
}

Status room_for_stream(Server::State& server, const Exchange& exchange) {
  const Policy& policy = server.desk.policy;
  const auto mine = server.streams_by_key.find(exchange.caller().key_id);
  const bool full = server.counts.streams >= policy.max_streams;
  const bool mine_full =
      mine != server.streams_by_key.end() && mine->second >= policy.max_streams_per_key;
  if (!full && !mine_full) return {};
  Error out{ErrorCode::rate_limited, "there are too many event streams"};
  out.retry_after_ms = 30'000;
  return fail(std::move(out));
}

Result<events::Filter> stream_filter(Server::State& server, Exchange& exchange,
                                     std::int64_t& after) {
  WS_TRY(ipc::EventSubscribe request, stream_request(exchange));
  WS_CHECK(room_for_stream(server, exchange));
  rpc::Call call;
  call.caller = exchange.caller();
  after = request.after.value_or(server.feed.newest());
  return exchange.desk().api.event_filter(call, request);
}

runtime::Task<bool> write_frame(ByteStream& stream, bool chunked, const std::string& text) {
  std::string bytes = chunked ? hex(text.size()) + "\r\n" + text + "\r\n" : text;
  co_return co_await stream.write(bytes);
}

// Clients say nothing on a stream; when they go, reading ends.
runtime::Task<> watch(std::shared_ptr<Connection> connection, ByteStream& stream,
                      std::shared_ptr<StreamSink> sink) {
  std::array<char, 512> ignored;
  while (!sink->ended()) {
    const std::size_t count = co_await stream.read(ignored);
    if (count == 0) break;
  }
  sink->end();
  sink->unwatched();
  connection.reset();
}

void beat(const std::shared_ptr<runtime::Timer>& timer, const std::weak_ptr<StreamSink>& weak,
          Server::State& server) {
  timer->arm(kHeartbeat, [timer = std::weak_ptr(timer), weak, &server] {
    auto sink = weak.lock();
    auto alive = timer.lock();
    if (!sink || !alive) return;
    sink->put(": heartbeat\n\n");
    beat(alive, weak, server);
  });
}

}  // namespace

Response open_event_stream(Server::State& server, Exchange& exchange) {
  std::int64_t after = 0;
  const auto filter = stream_filter(server, exchange, after);
  if (!filter) return exchange.refuse(filter.error());
  Response out;
  out.content_type = "text/event-stream";
  out.streamed = exchange.head().method != "HEAD";
  out.no_body = !out.streamed;
  return out;
}

runtime::Task<> run_event_stream(std::shared_ptr<Connection> connection,
                                 std::shared_ptr<Server::State> server, ByteStream& stream,
                                 Exchange& exchange, Response head) {
  std::int64_t after = 0;
  auto filter = stream_filter(*server, exchange, after);
  if (!filter) co_return;
  const std::string key = exchange.caller().key_id;
  const bool chunked = exchange.head().http11;
  auto sink = std::make_shared<StreamSink>();
  ++server->counts.streams;
  ++server->streams_by_key[key];
  ++server->counts.requests[2];
  const std::string head_bytes = head_text(head, exchange.surroundings());
  bool alive = co_await stream.write(head_bytes);
  sink->put("retry: 3000\n\n");
  auto reader = server->feed.subscribe(std::move(*filter), after, sink);
  boost::asio::co_spawn(server->io, watch(connection, stream, sink), boost::asio::detached);
  std::shared_ptr<runtime::Timer> timer = server->desk.clock.make_timer();
  beat(timer, sink, *server);
  connection->on_wind_up = [weak = std::weak_ptr(sink)] {
    if (auto ending = weak.lock()) ending->end();
  };
  while (alive && !sink->ended()) {
    const std::string text = co_await sink->next();
    if (!text.empty()) alive = co_await write_frame(stream, chunked, text);
    reader->resume();
  }
  reader->cancel();
  timer->cancel();
  sink->end();
  stream.interrupt();
  co_await sink->watched_over();
  if (alive && chunked) co_await stream.write("0\r\n\r\n");
  --server->counts.streams;
  if (--server->streams_by_key[key] == 0) server->streams_by_key.erase(key);
}

}  // namespace wasphere::http
