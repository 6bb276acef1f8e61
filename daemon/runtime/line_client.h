// One connection of a LineServer.
#pragma once

#include <boost/asio/local/stream_protocol.hpp>
#include <memory>
#include <string>
#include <unordered_set>

#include "daemon/runtime/line_server.h"

namespace wasphere::runtime {

class LineClient;

// What the connections of one server share.
struct LineServerShared {
  LineServerOptions options;
  LineHandlers handlers;
  std::unordered_set<std::shared_ptr<LineClient>> clients;
  std::string scratch;  // one read buffer for all: a read is taken out before the next one starts
};

class LineClient final : public LineConnection, public std::enable_shared_from_this<LineClient> {
 public:
  using Socket = boost::asio::local::stream_protocol::socket;

  LineClient(Socket socket, Peer peer, std::shared_ptr<LineServerShared> shared);
  void start();
  void abandon();  // the server ends: what the kernel still takes is written, no handler is called

  const Peer& peer() const override { return peer_; }
  void send(std::string line) override;
  std::size_t unsent_bytes() const override { return out_.size() - written_; }
  void close() override;

 private:
  std::shared_ptr<LineConnection> lend();
  void on_returned();
  void wait_readable();
  void on_readable();
  void on_input(std::string_view bytes);
  void on_end_of_input();
  void watch_hang_up();
  void process_lines();
  bool next_line(std::string& line);
  void refuse_oversized(bool line_ended);
  void discard(std::string_view bytes);
  void schedule_flush();
  void flush();
  bool write_out();
  void on_written();
  void finish_if_idle();
  void finish();
  bool paused() const { return unsent_bytes() > shared_->options.max_unsent; }

  Socket socket_;
  Peer peer_;
  std::shared_ptr<LineServerShared> shared_;
  std::weak_ptr<LineConnection>
      lent_;  // the shared_ptr that handlers got; expired: nobody holds it
  std::string in_;
  std::size_t taken_ = 0;     // bytes at the front of in_ that were delivered
  std::size_t searched_ = 0;  // bytes of in_ known to hold no further newline
  std::string out_;
  std::size_t written_ = 0;  // bytes at the front of out_ that the kernel has
  std::size_t discarded_ = 0;
  bool reading_ = false;  // a wait for input is under way
  bool flush_scheduled_ = false;
  bool end_of_input_ = false;
  bool discarding_ = false;  // the rest of an oversized line
  bool closing_ = false;     // close() was called
  bool closed_ = false;
};

}  // namespace wasphere::runtime
