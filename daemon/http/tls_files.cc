#include "daemon/http/tls_files.h"

#include <openssl/ssl.h>

namespace wasphere::http {

namespace ssl = boost::asio::ssl;

Result<std::unique_ptr<ssl::context>> load_tls(const std::string& certificate,
                                               const std::string& key) {
  auto context = std::make_unique<ssl::context>(ssl::context::tls_server);
  SSL_CTX* raw = context->native_handle();
  SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
  // Buffers of idle connections are given back.
  SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS);
  boost::system::error_code error;
  context->use_certificate_chain_file(certificate, error);
  if (error)
    return fail(ErrorCode::config_invalid,
                "rest.tls_cert: " + certificate + " cannot be used: " + error.message());
  context->use_private_key_file(key, ssl::context::pem, error);
  if (error)
    return fail(ErrorCode::config_invalid,
                "rest.tls_key: " + key + " cannot be used: " + error.message());
  if (SSL_CTX_check_private_key(raw) != 1)
    return fail(ErrorCode::config_invalid, "rest.tls_key does not belong to rest.tls_cert");
  return context;
}

}  // namespace wasphere::http
