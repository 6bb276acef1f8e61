#include "daemon/messaging/account.h"

#include "daemon/messaging/account_impl.h"
#include "daemon/messaging/recipient.h"

namespace wasphere::messaging {

using runtime::Task;
using store::MessageRow;

Account::Account(boost::asio::any_io_executor executor, Services services, Options options,
                 const AccountView& view)
    : impl_(std::make_unique<Impl>(std::move(executor), services, options, view)) {}

Account::~Account() = default;

// --- life

void Account::start() {
  impl_->worker.start();
}

void Account::hear(std::shared_ptr<Line> line) {
  if (!impl_->stopped) impl_->receiving.hear(std::move(line));
}

void Account::attach(std::shared_ptr<Line> line) {
  if (impl_->stopped) return;
  impl_->context.set_line(std::move(line));
  impl_->worker.attach();
}

Task<> Account::detach() {
  co_await impl_->worker.detach();
  co_await impl_->receiving.detach();
  impl_->context.set_line(nullptr);
}

Task<> Account::stop() {
  impl_->stopped = true;
  impl_->context.watch.close();
  co_await impl_->worker.stop();
  co_await impl_->context.tasks.join();
  while (impl_->operations > 0) {
    impl_->idle.reset();
    co_await impl_->idle.wait();
  }
}

void Account::settings_changed() {
  impl_->worker.wake();
}

// --- stanzas

Task<Status> Account::on_messages(std::vector<wire::Node> stanzas) {
  co_return co_await impl_->receiving.on_messages(std::move(stanzas));
}

Task<Status> Account::on_receipts(std::vector<wire::Node> receipts) {
  co_return co_await impl_->receiving.on_receipts(std::move(receipts));
}

void Account::on_ack(const wire::Node& ack) {
  impl_->worker.on_ack(ack);
}

Task<Result<bool>> Account::on_notification(wire::Node notification) {
  co_return co_await impl_->receiving.on_notification(std::move(notification));
}

void Account::on_offline_end() {}

// --- the queue

Status Account::Impl::may_enqueue(const NewMessage& message) const {
  WS_CHECK(usable());
  const store::SessionRow& row = context.row();
  if (row.status == store::Status::banned)
    return fail(ErrorCode::session_banned, "WhatsApp has banned or locked this account.");
  if (!row.linked)
    return fail(ErrorCode::no_credentials, "The session is not linked to an account.");
  if (message.require_connected) return context.require_line();
  return {};
}

Task<Result<Accepted>> Account::Impl::enqueue(NewMessage message,
                                              std::shared_ptr<MessageWatch::Wait> wait) {
  CO_CHECK(may_enqueue(message));
  CO_TRY(wire::Jid to, parse_recipient(message.to));
  const std::pair key{message.owner, message.idempotency_key};
  const bool keyed = !message.idempotency_key.empty();
  if (keyed && !keys_in_use.insert(key).second)
    co_return fail(ErrorCode::idempotency_in_flight,
                   "A request with this idempotency key is being worked on.");
  Request request{std::move(message), std::move(to), std::move(wait)};
  auto accepted = co_await worker.enqueue(std::move(request));
  if (keyed) keys_in_use.erase(key);
  co_return accepted;
}

Task<Result<MessageRow>> Account::Impl::find(std::string id) {
  auto read = [session = context.id(), &id](store::Tx& tx) -> Result<MessageRow> {
    if (auto row = tx.messages.find(session, id)) return std::move(*row);
    return fail(ErrorCode::message_not_found, "No message of this session has that id.");
  };
  co_return co_await context.run(read);
}

Task<Result<Accepted>> Account::enqueue(NewMessage message) {
  const Impl::Operation operation(*impl_);
  co_return co_await impl_->enqueue(std::move(message), nullptr);
}

Task<Result<Accepted>> Account::send(NewMessage message, runtime::SteadyTime deadline) {
  const Impl::Operation operation(*impl_);
  const auto wait = std::make_shared<MessageWatch::Wait>();
  CO_TRY(Accepted accepted, co_await impl_->enqueue(std::move(message), wait));
  auto told = co_await impl_->context.watch.wait(wait, deadline);
  if (told) {
    accepted.message = std::move(*told);
  } else {
    CO_TRY(accepted.message, co_await impl_->find(accepted.message.id));
  }
  co_return accepted;
}

Task<Result<MessageRow>> Account::cancel(std::string id) {
  CO_CHECK(impl_->usable());
  const Impl::Operation operation(*impl_);
  co_return co_await impl_->worker.cancel(std::move(id));
}

Task<Result<MessageRow>> Account::wait(std::string id, store::MessageStatus goal,
                                       runtime::SteadyTime deadline) {
  CO_CHECK(impl_->usable());
  const Impl::Operation operation(*impl_);
  const auto expected = impl_->context.watch.expect(id, goal);
  CO_TRY(expected->known, co_await impl_->find(id));
  if (reached(expected->known->status, goal)) co_return *expected->known;
  auto told = co_await impl_->context.watch.wait(expected, deadline);
  if (told) co_return std::move(*told);
  co_return co_await impl_->find(id);
}

}  // namespace wasphere::messaging
