// One client connection: requests read, judged and answered one after the other, each within its
// deadline. Main thread only.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>

#include "daemon/http/byte_stream.h"
#include "daemon/http/exchange.h"
#include "daemon/http/request_reader.h"
#include "daemon/http/server_state.h"

namespace wasphere::http {

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(std::shared_ptr<Server::State> server, std::unique_ptr<ByteStream> stream,
             Address peer);

  // To be spawned once; ends with the connection.
  static runtime::Task<> serve(std::shared_ptr<Connection> self);
  // Waits for a request, of which nothing has come or not all: it may be closed for another one.
  bool waits() const { return waiting_; }
  std::chrono::steady_clock::time_point waits_until() const { return timer_.expiry(); }
  void close();
  // No further request: an idle connection ends now, a busy one after its answer.
  void wind_up();
  std::function<void()> on_wind_up{};  // of a stream that has no end of its own

 private:
  enum class Next { again, end };

  runtime::Task<Next> one_request();
  runtime::Task<RequestReader::Step> read_until_head();
  runtime::Task<RequestReader::Step> read_until_done();
  runtime::Task<RequestReader::Step> read_until(RequestReader::Step wanted,
                                                std::chrono::seconds allowed);
  runtime::Task<Next> refuse_unreadable(RequestReader::Step step);
  runtime::Task<Next> answer(Exchange& exchange);
  runtime::Task<Response> response_for(Exchange& exchange);
  runtime::Task<Response> after_body(Exchange& exchange);
  runtime::Task<bool> send(const Response& response, const Surroundings& around);
  runtime::Task<> linger();
  void allow(std::chrono::seconds time);
  void stop_timer();

  std::shared_ptr<Server::State> server_;
  std::unique_ptr<ByteStream> stream_;
  Address peer_;
  RequestReader reader_;
  boost::asio::steady_timer timer_;
  bool waiting_ = false;
  unsigned deadline_ = 0;  // number of the deadline that is in force
  bool late_ = false;      // the deadline of what is read now has passed
  bool closed_ = false;
};

}  // namespace wasphere::http
