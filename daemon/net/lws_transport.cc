#include "daemon/net/lws_transport.h"

#include <libwebsockets.h>

#include <algorithm>
#include <utility>

#include "daemon/net/lws_connection.h"
#include "daemon/net/tls_context.h"

namespace wasphere::net {
namespace {

constexpr std::size_t kReceiveBuffer = 4096;
constexpr unsigned short kMaxHeaders = 16384;  // of the answer to the upgrade; freed after it
constexpr unsigned kSafetyMargin = 10;         // seconds that libwebsockets waits longer than we do

int on_event(lws* wsi, lws_callback_reasons reason, void* user, void* in, std::size_t size) {
  return LwsConnection::on_lws_event(wsi, reason, user, in, size);
}

const lws_protocols kProtocols[] = {{"wasphere", on_event, 0, kReceiveBuffer, 0, nullptr, 0}, {}};

lws_context_creation_info context_info(const LwsTransportConfig& config, SSL_CTX* tls) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(config.connect_timeout).count();
  lws_context_creation_info info{};
  info.port = CONTEXT_PORT_NO_LISTEN;
  info.protocols = kProtocols;
  info.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT | LWS_SERVER_OPTION_JUST_USE_RAW_ORIGIN;
  info.provided_client_ssl_ctx = tls;
  info.alpn = "http/1.1";
  info.timeout_secs = static_cast<unsigned>(seconds) + kSafetyMargin;
  info.connect_timeout_secs = info.timeout_secs;
  info.max_http_header_data = kMaxHeaders;
  return info;
}

class LwsTransport final : public Transport {
 public:
  explicit LwsTransport(std::shared_ptr<LwsConnection> connection)
      : connection_(std::move(connection)) {}
  ~LwsTransport() override { connection_->drop(); }
  LwsTransport(const LwsTransport&) = delete;
  LwsTransport& operator=(const LwsTransport&) = delete;

  void send(Bytes message) override { connection_->send(std::move(message)); }
  void close() override { connection_->close(); }

 private:
  std::shared_ptr<LwsConnection> connection_;
};

class LwsTransportFactory final : public TransportFactory {
 public:
  LwsTransportFactory(boost::asio::io_context& io, runtime::Clock& clock, LwsTransportConfig config,
                      TlsContext tls)
      : tls_(std::move(tls)), client_(io, clock, std::move(config)) {}
  ~LwsTransportFactory() override {
    while (!client_.connections.empty()) (*client_.connections.begin())->drop();
  }
  LwsTransportFactory(const LwsTransportFactory&) = delete;
  LwsTransportFactory& operator=(const LwsTransportFactory&) = delete;

  bool start() {
    auto info = context_info(client_.config, tls_.get());
    client_.context = client_.loop.create_context(info);
    return client_.context != nullptr;
  }

  std::unique_ptr<Transport> open(const Endpoint& endpoint, TransportEvents events) override {
    return std::make_unique<LwsTransport>(
        LwsConnection::open(client_, endpoint, std::move(events)));
  }

 private:
  TlsContext tls_;  // outlives the libwebsockets context in client_
  LwsClient client_;
};

bool is_header_value(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

}  // namespace

Result<std::unique_ptr<TransportFactory>> make_lws_transport_factory(boost::asio::io_context& io,
                                                                     runtime::Clock& clock,
                                                                     LwsTransportConfig config) {
  if (!is_header_value(config.user_agent)) {
    return fail(ErrorCode::config_invalid, "the user agent holds characters that a header may not");
  }
  WS_TRY(auto tls, make_client_tls(config.ca_file));
  auto factory =
      std::make_unique<LwsTransportFactory>(io, clock, std::move(config), std::move(tls));
  if (!factory->start()) {
    return fail(Error{ErrorCode::io_error,
                      "libwebsockets cannot start",
                      {},
                      0,
                      "See the log; the package libwebsockets-evlib-uv must be installed."});
  }
  return factory;
}

}  // namespace wasphere::net
