// One answer, and the bytes of its head. Pure.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/util/error.h"

namespace wasphere::http {

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;  // besides those that all have
  std::string body;
  bool no_body = false;   // of a HEAD: the length is told, the bytes stay here
  bool close = false;     // nothing more is read from this connection
  bool streamed = false;  // chunks follow, and the length is not known

  void set(std::string name, std::string value) {
    headers.emplace_back(std::move(name), std::move(value));
  }
};

// What every answer of this listener carries.
struct Surroundings {
  std::string request_id;
  bool tls = false;           // adds HSTS
  std::string cors_origin{};  // that may read the answer; empty: none
  bool http11 = true;
  bool keep_alive = true;
};

std::string head_text(const Response& response, const Surroundings& around);
// Problem details (RFC 9457) with the members that clients of the older service look at. `status`
// replaces the code's own where HTTP has a finer word; 0: it does not.
Response problem(const Error& error, std::string_view request_id, int status = 0);
std::string_view reason_phrase(int status);

}  // namespace wasphere::http
