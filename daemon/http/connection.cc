#include "daemon/http/connection.h"

#include <array>

#include "core/util/id.h"
#include "daemon/http/event_stream.h"

namespace wasphere::http {
namespace {

using Step = RequestReader::Step;

constexpr std::chrono::seconds kHeadTime(10);
constexpr std::chrono::seconds kBodyTime(30);
constexpr std::chrono::seconds kIdleTime(60);
constexpr std::chrono::seconds kWriteTime(60);
constexpr std::chrono::seconds kLingerTime(2);
constexpr std::size_t kChunk = 8U << 10;

Response stopping_answer(const Exchange& exchange) {
  return exchange.refuse(Error{ErrorCode::shutting_down, "the daemon is stopping"});
}

// What a request that could not be read is told.
struct Unreadable {
  Error error;
  int status;
};

Unreadable why_unreadable(Step step, bool late) {
  if (late) return {{ErrorCode::timed_out, "the request did not come in time"}, 408};
  if (step == Step::head_too_large)
    return {{ErrorCode::payload_too_large, "the head of the request is larger than 16 KiB"}, 431};
  if (step == Step::body_too_large)
    return {{ErrorCode::payload_too_large, "the body is larger than this path takes"}, 413};
  return {{ErrorCode::invalid_request, "this is not an HTTP/1.1 request"}, 400};
}

}  // namespace

Connection::Connection(std::shared_ptr<Server::State> server, std::unique_ptr<ByteStream> stream,
                       Address peer)
    : server_(std::move(server)),
      stream_(std::move(stream)),
      peer_(std::move(peer)),
      timer_(server_->io) {}

void Connection::close() {
  closed_ = true;
  stream_->close();
}

void Connection::wind_up() {
  if (on_wind_up) on_wind_up();
  if (waiting_ && !reader_.begun()) close();
}

// Whoever waits for the client now waits no longer when the time is over.
void Connection::allow(std::chrono::seconds time) {
  late_ = false;
  timer_.expires_after(time);
  timer_.async_wait([weak = weak_from_this(), mine = ++deadline_](const auto& cancelled) {
    auto self = weak.lock();
    if (cancelled || !self || self->deadline_ != mine) return;
    self->late_ = true;
    self->stream_->interrupt();
  });
}

void Connection::stop_timer() {
  ++deadline_;
  timer_.cancel();
}

runtime::Task<> Connection::serve(std::shared_ptr<Connection> self) {
  self->allow(kHeadTime);
  const bool open = co_await self->stream_->open();
  self->stop_timer();
  Next next = open && !self->late_ ? Next::again : Next::end;
  while (next == Next::again && !self->closed_) next = co_await self->one_request();
  if (!self->closed_) co_await self->linger();
  self->stop_timer();
  self->close();
  if (--self->server_->live == 0) self->server_->idle.set();
}

runtime::Task<Step> Connection::read_until(Step wanted, std::chrono::seconds allowed) {
  std::array<char, kChunk> chunk;
  allow(allowed);
  Step step = reader_.step();
  while (step == Step::need_more && !late_) {
    const std::size_t count = co_await stream_->read(chunk);
    if (count == 0) break;
    // The clock of a head starts with its first byte.
    if (wanted == Step::head && !reader_.begun()) allow(kHeadTime);
    reader_.give({chunk.data(), count});
    step = reader_.step();
  }
  stop_timer();
  co_return step;
}

runtime::Task<Step> Connection::read_until_head() {
  waiting_ = true;
  const auto allowed = reader_.begun() ? kHeadTime : kIdleTime;
  const Step step = co_await read_until(Step::head, allowed);
  waiting_ = false;
  co_return step;
}

runtime::Task<Step> Connection::read_until_done() {
  co_return co_await read_until(Step::done, kBodyTime);
}

runtime::Task<Connection::Next> Connection::one_request() {
  const Step step = co_await read_until_head();
  if (step == Step::head) {
    Exchange exchange(server_->desk, peer_, reader_.head());
    co_return co_await answer(exchange);
  }
  // The client went, or was silent: there is nobody to be told.
  if (step == Step::need_more && (!late_ || !reader_.begun())) co_return Next::end;
  co_return co_await refuse_unreadable(step);
}

runtime::Task<Connection::Next> Connection::refuse_unreadable(Step step) {
  const Unreadable why = why_unreadable(step, late_);
  Surroundings around;
  around.request_id = make_id("req", runtime::unix_millis(server_->desk.clock), server_->desk.rng);
  around.tls = server_->desk.policy.tls;
  around.keep_alive = false;
  const Response response = problem(why.error, around.request_id, why.status);
  co_await send(response, around);
  co_return Next::end;
}

runtime::Task<Connection::Next> Connection::answer(Exchange& exchange) {
  Response response = co_await response_for(exchange);
  if (response.streamed) {
    co_await exchange.finish(response);
    co_await run_event_stream(shared_from_this(), server_, *stream_, exchange, response);
    co_return Next::end;
  }
  if (server_->stopping) response.close = true;
  co_await exchange.finish(response);
  const Surroundings around = exchange.surroundings();
  const bool sent = co_await send(response, around);
  if (!sent || response.close || !around.keep_alive) co_return Next::end;
  reader_.next();
  co_return Next::again;
}

runtime::Task<Response> Connection::response_for(Exchange& exchange) {
  std::optional<Response> early = exchange.judge();
  if (server_->stopping) early = stopping_answer(exchange);
  if (!early) co_return co_await after_body(exchange);
  // A client that was refused may go on with its next request, if what it still sends is small.
  const bool readable = !reader_.expects_continue() && reader_.accept_body(kMaxBody);
  const Step step = readable ? co_await read_until_done() : Step::need_more;
  early->close = early->close || step != Step::done;
  co_return std::move(*early);
}

runtime::Task<Response> Connection::after_body(Exchange& exchange) {
  Step step = Step::body_too_large;
  if (reader_.accept_body(exchange.body_limit())) {
    if (reader_.expects_continue()) co_await stream_->write("HTTP/1.1 100 Continue\r\n\r\n");
    step = co_await read_until_done();
  }
  if (step != Step::done) {
    const Unreadable why = why_unreadable(step, late_);
    Response out = exchange.refuse(why.error, why.status);
    out.close = true;
    co_return out;
  }
  if (exchange.wants_stream()) co_return open_event_stream(*server_, exchange);
  std::string body = reader_.take_body();
  co_return co_await exchange.run(std::move(body));
}

runtime::Task<bool> Connection::send(const Response& response, const Surroundings& around) {
  if (response.status >= 100 && response.status < 600)
    ++server_->counts.requests[response.status / 100];
  std::string bytes = head_text(response, around);
  if (!response.no_body) bytes += response.body;
  allow(kWriteTime);
  const bool sent = co_await stream_->write(bytes);
  stop_timer();
  co_return sent && !late_;
}

// A client that is still sending would lose the answer to the reset that a plain close is then.
runtime::Task<> Connection::linger() {
  std::array<char, kChunk> chunk;
  allow(kLingerTime);
  co_await stream_->finish();
  while (!late_) {
    const std::size_t count = co_await stream_->read(chunk);
    if (count == 0) break;
  }
  stop_timer();
}

}  // namespace wasphere::http
