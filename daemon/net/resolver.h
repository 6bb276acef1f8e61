// Host names to numeric addresses, off the main loop. Main thread only.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/util/result.h"

namespace wasphere::net {

// Sessions that reconnect together ask for the same host together, and the system's resolver
// answers one question at a time: those who ask while a lookup of the host is under way share its
// answer. Nothing is kept afterwards.
class Resolver {
 public:
  using Callback = std::function<void(Result<std::vector<std::string>>)>;

  explicit Resolver(boost::asio::io_context& io);
  ~Resolver();  // no callback afterwards
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  // Addresses in the system's order of preference, at least one, or network_unreachable. Never
  // calls back from inside; nor after the returned ticket is gone.
  [[nodiscard]] std::shared_ptr<void> resolve(const std::string& host, Callback done);

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace wasphere::net
