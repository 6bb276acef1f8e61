// HTTP requests to other servers, made one by one to an address that was chosen before. Main thread
// only.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>
#include <vector>

#include "core/util/result.h"
#include "daemon/runtime/task.h"

namespace wasphere::net {

struct HttpPost {
  std::string url;      // checked: http or https
  std::string address;  // numeric; the connection is made to it, whatever the URL's host says
  std::uint16_t port = 0;
  std::vector<std::string> headers;  // "Name: value"
  std::string body;
  runtime::Duration connect_timeout = std::chrono::seconds(5);
  runtime::Duration timeout = std::chrono::seconds(10);  // of the whole exchange
  std::size_t max_response = std::size_t{64} << 10;      // bytes that are read at most
};

struct HttpAnswer {
  int status = 0;
  std::int64_t retry_after_s = 0;  // 0: it did not say
};

class HttpClient {
 public:
  virtual ~HttpClient() = default;
  // Redirects are not followed; what is left of a longer response is not read. Errors:
  // upstream_timeout, certificate_rejected, network_unreachable, shutting_down.
  virtual runtime::Task<Result<HttpAnswer>> post(HttpPost request) = 0;
  // Ends everything under way with shutting_down.
  virtual void cancel_all() = 0;
};

struct HttpClientOptions {
  std::string user_agent;
  std::string ca_file;  // of certificate authorities to trust instead of the system's; empty: those
};

// On libcurl. internal if it cannot be started. Callers must have resumed or never resume when the
// client is destroyed.
Result<std::unique_ptr<HttpClient>> make_http_client(boost::asio::io_context& io,
                                                     HttpClientOptions options);

}  // namespace wasphere::net
