// Operations that list messages, a page at a time.
#include <charconv>

#include "daemon/api/api.h"
#include "daemon/api/message_views.h"
#include "daemon/api/paging.h"
#include "daemon/api/send_request.h"
#include "daemon/messaging/recipient.h"
#include "daemon/runtime/iso_time.h"

namespace wasphere::api {
namespace {

Result<std::string> address(const std::optional<std::string>& text, const char* pointer) {
  if (!text) return std::string();
  auto jid = messaging::parse_recipient(*text);
  if (!jid) return fail(at_field(std::move(jid).error(), pointer));
  return jid->to_string();
}

Result<std::int64_t> moment(const std::optional<std::string>& text, const char* pointer) {
  if (!text) return 0;
  const auto time = runtime::parse_iso8601(*text);
  if (time) return *time;
  return fail(field_error(pointer, "FORMAT", "must be a time as 2026-05-25T08:00:00Z"));
}

}  // namespace

Result<std::int64_t> row_after_cursor(const std::optional<std::string>& cursor) {
  if (!cursor) return 0;
  std::int64_t row = 0;
  const char* end = cursor->data() + cursor->size();
  const auto parsed = std::from_chars(cursor->data(), end, row);
  if (parsed.ec != std::errc() || parsed.ptr != end || row <= 0)
    return fail(field_error("/cursor", "FORMAT", "must be a nextCursor of this list"));
  return row;
}

std::optional<std::string> cursor_at(std::int64_t row) {
  return row == 0 ? std::nullopt : std::optional(std::to_string(row));
}

Result<store::MessageQuery> Api::query_of(const ipc::MessageFilter& filter) const {
  store::MessageQuery query;
  if (filter.sessionId) {
    WS_TRY(const store::SessionRow session, session_row(*filter.sessionId));
    query.session_id = session.id;
  }
  WS_TRY(query.chat, address(filter.chat, "/chat"));
  WS_TRY(query.sender, address(filter.from, "/from"));
  query.type = filter.type.value_or("");
  query.from_me = filter.fromMe;
  WS_TRY(query.since, moment(filter.since, "/since"));
  WS_TRY(query.until, moment(filter.until, "/until"));
  WS_TRY(query.before_row, row_after_cursor(filter.cursor));
  query.limit = static_cast<std::size_t>(filter.limit);
  return query;
}

Api::Answer<ipc::MessagePage> Api::list_messages(store::MessageQuery query) {
  auto read = [&query](store::Tx& tx) -> Result<store::MessagePage> {
    return tx.messages.list(query);
  };
  auto page = co_await services_.store.run(read);
  if (!page) co_return fail(std::move(page).error());
  ipc::MessagePage out;
  for (const store::MessageRow& row : page->rows) out.items.push_back(message_view(row));
  out.nextCursor = cursor_at(page->next);
  co_return out;
}

Api::Answer<ipc::MessagePage> Api::handle(Call, ipc::MessageList request) {
  CO_TRY(store::MessageQuery query, query_of(request));
  co_return co_await list_messages(std::move(query));
}

Api::Answer<ipc::MessagePage> Api::handle(Call, ipc::MessageSearch request) {
  CO_TRY(store::MessageQuery query, query_of(request));
  query.search = std::move(request.query);
  co_return co_await list_messages(std::move(query));
}

}  // namespace wasphere::api
