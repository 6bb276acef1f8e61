// What the sending operations have in common: from a request to a queued message, and its answer.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "daemon/messaging/account.h"
#include "ipc/commands.h"

namespace wasphere::api {

// What is sent, as far as the kind of message decides it.
struct Draft {
  model::Outgoing content;
  std::string type;
  std::string text;  // for search and typing simulation
};

// validation_failed for one member of a request.
Error field_error(std::string pointer, std::string code, std::string message);
// The same error, naming the member that led to it.
Error at_field(Error error, std::string pointer);

// Unix milliseconds of `at`; 0 without one. ISO 8601 or a number, at most a year ahead.
Result<std::int64_t> start_time(const std::optional<ipc::Json>& at, std::int64_t now_ms);
// JIDs as text, in their order.
Result<std::vector<std::string>> mentioned(const std::vector<std::string>& mentions);
// Equal for requests that ask for the same, whatever their idempotency key and patience.
std::string request_hash(std::string_view method, nlohmann::json request);

// Of a request with these options; idempotency is not filled in.
Result<messaging::NewMessage> new_message(const ipc::SendOptions& options, Draft draft,
                                          std::int64_t now_ms);
ipc::SendAnswer send_answer(const messaging::Accepted& accepted);

}  // namespace wasphere::api
