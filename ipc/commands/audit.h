// Operations on the audit log.
#pragma once

#include <optional>
#include <vector>

#include "ipc/command.h"

namespace wasphere::ipc {

inline constexpr std::array<std::string_view, 4> kActorTypes{"api_key", "local", "anonymous",
                                                             "system"};
inline constexpr std::array<std::string_view, 7> kAuditMethods{"GET",    "POST", "PUT",   "PATCH",
                                                               "DELETE", "RPC",  "SYSTEM"};

struct ActorView {
  std::string type;
  std::optional<std::string> id;
  std::optional<std::string> prefix;
  static constexpr auto fields =
      std::tuple{field("type", &ActorView::type, "What kind of caller.", one_of(kActorTypes)),
                 field("id", &ActorView::id, "Id of the key, or number of the local user."),
                 field("prefix", &ActorView::prefix, "How the key begins.")};
};

struct AuditView {
  std::string id;
  std::string timestamp;
  std::optional<std::string> sessionId;
  ActorView actor;
  std::string method;
  std::string endpoint;
  std::optional<std::string> rpcMethod;
  std::int64_t statusCode = 0;
  std::optional<std::string> requestHash;
  std::optional<std::string> ipAddress;
  std::int64_t durationMs = 0;
  std::string requestId;
  static constexpr auto fields = std::tuple{
      field("id", &AuditView::id, "Stable id, aud_ and 26 characters."),
      field("timestamp", &AuditView::timestamp, "When it was answered."),
      field("sessionId", &AuditView::sessionId, "The session concerned."),
      field("actor", &AuditView::actor, "Who called."),
      field("method", &AuditView::method,
            "HTTP method, RPC for the socket, or SYSTEM for what the daemon did by itself."),
      field("endpoint", &AuditView::endpoint, "Path without its query, or the operation."),
      field("rpcMethod", &AuditView::rpcMethod,
            "The operation, if one was reached; webhook.disabled when a webhook was switched off."),
      field("statusCode", &AuditView::statusCode,
            "Status of the answer; of the receiver's last one for SYSTEM, 0 if it gave none."),
      field("requestHash", &AuditView::requestHash, "Recognises an equal body; not the body."),
      field("ipAddress", &AuditView::ipAddress, "Where the caller is."),
      field("durationMs", &AuditView::durationMs, "Milliseconds it took."),
      field("requestId", &AuditView::requestId, "Names the request in logs.")};
};

struct AuditPageView {
  std::vector<AuditView> items;
  std::int64_t total = 0;
  std::int64_t page = 1;
  std::int64_t pageSize = 50;
  static constexpr auto fields =
      std::tuple{field("items", &AuditPageView::items, "The entries, newest first."),
                 field("total", &AuditPageView::total, "How many there are on all pages."),
                 field("page", &AuditPageView::page, "Number of this page."),
                 field("pageSize", &AuditPageView::pageSize, "Most entries on a page.")};
};

struct AuditList {
  using Response = AuditPageView;
  static constexpr CommandInfo command{
      .method = "audit.list",
      .cli = "audit list",
      .route = get("/api/audit"),
      .scope = Scope::audit_read,
      .summary = "List what was changed and what was refused.",
      .description =
          "Every call that changes something is there, and every one that failed over "
          "HTTP; bodies are not.",
      .returns = "A page of the log."};
  std::int64_t page = 1;
  std::int64_t pageSize = 50;
  std::optional<std::string> from;
  std::optional<std::string> to;
  std::optional<std::string> sessionId;
  std::optional<std::int64_t> statusCode;
  std::optional<std::string> actor;
  std::optional<std::string> method;
  static constexpr auto fields = std::tuple{
      field("page", &AuditList::page, "Number of the page.", range(1, 1000000), defaulted),
      field("pageSize", &AuditList::pageSize, "Most entries on a page.", range(1, 200), defaulted),
      field("from", &AuditList::from, "Not before this time, ISO 8601.", length(1, 40),
            value_name("TIME")),
      field("to", &AuditList::to, "Not after this time, ISO 8601.", length(1, 40),
            value_name("TIME")),
      field("sessionId", &AuditList::sessionId, "Only about this session, by name or id.",
            length(1, 256), value_name("NAME")),
      field("statusCode", &AuditList::statusCode, "Only with this status.", range(100, 599)),
      field("actor", &AuditList::actor, "Only of this key or local user, by id.", length(1, 64),
            value_name("ID")),
      field("method", &AuditList::method, "Only of this method.", one_of(kAuditMethods))};
};

}  // namespace wasphere::ipc
