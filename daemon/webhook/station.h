// Everything that webhooks need, made and owned in one place.
#pragma once

#include <memory>
#include <string>

#include "daemon/webhook/webhooks.h"

namespace wasphere::webhook {

struct StationOptions {
  net::GuardOptions guard;
  Retention retention;
  std::string user_agent;
};

// What webhooks work with; all of it outlives the station.
struct StationServices {
  boost::asio::io_context& io;
  store::Store& store;
  runtime::Clock& clock;
  Rng& rng;
  events::Encoder& encoder;
};

class Station {
 public:
  static Result<std::unique_ptr<Station>> open(StationServices services, StationOptions options);

  runtime::Task<Status> start() { return dispatcher_.start(); }
  runtime::Task<> stop() { return dispatcher_.stop(); }
  void wake() { dispatcher_.wake(); }
  Webhooks& webhooks() { return webhooks_; }

 private:
  Station(StationServices services, StationOptions options,
          std::unique_ptr<net::HttpClient> client);

  net::UrlGuard guard_;
  std::unique_ptr<net::HttpClient> client_;
  net::SystemLookup names_;
  Sender sender_;
  Services services_;
  Dispatcher dispatcher_;
  Webhooks webhooks_;
};

}  // namespace wasphere::webhook
