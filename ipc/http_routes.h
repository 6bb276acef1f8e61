// What the REST listener and its documents both know about routes.
#pragma once

#include <string>
#include <string_view>

#include "ipc/schema.h"

namespace wasphere::ipc {

// Operations that are reached over HTTP.
bool has_route(const CommandType& command);
// The second spelling of operations under /api/messages that name a session: the session in the
// path, "/api/sessions/{sessionId}/messages/text". Empty if there is none.
std::string second_path(const CommandType& command);
// Operations under /api/messages with a body: they take large ones.
bool is_send(const CommandType& command);
// Operations that put a message into the queue. They know their idempotency keys themselves
// (kIdempotencyField), and the message tells that they were called.
bool is_queued(const CommandType& command);
// Operations whose answer the listener keeps for a repetition with the same Idempotency-Key: every
// other POST.
bool keeps_answer(const CommandType& command);
// Members that are in the path, not in query or body. `path` is one of the two spellings.
bool in_path(std::string_view path, std::string_view field);
// "GET"; empty for none.
std::string_view verb_name(HttpVerb verb);

// The member through which a request says how long it waits, and the one for its idempotency key:
// over HTTP the headers Prefer and Idempotency-Key fill them.
inline constexpr std::string_view kWaitField = "wait";
inline constexpr std::string_view kIdempotencyField = "idempotencyKey";

}  // namespace wasphere::ipc
