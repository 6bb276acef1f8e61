// JSON-RPC 2.0, one message a line: what both ends of a socket need to read and write it.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/util/result.h"

namespace wasphere::ipc {

inline constexpr std::size_t kMaxLine = 16U << 20;
inline constexpr std::size_t kMaxBatch = 256;

// ---- server side ----

struct Request {
  std::string id;      // JSON text of the id, to be echoed; empty: a notification, never answered
  std::string method;  // any text
  std::shared_ptr<const nlohmann::json> params;  // an object, never null
  bool is_notification() const { return id.empty(); }
};

struct Call {
  std::string id = "null";  // where an error of `request` goes
  Result<Request> request;  // invalid_json, invalid_request or validation_failed
};

struct Message {
  bool batch = false;       // answers belong into one array, see join_batch()
  std::vector<Call> calls;  // at least one
};

// Any bytes without the newline.
Message parse_message(std::string_view line);
// The same where batches are not wanted.
Result<Request> parse_request(std::string_view line);

std::string make_result(std::string_view id, const nlohmann::json& result);
// The same with finished JSON text.
std::string make_result_text(std::string_view id, std::string_view result);
std::string make_error(std::string_view id, const Error& error, std::string_view request_id);
// `params` is finished JSON text of an object.
std::string make_notification(std::string_view method, std::string_view params);
// The answers of one batch; empty when nothing is to be sent (all were notifications).
std::string join_batch(std::span<const std::string> answers);
// unknown_method, with the nearest of `known`.
Error unknown_method(std::string_view method, std::string_view nearest);

// ---- client side ----

struct Answer {
  std::int64_t id = 0;     // 0: the server could not tell which request it means
  std::string request_id;  // of an error; empty if none
  Result<std::shared_ptr<nlohmann::json>> result;  // never null
};

struct Notification {
  std::string method;
  std::shared_ptr<const nlohmann::json> params;  // never null
};

std::string make_request(std::int64_t id, std::string_view method, const nlohmann::json& params);
// protocol_error if the line is neither.
Result<std::variant<Answer, Notification>> parse_incoming(std::string_view line);

}  // namespace wasphere::ipc
