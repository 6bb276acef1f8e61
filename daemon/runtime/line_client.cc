#include "daemon/runtime/line_client.h"

#include <poll.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <utility>

namespace wasphere::runtime {
namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr std::size_t kKeptCapacity = 64U << 10;  // a larger buffer is freed when empty
constexpr std::size_t kDiscardFactor = 4;  // times the line limit: how far a longer line is read

void empty_out(std::string& buffer) {
  if (buffer.capacity() > kKeptCapacity) {
    buffer = std::string();
  } else {
    buffer.clear();
  }
}

bool hung_up(int fd) {
  pollfd state{fd, 0, 0};
  return ::poll(&state, 1, 0) > 0 && (state.revents & (POLLHUP | POLLERR)) != 0;
}

}  // namespace

LineClient::LineClient(Socket socket, Peer peer, std::shared_ptr<LineServerShared> shared)
    : socket_(std::move(socket)), peer_(std::move(peer)), shared_(std::move(shared)) {}

void LineClient::start() {
  error_code ignored;  // without it the first read fails and closes the connection
  socket_.non_blocking(true, ignored);
  wait_readable();
}

// What handlers get: when its last copy is gone, a half-closed connection is finished.
std::shared_ptr<LineConnection> LineClient::lend() {
  if (auto current = lent_.lock()) return current;
  // The deleter lets go of itself: lent_ keeps it, and what it holds, beyond its call.
  auto on_last = [self = shared_from_this()](LineConnection*) mutable {
    std::exchange(self, nullptr)->on_returned();
  };
  std::shared_ptr<LineConnection> handle(this, std::move(on_last));
  lent_ = handle;
  return handle;
}

void LineClient::on_returned() {
  if (closed_ || !end_of_input_) return;
  asio::post(socket_.get_executor(), [self = shared_from_this()] { self->finish_if_idle(); });
}

void LineClient::wait_readable() {
  if (reading_ || closed_ || closing_ || end_of_input_ || paused()) return;
  reading_ = true;
  socket_.async_wait(Socket::wait_read, [self = shared_from_this()](const error_code& ec) {
    self->reading_ = false;
    if (!ec) self->on_readable();
  });
}

void LineClient::on_readable() {
  if (closed_ || closing_) return;
  error_code ec;
  auto& scratch = shared_->scratch;
  const auto size = socket_.read_some(asio::buffer(scratch), ec);
  if (ec == asio::error::eof) return on_end_of_input();
  if (ec && ec != asio::error::would_block) return finish();
  if (size > 0) on_input({scratch.data(), size});
  wait_readable();
}

void LineClient::on_input(std::string_view bytes) {
  if (discarding_) return discard(bytes);
  in_ += bytes;
  process_lines();
}

void LineClient::on_end_of_input() {
  end_of_input_ = true;
  if (discarding_) return close();
  process_lines();
  if (closed_) return;
  watch_hang_up();
  finish_if_idle();
}

// A client that shut down only its sending side waits for answers; one that has closed altogether
// is reported by the kernel, now or later.
void LineClient::watch_hang_up() {
  socket_.async_wait(Socket::wait_error, [self = shared_from_this()](const error_code& ec) {
    if (!ec && hung_up(self->socket_.native_handle())) self->finish();
  });
  if (hung_up(socket_.native_handle())) finish();
}

void LineClient::process_lines() {
  std::string line;
  while (!closed_ && !closing_ && !paused() && next_line(line)) {
    if (line.size() > shared_->options.max_line) return refuse_oversized(true);
    shared_->handlers.on_line(lend(), std::move(line));
  }
  if (closed_ || closing_) return;
  const bool partial = searched_ == in_.size();
  if (partial && in_.size() - taken_ > shared_->options.max_line) return refuse_oversized(false);
  in_.erase(0, taken_);
  searched_ -= taken_;
  taken_ = 0;
  if (in_.empty()) empty_out(in_);
}

bool LineClient::next_line(std::string& line) {
  const auto end = in_.find('\n', searched_);
  const bool last = end == std::string::npos && end_of_input_ && taken_ < in_.size();
  if (end == std::string::npos && !last) {
    searched_ = in_.size();
    return false;
  }
  const auto stop = last ? in_.size() : end;
  line = in_.substr(taken_, stop - taken_);
  taken_ = searched_ = last ? stop : stop + 1;
  return true;
}

// The rest of the line is still read: a client that is busy writing it would not see the answer.
void LineClient::refuse_oversized(bool line_ended) {
  in_ = std::string();
  taken_ = searched_ = 0;
  discarding_ = true;
  if (shared_->handlers.on_oversized) shared_->handlers.on_oversized(lend());
  if (line_ended || end_of_input_) close();
}

void LineClient::discard(std::string_view bytes) {
  discarded_ += bytes.size();
  const bool line_ended = bytes.find('\n') != std::string_view::npos;
  if (line_ended || discarded_ > kDiscardFactor * shared_->options.max_line) close();
}

void LineClient::send(std::string line) {
  if (closed_ || closing_) return;
  out_ += line;
  out_ += '\n';
  schedule_flush();
}

void LineClient::close() {
  if (closed_ || closing_) return;
  closing_ = true;
  schedule_flush();
}

// Later, so that no handler runs inside send() or close(), and several answers go out in one write.
void LineClient::schedule_flush() {
  if (flush_scheduled_) return;
  flush_scheduled_ = true;
  asio::post(socket_.get_executor(), [self = shared_from_this()] { self->flush(); });
}

void LineClient::flush() {
  flush_scheduled_ = false;
  if (closed_) return;
  if (!write_out()) return finish();
  if (unsent_bytes() == 0) return on_written();
  flush_scheduled_ = true;
  socket_.async_wait(Socket::wait_write, [self = shared_from_this()](const error_code& ec) {
    if (!ec) self->flush();
  });
  process_lines();
  wait_readable();
}

// As much as the kernel takes now; false if the connection is broken.
bool LineClient::write_out() {
  error_code ec;
  while (!ec && unsent_bytes() > 0) {
    written_ += socket_.write_some(asio::buffer(out_.data() + written_, unsent_bytes()), ec);
  }
  if (unsent_bytes() == 0) {
    empty_out(out_);
    written_ = 0;
  } else if (written_ > kKeptCapacity) {
    out_.erase(0, written_);
    written_ = 0;
  }
  return !ec || ec == asio::error::would_block;
}

void LineClient::on_written() {
  if (closing_) return finish();
  if (const auto drained = on_drained) drained();
  if (closed_) return;
  process_lines();
  wait_readable();
  finish_if_idle();
}

void LineClient::finish_if_idle() {
  const bool all_read = end_of_input_ && in_.empty();
  if (all_read && unsent_bytes() == 0 && lent_.expired()) finish();
}

void LineClient::finish() {
  if (std::exchange(closed_, true)) return;
  const auto self = shared_from_this();
  error_code ignored;
  socket_.close(ignored);
  shared_->clients.erase(self);
  out_ = in_ = std::string();
  written_ = taken_ = searched_ = 0;
  on_drained = nullptr;
  if (shared_->handlers.on_closed) shared_->handlers.on_closed(*this);
}

void LineClient::abandon() {
  if (std::exchange(closed_, true)) return;
  write_out();
  error_code ignored;
  socket_.close(ignored);
}

}  // namespace wasphere::runtime
