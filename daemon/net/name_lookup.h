// Host names to numeric addresses for requests to hosts that callers name. Unlike Resolver it has
// threads of its own: a name server that does not answer must not hold up the names of others.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "daemon/runtime/async_event.h"
#include "daemon/runtime/clock.h"
#include "daemon/runtime/worker_pool.h"

namespace wasphere::net {

using Addresses = std::vector<std::string>;

class NameLookup {
 public:
  virtual ~NameLookup() = default;
  // In the system's order of preference, at least one, or network_unreachable. An address stands
  // for itself.
  virtual runtime::Task<Result<Addresses>> look_up(std::string host) = 0;
};

// The system's resolver. Answers are kept for a few seconds. Main thread only; callers must have
// resumed or never resume when it is destroyed.
class SystemLookup final : public NameLookup {
 public:
  explicit SystemLookup(runtime::Clock& clock) : clock_(clock) {}
  runtime::Task<Result<Addresses>> look_up(std::string host) override;

 private:
  struct Pending {
    runtime::AsyncEvent done;
    Result<Addresses> answer;
  };
  struct Kept {
    runtime::SteadyTime until;
    Addresses addresses;
  };
  const Addresses* kept(const std::string& host);
  void keep(const std::string& host, const Result<Addresses>& answer);

  runtime::Clock& clock_;
  std::unique_ptr<runtime::WorkerPool> pool_;  // made with the first name: it starts threads
  std::map<std::string, std::shared_ptr<Pending>> pending_;
  std::map<std::string, Kept> kept_;
};

}  // namespace wasphere::net
