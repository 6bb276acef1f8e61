// Operations that send something.
#include <nlohmann/json.hpp>

#include "daemon/api/api.h"
#include "daemon/api/message_views.h"
#include "daemon/api/send_contents.h"
#include "daemon/messaging/recipient.h"
#include "ipc/codec.h"

namespace wasphere::api {
namespace {

using store::MessageStatus;

// Only wanted with an idempotency key.
template <class Request>
std::string hash_of(const Request& request) {
  if (!request.idempotencyKey) return {};
  return request_hash(Request::command.method, ipc::encode(request));
}

// Errors of the queue that are about one member of the request.
Error named(Error error) {
  if (error.code == ErrorCode::invalid_recipient) return at_field(std::move(error), "/to");
  return error;
}

bool is_over(MessageStatus status) {
  return status == MessageStatus::failed || status == MessageStatus::expired ||
         status == MessageStatus::cancelled;
}

// The message that a reaction, an edit or a deletion is about.
Result<store::MessageRow> find_target(store::Tx& tx, const std::string& session_id,
                                      const wire::Jid& to, const std::string& id) {
  const std::string chat = tx.directory.canonical(session_id, to).to_string();
  auto row = tx.messages.find_in_chat(session_id, chat, id);
  if (!row) row = tx.messages.find_in_chat(session_id, to.to_string(), id);
  if (row) return std::move(*row);
  return fail(ErrorCode::message_not_found, "There is no message " + id + " in this chat.");
}

}  // namespace

Api::Answer<ipc::SendAnswer> Api::enqueue(Call call, ipc::SendOptions options, Draft draft,
                                          std::string hash) {
  CO_TRY(const auto account, services_.sessions.messaging(options.sessionId));
  CO_TRY(messaging::NewMessage message, new_message(options, std::move(draft), now_ms()));
  if (options.idempotencyKey) {
    message.owner = call.caller.owner();
    message.idempotency_key = *options.idempotencyKey;
    message.body_hash = std::move(hash);
  }
  const auto deadline = services_.clock.now_steady() + std::chrono::seconds(options.wait);
  Result<messaging::Accepted> accepted;
  if (options.wait > 0) {
    accepted = co_await account->send(std::move(message), deadline);
  } else {
    accepted = co_await account->enqueue(std::move(message));
  }
  if (!accepted) co_return fail(named(std::move(accepted).error()));
  const store::MessageRow& row = accepted->message;
  if (options.wait > 0 && is_over(row.status)) co_return fail(failure_of(row));
  co_return send_answer(*accepted);
}

template <class Request>
Api::Answer<ipc::SendAnswer> Api::send_new(Call call, Request request) {
  auto draft = draft_of(request);
  if (!draft) co_return fail(std::move(draft).error());
  std::string hash = hash_of(request);
  co_return co_await enqueue(std::move(call), std::move(request), std::move(*draft),
                             std::move(hash));
}

template <class Request>
Api::Answer<ipc::SendAnswer> Api::send_about(Call call, Request request) {
  CO_TRY(const store::SessionRow session, session_row(request.sessionId));
  auto to = messaging::parse_recipient(request.to);
  if (!to) co_return fail(named(std::move(to).error()));
  auto find = [&](store::Tx& tx) { return find_target(tx, session.id, *to, request.messageId); };
  auto target = co_await services_.store.run(find);
  if (!target) co_return fail(std::move(target).error());
  auto draft = draft_of(request, *target, now_ms());
  if (!draft) co_return fail(std::move(draft).error());
  std::string hash = hash_of(request);
  co_return co_await enqueue(std::move(call), std::move(request), std::move(*draft),
                             std::move(hash));
}

Api::Answer<ipc::SendAnswer> Api::handle(Call call, ipc::MessageSend request) {
  co_return co_await send_new(std::move(call), std::move(request));
}
Api::Answer<ipc::SendAnswer> Api::handle(Call call, ipc::MessageSendLocation request) {
  co_return co_await send_new(std::move(call), std::move(request));
}
Api::Answer<ipc::SendAnswer> Api::handle(Call call, ipc::MessageSendContact request) {
  co_return co_await send_new(std::move(call), std::move(request));
}
Api::Answer<ipc::SendAnswer> Api::handle(Call call, ipc::MessageSendPoll request) {
  co_return co_await send_new(std::move(call), std::move(request));
}
Api::Answer<ipc::SendAnswer> Api::handle(Call call, ipc::MessageReact request) {
  co_return co_await send_about(std::move(call), std::move(request));
}
Api::Answer<ipc::SendAnswer> Api::handle(Call call, ipc::MessageEdit request) {
  co_return co_await send_about(std::move(call), std::move(request));
}
Api::Answer<ipc::SendAnswer> Api::handle(Call call, ipc::MessageDelete request) {
  co_return co_await send_about(std::move(call), std::move(request));
}

Api::Answer<ipc::SendAnswer> Api::handle(Call, ipc::MessageSendOther request) {
  Error error{ErrorCode::not_supported,
              "Messages of type '" + request.type + "' are not supported yet."};
  error.remedy = "Send a text, location, contact or poll.";
  co_return fail(std::move(error));
}

}  // namespace wasphere::api
