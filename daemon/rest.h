// The REST listener as the configuration wants it.
#pragma once

#include <memory>

#include "daemon/config/config.h"
#include "daemon/http/server.h"

namespace wasphere {

struct RestServices {
  boost::asio::io_context& io;
  api::Api& api;
  api::KeyBook& keys;
  api::AuditLog& audit;
  session::SessionManager& sessions;
  events::EventFeed& feed;
  store::Store& store;
  runtime::Clock& clock;
  Rng& rng;
};

class RestListener {
 public:
  // Null if none is wanted. `inherited_fd` is a listening socket from the service manager, or -1.
  static Result<std::unique_ptr<RestListener>> start(RestServices services,
                                                     const config::Rest& config, int inherited_fd);

  const std::string& endpoint() const { return server_->endpoint(); }
  // Once keys and sessions are there.
  void accept() { server_->accept(); }
  void stop_accepting() { server_->stop_accepting(); }
  runtime::Task<> drain() { return server_->drain(); }
  void collect(api::MetricsText& out) const;

 private:
  explicit RestListener(std::unique_ptr<http::Desk> desk) : desk_(std::move(desk)) {}
  std::unique_ptr<http::Desk> desk_;
  std::unique_ptr<http::Server> server_;
};

}  // namespace wasphere
