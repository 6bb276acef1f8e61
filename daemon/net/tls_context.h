// The TLS settings of outgoing connections.
#pragma once

#include <memory>
#include <string>

#include "core/util/result.h"

typedef struct ssl_ctx_st SSL_CTX;

namespace wasphere::net {

struct TlsContextDeleter {
  void operator()(SSL_CTX* context) const;
};
using TlsContext = std::unique_ptr<SSL_CTX, TlsContextDeleter>;

// TLS 1.2 or newer, trusting the system's certificate authorities and those in the PEM file
// `ca_file` (none if empty). Errors: config_invalid for a file that cannot be used, internal.
Result<TlsContext> make_client_tls(const std::string& ca_file);

}  // namespace wasphere::net
