// A transport of the real factory on an event loop of the test's own, and what it reported.
#pragma once

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/net/lws_transport.h"
#include "tests/support/manual_clock.h"
#include "tests/support/run_until.h"

namespace wasphere::net {

inline Bytes some_bytes(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 31 + (i >> 8));
  return bytes;
}

// What one transport reported.
struct Seen {
  bool open = false;
  Bytes received;
  int pieces = 0;
  std::optional<Error> closed;
  int closed_count = 0;

  TransportEvents events() {
    TransportEvents events;
    events.on_open = [this] { open = true; };
    events.on_bytes = [this](BytesView bytes) {
      append(received, bytes);
      ++pieces;
    };
    events.on_closed = [this](Error error) {
      closed = std::move(error);
      ++closed_count;
    };
    return events;
  }
};

struct Fixture {
  boost::asio::io_context io;
  test::ManualClock clock;
  std::unique_ptr<TransportFactory> factory;
  Seen seen;
  std::unique_ptr<Transport> transport;

  explicit Fixture(LwsTransportConfig config = {}) {
    auto made = make_lws_transport_factory(io, clock, std::move(config));
    REQUIRE(made);
    factory = std::move(*made);
  }
  void open(const std::string& url) { transport = factory->open({url}, seen.events()); }
  template <class Done>
  bool wait_for(Done done) {
    return test::run_until(io, done);
  }
  bool wait_closed() {
    return wait_for([&] { return seen.closed.has_value(); });
  }
};

inline bool mentions(const std::optional<Error>& error, std::string_view part) {
  if (!error) return false;
  INFO(error->message);
  CHECK(error->message.find(part) != std::string::npos);
  return error->message.find(part) != std::string::npos;
}

}  // namespace wasphere::net
