#include "daemon/http/response.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "daemon/http/credentials.h"
#include "daemon/http/request.h"

namespace wasphere::http {
namespace {

bool has(const std::string& head, const std::string& line) {
  return head.find("\r\n" + line + "\r\n") != std::string::npos;
}

Surroundings around(bool http11 = true) {
  Surroundings out;
  out.request_id = "req_1";
  out.http11 = http11;
  return out;
}

}  // namespace

TEST_CASE("every answer has its id, length and security headers", "[response]") {
  Response response;
  response.body = "{}";
  response.set("X-Other", "1");
  const std::string head = head_text(response, around());
  CHECK(head.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(head.ends_with("\r\n\r\n"));
  for (const char* line :
       {"Content-Type: application/json", "X-Request-Id: req_1", "Cache-Control: no-store",
        "X-Content-Type-Options: nosniff", "X-Frame-Options: DENY", "Referrer-Policy: no-referrer",
        "Content-Length: 2", "Connection: keep-alive", "X-Other: 1"})
    CHECK(has(head, line));
  CHECK(head.find("Strict-Transport-Security") == std::string::npos);
  CHECK(head.find("Access-Control") == std::string::npos);
}

TEST_CASE("TLS and allowed origins add their headers", "[response]") {
  Surroundings given = around();
  given.tls = true;
  given.cors_origin = "https://app.example";
  const std::string head = head_text({}, given);
  CHECK(has(head, "Strict-Transport-Security: max-age=31536000"));
  CHECK(has(head, "Access-Control-Allow-Origin: https://app.example"));
  CHECK(has(head, "Vary: Origin"));
}

TEST_CASE("a stream is chunked, and ends with the connection for old clients", "[response]") {
  Response response;
  response.streamed = true;
  const std::string head = head_text(response, around());
  CHECK(has(head, "Transfer-Encoding: chunked"));
  CHECK(head.find("Content-Length") == std::string::npos);
  CHECK(has(head_text(response, around(false)), "Connection: close"));
}

TEST_CASE("a failure is a problem that older clients understand as well", "[response]") {
  Error error{ErrorCode::rate_limited, "too many"};
  error.retry_after_ms = 1200;
  const Response response = problem(error, "req_1");
  CHECK(response.status == 429);
  CHECK(response.content_type == "application/problem+json");
  const auto body = nlohmann::json::parse(response.body);
  CHECK(body["code"] == "RATE_LIMITED");
  CHECK(body["error"] == "RATE_LIMITED");
  CHECK(body["status"] == 429);
  CHECK(body["statusCode"] == 429);
  CHECK(body["message"] == "too many");
  CHECK(body["requestId"] == "req_1");
  CHECK(body["retryAfterMs"] == 1200);
  CHECK(has(head_text(response, around()), "Retry-After: 2"));
  CHECK(problem(error, "", 431).status == 431);
}

TEST_CASE("a key is presented in one header or the other", "[credentials]") {
  RequestHead head;
  CHECK(presented_key(head).value().empty());
  head.headers = {{"x-api-key", "wsk_1"}};
  CHECK(presented_key(head).value() == "wsk_1");
  head.headers = {{"authorization", "bEaRer wsk_1"}};
  CHECK(presented_key(head).value() == "wsk_1");
  head.headers = {{"authorization", "Bearer wsk_1"}, {"x-api-key", "wsk_1"}};
  CHECK(presented_key(head).value() == "wsk_1");
  head.headers = {{"authorization", "Bearer wsk_2"}, {"x-api-key", "wsk_1"}};
  CHECK(presented_key(head).error().code == ErrorCode::unauthorized);
  head.headers = {{"x-api-key", "wsk_2"}, {"x-api-key", "wsk_1"}};
  CHECK(presented_key(head).error().code == ErrorCode::unauthorized);
  head.headers = {{"authorization", "Basic dXNlcg=="}};
  CHECK(presented_key(head).error().code == ErrorCode::unauthorized);
}

}  // namespace wasphere::http
