// Operations on chats and people that go to WhatsApp at once.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>

#include "daemon/api/api.h"
#include "daemon/api/send_request.h"
#include "daemon/messaging/recipient.h"
#include "daemon/runtime/task_group.h"

namespace wasphere::api {
namespace {

// Whatever has become of the session meanwhile, nobody waits for this any more.
runtime::Task<> pause_later(std::weak_ptr<messaging::Account> account, runtime::Clock& clock,
                            std::string to, runtime::Duration after) {
  runtime::Pause pause;
  co_await pause.sleep(clock, after);
  if (const auto alive = account.lock())
    (void)co_await alive->set_chat_state(std::move(to), "paused");
}

ipc::CheckedNumber checked_view(const std::string& number,
                                const messaging::Account::Checked& found) {
  ipc::CheckedNumber out;
  out.number = number;
  out.isOnWhatsApp = found.jid.has_value();
  if (found.jid) out.jid = found.jid->to_string();
  if (found.lid) out.lid = found.lid->to_string();
  return out;
}

}  // namespace

Api::Answer<ipc::ChatAnswer> Api::show_in_chat(std::string session, std::string to,
                                               std::string state) {
  CO_TRY(const auto account, services_.sessions.messaging(session));
  std::string shown = state;
  Status done = co_await account->set_chat_state(std::move(to), std::move(state));
  if (!done) co_return fail(at_field(std::move(done).error(), "/to"));
  ipc::ChatAnswer out{std::move(shown)};
  co_return out;
}

Api::Answer<ipc::ChatAnswer> Api::handle(Call, ipc::ChatTyping request) {
  CO_TRY(const auto account, services_.sessions.messaging(request.sessionId));
  auto shown = co_await show_in_chat(request.sessionId, request.to, "composing");
  if (!shown) co_return fail(std::move(shown).error());
  const auto executor = co_await boost::asio::this_coro::executor;
  const runtime::Duration after{request.durationMs};
  boost::asio::co_spawn(executor, pause_later(account, services_.clock, request.to, after),
                        boost::asio::detached);
  ipc::ChatAnswer out{"typing"};
  co_return out;
}

Api::Answer<ipc::ChatAnswer> Api::handle(Call, ipc::ChatPresence request) {
  co_return co_await show_in_chat(std::move(request.sessionId), std::move(request.to),
                                  std::move(request.presence));
}

Api::Answer<ipc::CheckedNumbers> Api::check_numbers(std::string session,
                                                    std::vector<std::string> numbers,
                                                    std::string pointer) {
  CO_TRY(const auto account, services_.sessions.messaging(session));
  std::vector<std::string> digits;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    auto parsed = messaging::parse_number(numbers[i]);
    const std::string at = pointer.empty() ? "/numbers/" + std::to_string(i) : pointer;
    if (!parsed) co_return fail(at_field(std::move(parsed).error(), at));
    digits.push_back(std::move(*parsed));
  }
  auto found = co_await account->check_numbers(std::move(digits));
  if (!found) co_return fail(std::move(found).error());
  ipc::CheckedNumbers out;
  for (std::size_t i = 0; i < std::min(found->size(), numbers.size()); ++i)
    out.results.push_back(checked_view(numbers[i], (*found)[i]));
  co_return out;
}

Api::Answer<ipc::CheckedNumbers> Api::handle(Call, ipc::ContactCheck request) {
  co_return co_await check_numbers(std::move(request.sessionId), std::move(request.numbers), "");
}

Api::Answer<ipc::CheckedNumber> Api::handle(Call, ipc::ContactCheckOne request) {
  std::vector<std::string> numbers{std::move(request.number)};
  auto checked =
      co_await check_numbers(std::move(request.sessionId), std::move(numbers), "/number");
  if (!checked) co_return fail(std::move(checked).error());
  if (checked->results.empty())
    co_return fail(ErrorCode::whatsapp_error, "WhatsApp said nothing about the number.");
  co_return std::move(checked->results.front());
}

}  // namespace wasphere::api
