#include "daemon/net/name_lookup.h"

#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <sys/socket.h>

#include <algorithm>

#include "core/util/network.h"

namespace wasphere::net {
namespace {

constexpr std::size_t kThreads = 6;
constexpr runtime::Duration kKeep = std::chrono::seconds(10);
constexpr std::size_t kMostKept = 1000;

struct AddressListCloser {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

void add_address(Addresses& out, const addrinfo& entry) {
  char text[NI_MAXHOST];
  if (::getnameinfo(entry.ai_addr, entry.ai_addrlen, text, sizeof text, nullptr, 0,
                    NI_NUMERICHOST) != 0)
    return;
  if (std::find(out.begin(), out.end(), text) == out.end()) out.emplace_back(text);
}

// A name server that is silent is given up after four seconds instead of ten. Of this thread alone.
void be_impatient() {
  thread_local const bool ready = [] {
    if (::res_init() != 0) return false;
    _res.retrans = 2;
    _res.retry = 2;
    return true;
  }();
  static_cast<void>(ready);
}

// On a thread of the pool.
Result<Addresses> ask_system(const std::string& host) {
  be_impatient();
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int failed = ::getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (failed != 0)
    return fail(ErrorCode::network_unreachable,
                "cannot resolve " + host + ": " + ::gai_strerror(failed));
  const std::unique_ptr<addrinfo, AddressListCloser> list(found);
  Addresses out;
  for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next)
    add_address(out, *entry);
  if (out.empty())
    return fail(ErrorCode::network_unreachable, "cannot resolve " + host + ": no address");
  return out;
}

}  // namespace

const Addresses* SystemLookup::kept(const std::string& host) {
  const auto found = kept_.find(host);
  if (found == kept_.end() || found->second.until <= clock_.now_steady()) return nullptr;
  return &found->second.addresses;
}

void SystemLookup::keep(const std::string& host, const Result<Addresses>& answer) {
  if (!answer) return;
  if (kept_.size() >= kMostKept) kept_.clear();
  kept_[host] = {clock_.now_steady() + kKeep, *answer};
}

runtime::Task<Result<Addresses>> SystemLookup::look_up(std::string host) {
  if (parse_ip(host)) co_return Addresses{host};
  if (const Addresses* known = kept(host)) co_return *known;
  const auto under_way = pending_.find(host);
  if (under_way != pending_.end()) {
    const std::shared_ptr<Pending> shared = under_way->second;
    co_await shared->done.wait();
    co_return shared->answer;
  }
  const auto mine = std::make_shared<Pending>();
  pending_[host] = mine;
  if (!pool_) pool_ = std::make_unique<runtime::WorkerPool>(kThreads);
  auto ask = [&host] { return ask_system(host); };
  mine->answer = co_await runtime::run_on(*pool_, ask);
  pending_.erase(host);
  keep(host, mine->answer);
  mine->done.set();
  co_return mine->answer;
}

}  // namespace wasphere::net
