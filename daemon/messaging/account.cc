#include "daemon/messaging/account.h"

#include "daemon/messaging/account_impl.h"

namespace wasphere::messaging {

using runtime::Task;

namespace {

tl::unexpected<Error> not_yet() {
  return fail(ErrorCode::not_supported, "This operation is not there yet.");
}

}  // namespace

Account::Account(boost::asio::any_io_executor executor, Services services, Options options,
                 const AccountView& view)
    : impl_(std::make_unique<Impl>(std::move(executor), services, options, view)) {}

Account::~Account() = default;

void Account::attach(std::shared_ptr<Line> line) {
  impl_->context.set_line(std::move(line));
  impl_->receiving.attach();
}

Task<> Account::detach() {
  co_await impl_->receiving.detach();
  impl_->context.set_line(nullptr);
}

Task<> Account::stop() {
  impl_->context.watch.close();
  co_await impl_->context.tasks.join();
}

void Account::settings_changed() {}

Task<Status> Account::on_messages(std::vector<wire::Node> stanzas) {
  co_return co_await impl_->receiving.on_messages(std::move(stanzas));
}

Task<Status> Account::on_receipt(wire::Node receipt) {
  co_return co_await impl_->receiving.on_receipt(std::move(receipt));
}

void Account::on_ack(const wire::Node&) {}

Task<Result<bool>> Account::on_notification(wire::Node notification) {
  co_return co_await impl_->receiving.on_notification(std::move(notification));
}

void Account::on_offline_end() {
  impl_->receiving.on_offline_end();
}

Task<Result<Accepted>> Account::enqueue(NewMessage) {
  co_return not_yet();
}

Task<Result<store::MessageRow>> Account::cancel(std::string) {
  co_return not_yet();
}

Task<Result<store::MessageRow>> Account::wait(std::string, store::MessageStatus,
                                              runtime::SteadyTime) {
  co_return not_yet();
}

Task<Status> Account::mark_read(std::string, std::vector<std::string>) {
  co_return not_yet();
}

Task<Status> Account::set_chat_state(std::string, std::string) {
  co_return not_yet();
}

Task<Result<std::vector<Account::Checked>>> Account::check_numbers(std::vector<std::string>) {
  co_return not_yet();
}

Task<Result<std::vector<stanza::GroupInfo>>> Account::groups() {
  co_return not_yet();
}

Task<Result<stanza::GroupInfo>> Account::group(std::string) {
  co_return not_yet();
}

Task<Result<stanza::GroupInfo>> Account::create_group(std::string, std::vector<std::string>) {
  co_return not_yet();
}

Task<Status> Account::change_members(std::string, std::string, std::vector<std::string>) {
  co_return not_yet();
}

Task<Status> Account::leave_group(std::string) {
  co_return not_yet();
}

}  // namespace wasphere::messaging
