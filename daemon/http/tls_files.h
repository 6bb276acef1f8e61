// The listener's own certificate.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <string>

#include "core/util/result.h"

namespace wasphere::http {

// TLS 1.2 and later with this chain and key, both PEM. config_invalid names the file and the
// reason.
Result<std::unique_ptr<boost::asio::ssl::context>> load_tls(const std::string& certificate,
                                                            const std::string& key);

}  // namespace wasphere::http
