#include "daemon/http/response.h"

#include <nlohmann/json.hpp>

#include "ipc/error_json.h"
#include "ipc/json.h"

namespace wasphere::http {
namespace {

void add(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

// The documentation page has its style inside; nothing else is allowed to be anything but data.
constexpr std::string_view kPolicy =
    "default-src 'none'; style-src 'unsafe-inline'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

void add_security(std::string& out, const Surroundings& around) {
  add(out, "X-Content-Type-Options", "nosniff");
  add(out, "X-Frame-Options", "DENY");
  add(out, "Referrer-Policy", "no-referrer");
  add(out, "Content-Security-Policy", kPolicy);
  add(out, "Cross-Origin-Resource-Policy", "same-origin");
  if (around.tls) add(out, "Strict-Transport-Security", "max-age=31536000");
}

void add_cors(std::string& out, const Surroundings& around) {
  if (around.cors_origin.empty()) return;
  add(out, "Access-Control-Allow-Origin", around.cors_origin);
  add(out, "Access-Control-Expose-Headers",
      "X-Request-Id, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, "
      "Idempotent-Replay");
  add(out, "Vary", "Origin");
}

void add_framing(std::string& out, const Response& response, const Surroundings& around) {
  const bool close = response.close || !around.keep_alive || (response.streamed && !around.http11);
  if (response.streamed) {
    if (around.http11) add(out, "Transfer-Encoding", "chunked");
  } else if (response.status != 204) {
    add(out, "Content-Length", std::to_string(response.body.size()));
  }
  add(out, "Connection", close ? "close" : "keep-alive");
}

}  // namespace

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "Other";
  }
}

std::string head_text(const Response& response, const Surroundings& around) {
  std::string out = "HTTP/1.1 " + std::to_string(response.status) + " ";
  out.append(reason_phrase(response.status)).append("\r\n");
  if (response.status != 204) add(out, "Content-Type", response.content_type);
  add(out, "X-Request-Id", around.request_id);
  add(out, "Cache-Control", "no-store");
  add_security(out, around);
  add_cors(out, around);
  for (const auto& [name, value] : response.headers) add(out, name, value);
  add_framing(out, response, around);
  return out + "\r\n";
}

Response problem(const Error& error, std::string_view request_id, int status) {
  nlohmann::json body = ipc::error_to_json(error, request_id);
  if (status != 0) body["status"] = status;
  Response out;
  out.status = body["status"].get<int>();
  body["statusCode"] = out.status;
  body["error"] = body["code"];
  body["message"] = body["detail"];
  out.content_type = "application/problem+json";
  if (error.retry_after_ms > 0)
    out.set("Retry-After", std::to_string((error.retry_after_ms + 999) / 1000));
  if (out.status == 401) out.set("WWW-Authenticate", "Bearer realm=\"wasphere\"");
  out.body = ipc::dump_json(body);
  return out;
}

}  // namespace wasphere::http
