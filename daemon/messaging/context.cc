#include "daemon/messaging/context.h"

#include "core/stanza/iq.h"

namespace wasphere::messaging {

using runtime::Task;

void JobContext::append(store::Tx& tx, const events::Event& event) const {
  tx.events.append(encoder.encode(event, session, now_ms));
}

Context::Context(boost::asio::any_io_executor executor, Services services, Options options,
                 const AccountView& view)
    : tasks(executor),
      watch(services.clock),
      executor_(executor),
      services_(services),
      options_(options),
      view_(view) {}

Status Context::require_line() const {
  if (connected()) return {};
  return fail(ErrorCode::session_not_connected, "The session is not connected to WhatsApp.");
}

std::string Context::next_id() const {
  return line_->next_id();
}

Task<Result<wire::Node>> Context::ask(wire::Node request) {
  CO_TRY(wire::Node answer, co_await ask_plainly(std::move(request)));
  CO_CHECK(stanza::check_iq_result(answer));
  co_return answer;
}

Task<Result<wire::Node>> Context::ask_plainly(wire::Node request) {
  const std::shared_ptr<Line> line = line_;
  CO_CHECK(require_line());
  co_return co_await line->iq(std::move(request), kIqTimeout);
}

int error_code(const wire::Node& answer) {
  const wire::Node* error = answer.child("error");
  if (answer.attr_or("type", "") != "error") return 0;
  return error == nullptr ? 500 : static_cast<int>(error->number("code").value_or(500));
}

JobContext Context::keyless_job() const {
  return {row(), own(), {}, {}, now_ms(), services_.rng, services_.encoder};
}

Result<JobContext> Context::job() const {
  const stanza::Device* device = view_.device();
  if (device == nullptr || !device->linked())
    return fail(ErrorCode::no_credentials, "The session is not linked to an account.");
  return JobContext{row(),
                    own(),
                    signal::local_identity(*device),
                    device->account->signed_identity,
                    now_ms(),
                    services_.rng,
                    services_.encoder};
}

stanza::OwnAddresses Context::own() const {
  const stanza::Device* device = view_.device();
  if (device != nullptr && device->account) return {device->account->jid, device->account->lid};
  return {wire::Jid::parse(row().jid).value_or(wire::Jid{}),
          wire::Jid::parse(row().lid).value_or(wire::Jid{})};
}

}  // namespace wasphere::messaging
