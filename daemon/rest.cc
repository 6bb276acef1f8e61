#include "daemon/rest.h"

namespace wasphere {
namespace {

Result<http::Policy> policy_of(const config::Rest& config) {
  http::Policy out;
  if (config.behind_proxy) {
    WS_TRY(out.trusted_proxies, http::NetworkList::parse(config.trusted_proxies));
  }
  WS_TRY(out.allowed, http::NetworkList::parse(config.allow_ips));
  out.cors_origins = config.cors_origins;
  out.rate_per_key = config.rate_per_key;
  out.rate_per_address = config.rate_per_address;
  out.max_streams = config.max_streams;
  out.max_streams_per_key = config.max_streams_per_key;
  out.tls = !config.tls_cert.empty();
  return out;
}

Result<http::ServerOptions> options_of(const config::Rest& config, int inherited_fd) {
  http::ServerOptions out;
  out.inherited_fd = inherited_fd;
  out.certificate = config.tls_cert;
  out.key = config.tls_key;
  out.max_connections = config.max_connections;
  if (inherited_fd >= 0) return out;
  boost::system::error_code error;
  out.address = boost::asio::ip::make_address(config.listen.host, error);
  if (error) return fail(ErrorCode::config_invalid, "rest.listen has no address");
  out.port = config.listen.port;
  return out;
}

}  // namespace

Result<std::unique_ptr<RestListener>> RestListener::start(RestServices services,
                                                          const config::Rest& config,
                                                          int inherited_fd) {
  if (config.listen.host.empty() && inherited_fd < 0) return nullptr;
  WS_TRY(http::Policy policy, policy_of(config));
  WS_TRY(http::ServerOptions options, options_of(config, inherited_fd));
  auto desk =
      std::make_unique<http::Desk>(services.api, services.keys, services.audit, services.sessions,
                                   services.store, services.clock, services.rng, std::move(policy));
  std::unique_ptr<RestListener> out(new RestListener(std::move(desk)));
  WS_TRY(out->server_,
         http::Server::start(services.io, *out->desk_, services.feed, std::move(options)));
  return out;
}

void RestListener::collect(api::MetricsText& out) const {
  const http::ServerCounts counts = server_->counts();
  out.family("wasphere_http_requests_total", "counter", "Requests by class of their answer.");
  for (const int digit : {2, 4, 5})
    out.sample("wasphere_http_requests_total", "class=\"" + std::to_string(digit) + "xx\"",
               static_cast<double>(counts.requests[digit]));
  out.gauge("wasphere_http_connections", "Open connections of the REST listener.",
            static_cast<double>(counts.connections));
  out.gauge("wasphere_http_streams", "Open event streams.", static_cast<double>(counts.streams));
  out.counter("wasphere_http_refused_connections_total", "Connections beyond the limit.",
              static_cast<double>(counts.refused_connections));
}

}  // namespace wasphere
