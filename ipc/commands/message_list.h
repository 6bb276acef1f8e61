// Operations that list messages.
#pragma once

#include <optional>
#include <vector>

#include "ipc/command.h"
#include "ipc/commands/message.h"

namespace wasphere::ipc {

inline constexpr std::int64_t kPageLimit = 100;

struct MessagePage {
  std::vector<MessageView> items;
  std::optional<std::string> nextCursor;
  static constexpr auto fields = std::tuple{
      field("items", &MessagePage::items, "The messages, newest first."),
      field("nextCursor", &MessagePage::nextCursor, "For the next page; null on the last.")};
};

// What limits a listing.
struct MessageFilter {
  std::optional<std::string> sessionId;
  std::optional<std::string> chat;
  std::optional<std::string> from;
  std::optional<std::string> type;
  std::optional<bool> fromMe;
  std::optional<std::string> since;
  std::optional<std::string> until;
  std::int64_t limit = 50;
  std::optional<std::string> cursor;
  static constexpr auto fields = std::tuple{
      session_id_field(&MessageFilter::sessionId),
      field("chat", &MessageFilter::chat, "Only this chat: a number or a JID.", length(1, 100)),
      field("from", &MessageFilter::from, "Only by this author: a number or a JID.",
            length(1, 100)),
      field("type", &MessageFilter::type, "Only of this type, as text or poll.", length(1, 40)),
      field("fromMe", &MessageFilter::fromMe, "Only our own, or only those of others."),
      field("since", &MessageFilter::since, "Only from this time on, ISO 8601.", length(1, 40),
            value_name("TIME")),
      field("until", &MessageFilter::until, "Only before this time, ISO 8601.", length(1, 40),
            value_name("TIME")),
      field("limit", &MessageFilter::limit, "Most entries of a page.", range(1, kPageLimit),
            value_name("N"), defaulted),
      field("cursor", &MessageFilter::cursor, "As nextCursor of the page before.", length(1, 100))};
};

struct MessageList : MessageFilter {
  using Response = MessagePage;
  static constexpr CommandInfo command{.method = "message.list",
                                       .cli = "message list",
                                       .route = get("/api/messages"),
                                       .scope = Scope::messages_read,
                                       .summary = "List messages, newest first.",
                                       .returns = "A page of messages.",
                                       .errors = {ErrorCode::session_not_found}};
};

struct MessageSearch : MessageFilter {
  using Response = MessagePage;
  static constexpr CommandInfo command{
      .method = "message.search",
      .cli = "message search",
      .route = get("/api/messages/search"),
      .scope = Scope::messages_read,
      .summary = "Find messages by words in their text.",
      .description = "Every word must occur; a word may be given by its beginning.",
      .returns = "A page of messages.",
      .errors = {ErrorCode::session_not_found}};
  std::string query;
  static constexpr auto fields = std::tuple_cat(
      std::tuple{arg("query", &MessageSearch::query, "Words to find.", length(1, 256))},
      MessageFilter::fields);
};

}  // namespace wasphere::ipc
