#include "daemon/net/tls_context.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

namespace wasphere::net {
namespace {

std::string last_tls_error() {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  return reason == nullptr ? "unknown error" : reason;
}

}  // namespace

void TlsContextDeleter::operator()(SSL_CTX* context) const {
  SSL_CTX_free(context);
}

Result<TlsContext> make_client_tls(const std::string& ca_file) {
  ERR_clear_error();
  TlsContext context(SSL_CTX_new(TLS_client_method()));
  if (context == nullptr || SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) != 1 ||
      SSL_CTX_set_default_verify_paths(context.get()) != 1) {
    return fail(ErrorCode::internal, "cannot set up TLS: " + last_tls_error());
  }
  if (!ca_file.empty() && SSL_CTX_load_verify_file(context.get(), ca_file.c_str()) != 1) {
    return fail(ErrorCode::config_invalid,
                "cannot use the certificate authorities in " + ca_file + ": " + last_tls_error());
  }
  // Idle connections give their record buffers back: 34 kB each.
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  return context;
}

}  // namespace wasphere::net
