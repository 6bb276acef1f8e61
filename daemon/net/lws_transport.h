// Transports over libwebsockets' client, inside the Asio loop of the main thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>

#include "core/util/result.h"
#include "daemon/net/transport.h"
#include "daemon/runtime/clock.h"

namespace wasphere::net {

struct LwsTransportConfig {
  std::string user_agent;  // header of the upgrade request; empty: none is sent
  // For everything up to on_open: name lookup, every address tried, TLS, upgrade.
  runtime::Duration connect_timeout = std::chrono::seconds(20);
  std::string ca_file;  // PEM file of authorities to trust besides the system's
};

// How its transports end: on_closed gets config_invalid for an unusable URL and network_unreachable
// for all else (name, refused, silent, TLS certificate, HTTP status, closed by the server, closed
// here). Text messages of the server are ignored. Destroying the factory silences and drops
// transports that are left, and returns when libwebsockets has freed everything; not from inside
// their callbacks. One factory at a time should make wss:// connections: libwebsockets shares state
// between them. Errors: config_invalid (ca_file, user_agent), io_error (libwebsockets cannot
// start).
Result<std::unique_ptr<TransportFactory>> make_lws_transport_factory(boost::asio::io_context& io,
                                                                     runtime::Clock& clock,
                                                                     LwsTransportConfig config);

}  // namespace wasphere::net
