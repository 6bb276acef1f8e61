#include "daemon/net/resolver.h"

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <map>
#include <optional>
#include <utility>

namespace wasphere::net {
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Addresses = std::vector<std::string>;

struct Resolver::Impl : std::enable_shared_from_this<Impl> {
  using Waiting = std::vector<std::weak_ptr<Callback>>;

  explicit Impl(asio::io_context& context) : io(context) {}

  void answer_literal(const std::string& address, const std::shared_ptr<Callback>& done) {
    asio::post(io, [weak = std::weak_ptr(done), address] {
      if (const auto callback = weak.lock()) (*callback)(Addresses{address});
    });
  }

  void look_up(const std::string& host) {
    if (!resolver) resolver.emplace(io);
    resolver->async_resolve(
        host, "",
        [weak = weak_from_this(), host](error_code ec, const tcp::resolver::results_type& found) {
          if (const auto self = weak.lock()) self->answer(host, to_result(host, ec, found));
        });
  }

  static Result<Addresses> to_result(const std::string& host, error_code ec,
                                     const tcp::resolver::results_type& found) {
    if (ec) {
      return fail(ErrorCode::network_unreachable, "cannot resolve " + host + ": " + ec.message());
    }
    Addresses addresses;
    for (const auto& entry : found) {
      auto address = entry.endpoint().address().to_string();
      const bool known = std::find(addresses.begin(), addresses.end(), address) != addresses.end();
      if (!known) addresses.push_back(std::move(address));
    }
    if (addresses.empty()) {
      return fail(ErrorCode::network_unreachable, "cannot resolve " + host + ": no address");
    }
    return addresses;
  }

  void answer(const std::string& host, const Result<Addresses>& result) {
    const auto self = shared_from_this();  // a callback may end the resolver
    const auto node = waiting.extract(host);
    if (node.empty()) return;
    for (const auto& weak : node.mapped()) {
      if (const auto callback = weak.lock()) (*callback)(result);
    }
  }

  asio::io_context& io;
  std::optional<tcp::resolver> resolver;  // made with the first name: it starts a thread
  std::map<std::string, Waiting> waiting;
};

Resolver::Resolver(asio::io_context& io) : impl_(std::make_shared<Impl>(io)) {}
Resolver::~Resolver() = default;

std::shared_ptr<void> Resolver::resolve(const std::string& host, Callback done) {
  auto ticket = std::make_shared<Callback>(std::move(done));
  error_code not_numeric;
  asio::ip::make_address(host, not_numeric);
  if (!not_numeric) {
    impl_->answer_literal(host, ticket);
    return ticket;
  }
  const bool first = impl_->waiting.find(host) == impl_->waiting.end();
  impl_->waiting[host].push_back(ticket);
  if (first) impl_->look_up(host);
  return ticket;
}

}  // namespace wasphere::net
