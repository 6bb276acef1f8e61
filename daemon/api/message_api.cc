// Operations on messages that are there already.
#include "daemon/api/api.h"
#include "daemon/api/message_views.h"
#include "daemon/api/send_request.h"

namespace wasphere::api {
namespace {

using store::MessageStatus;

tl::unexpected<Error> no_message(const std::string& id) {
  return fail(ErrorCode::message_not_found, "There is no message " + id + " in this session.");
}

Result<store::MessageRow> find_message(store::Tx& tx, const std::string& session_id,
                                       const std::string& id) {
  auto row = tx.messages.find(session_id, id);
  if (!row) return no_message(id);
  return std::move(*row);
}

Result<Tracked> track(store::Tx& tx, const std::string& session_id, const std::string& id) {
  Tracked out;
  WS_TRY(out.row, find_message(tx, session_id, id));
  out.queued = tx.outbox.find(session_id, id);
  if (out.queued) out.position = tx.outbox.position(session_id, id) + 1;
  return out;
}

}  // namespace

Result<store::SessionRow> Api::session_row(const std::string& reference) const {
  WS_TRY(session::SessionSnapshot snapshot, services_.sessions.find(reference));
  return std::move(snapshot.row);
}

Api::Answer<ipc::MessageView> Api::handle(Call, ipc::MessageGet request) {
  CO_TRY(const store::SessionRow session, session_row(request.sessionId));
  auto find = [&](store::Tx& tx) { return find_message(tx, session.id, request.messageId); };
  auto row = co_await services_.store.run(find);
  if (!row) co_return fail(std::move(row).error());
  co_return message_view(*row);
}

Api::Answer<ipc::MessageState> Api::handle(Call, ipc::MessageStatusGet request) {
  CO_TRY(const store::SessionRow session, session_row(request.sessionId));
  co_return co_await state_of(session.id, std::move(request.messageId));
}

Api::Answer<ipc::MessageState> Api::state_of(std::string session_id, std::string message_id) {
  auto find = [&](store::Tx& tx) { return track(tx, session_id, message_id); };
  auto tracked = co_await services_.store.run(find);
  if (!tracked) co_return fail(std::move(tracked).error());
  co_return message_state(*tracked);
}

Api::Answer<ipc::WaitAnswer> Api::handle(Call, ipc::MessageWait request) {
  CO_TRY(const auto account, services_.sessions.messaging(request.sessionId));
  CO_TRY(const store::SessionRow session, session_row(request.sessionId));
  const auto deadline = services_.clock.now_steady() + runtime::Duration(request.timeoutMs);
  auto find = [&](store::Tx& tx) { return find_message(tx, session.id, request.messageId); };
  auto stored = co_await services_.store.run(find);
  if (!stored) co_return fail(std::move(stored).error());
  if (!stored->from_me)
    co_return fail(ErrorCode::conflict, "Only messages of this account get anywhere.");
  const MessageStatus goal =
      store::message_status_from_name(request.goal).value_or(MessageStatus::sent);
  auto row = co_await account->wait(request.messageId, goal, deadline);
  if (!row) co_return fail(std::move(row).error());
  auto state = co_await state_of(session.id, request.messageId);
  if (!state) co_return fail(std::move(state).error());
  ipc::WaitAnswer out{has_reached(row->status, goal), std::move(*state)};
  co_return out;
}

Api::Answer<ipc::MessageState> Api::handle(Call, ipc::MessageCancel request) {
  CO_TRY(const auto account, services_.sessions.messaging(request.sessionId));
  auto row = co_await account->cancel(std::move(request.messageId));
  if (!row) co_return fail(std::move(row).error());
  Tracked cancelled{std::move(*row), std::nullopt, 0};
  co_return message_state(cancelled);
}

Api::Answer<ipc::MessageTraceView> Api::handle(Call, ipc::MessageTrace request) {
  CO_TRY(const store::SessionRow session, session_row(request.sessionId));
  auto read = [&](store::Tx& tx) -> Result<ipc::MessageTraceView> {
    WS_TRY(const auto row, find_message(tx, session.id, request.messageId));
    return trace_view(row, tx.messages.traces(session.id, row.id),
                      tx.messages.receipts(session.id, row.id));
  };
  co_return co_await services_.store.run(read);
}

Api::Answer<ipc::ReadAnswer> Api::handle(Call, ipc::MessageRead request) {
  CO_TRY(const auto account, services_.sessions.messaging(request.sessionId));
  Status done = co_await account->mark_read(std::move(request.to), std::move(request.messageIds));
  if (!done && done.error().code == ErrorCode::invalid_recipient)
    co_return fail(at_field(std::move(done).error(), "/to"));
  CO_CHECK(done);
  ipc::ReadAnswer out{"read"};
  co_return out;
}

}  // namespace wasphere::api
