// Operations on chats that send nothing to keep.
#pragma once

#include "ipc/command.h"
#include "ipc/commands/send.h"

namespace wasphere::ipc {

struct ChatAnswer {
  std::string status;
  static constexpr auto fields =
      std::tuple{field("status", &ChatAnswer::status, "What is shown now.")};
};

struct ChatTyping {
  using Response = ChatAnswer;
  static constexpr CommandInfo command{
      .method = "chat.typing",
      .cli = "typing",
      .route = post("/api/messages/typing"),
      .scope = Scope::messages_send,
      .summary = "Show for a while that we are typing.",
      .returns = "That it is shown.",
      .errors = {ErrorCode::session_not_found, ErrorCode::invalid_recipient,
                 ErrorCode::session_not_connected}};
  std::string sessionId;
  std::string to;
  std::int64_t durationMs = 3000;
  static constexpr auto fields =
      std::tuple{session_id_field(&ChatTyping::sessionId), recipient_arg(&ChatTyping::to),
                 field("durationMs", &ChatTyping::durationMs, "For how long, in milliseconds.",
                       range(500, 25000), value_name("MS"), defaulted)};
};

inline constexpr std::array<std::string_view, 3> kChatStates{"composing", "recording", "paused"};

struct ChatPresence {
  using Response = ChatAnswer;
  static constexpr CommandInfo command{
      .method = "chat.presence",
      .cli = "presence",
      .route = post("/api/messages/presence"),
      .scope = Scope::messages_send,
      .summary = "Show in a chat what we are doing.",
      .returns = "What is shown now.",
      .errors = {ErrorCode::session_not_found, ErrorCode::invalid_recipient,
                 ErrorCode::session_not_connected}};
  std::string sessionId;
  std::string to;
  std::string presence;
  static constexpr auto fields =
      std::tuple{session_id_field(&ChatPresence::sessionId), recipient_arg(&ChatPresence::to),
                 arg("presence", &ChatPresence::presence, "What to show.", one_of(kChatStates),
                     value_name("STATE"))};
};

}  // namespace wasphere::ipc
