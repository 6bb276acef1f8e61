// Transports whose other end is the test.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <utility>

#include "daemon/net/transport.h"

namespace wasphere::test {

// One opened transport as the test sees it. It outlives the Transport that the code under test
// holds. open(), deliver() and fail() call that code back at once; they do nothing once it has
// dropped the transport.
struct FakeConnection {
  net::Endpoint endpoint;
  std::deque<Bytes> sent;        // messages in order; the test may pop what it has read
  bool close_requested = false;  // close() was called
  bool dropped = false;          // the Transport was destroyed
  bool ended = false;            // on_closed was delivered

  bool alive() const { return !dropped && !ended; }

  void open() {
    if (alive() && events.on_open) call(events.on_open);
  }
  void deliver(BytesView bytes) {
    if (alive() && events.on_bytes) call(events.on_bytes, bytes);
  }
  void fail(ErrorCode code = ErrorCode::network_unreachable, std::string message = "test") {
    if (!alive()) return;
    ended = true;
    if (events.on_closed) call(events.on_closed, Error{code, std::move(message)});
  }

  net::TransportEvents events;

 private:
  // A copy, because the callee may destroy what holds the original.
  template <class F, class... Args>
  void call(F handler, Args&&... args) {
    handler(std::forward<Args>(args)...);
  }
};

class FakeTransportFactory final : public net::TransportFactory {
 public:
  std::unique_ptr<net::Transport> open(const net::Endpoint& endpoint,
                                       net::TransportEvents events) override {
    auto connection = std::make_shared<FakeConnection>();
    connection->endpoint = endpoint;
    connection->events = std::move(events);
    connections.push_back(connection);
    return std::make_unique<FakeTransport>(connection);
  }

  // The one opened last; null before the first.
  std::shared_ptr<FakeConnection> last() const {
    return connections.empty() ? nullptr : connections.back();
  }

  std::deque<std::shared_ptr<FakeConnection>> connections;  // every one ever opened, oldest first

 private:
  class FakeTransport final : public net::Transport {
   public:
    explicit FakeTransport(std::shared_ptr<FakeConnection> connection)
        : connection_(std::move(connection)) {}
    ~FakeTransport() override { connection_->dropped = true; }
    FakeTransport(const FakeTransport&) = delete;
    FakeTransport& operator=(const FakeTransport&) = delete;

    void send(Bytes message) override {
      if (connection_->alive()) connection_->sent.push_back(std::move(message));
    }
    void close() override { connection_->close_requested = true; }

   private:
    std::shared_ptr<FakeConnection> connection_;
  };
};

}  // namespace wasphere::test
