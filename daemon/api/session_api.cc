// Operations on sessions.
#include "daemon/api/api.h"
#include "daemon/api/views.h"

namespace wasphere::api {
namespace {

session::NewSession new_session(const ipc::SessionCreate& request) {
  session::NewSession out;
  out.name = request.name;
  out.description = request.description.value_or("");
  store::SessionSettings& settings = out.settings;
  settings.msg_delay_min_ms = request.msgDelayMinMs.value_or(settings.msg_delay_min_ms);
  settings.msg_delay_max_ms = request.msgDelayMaxMs.value_or(settings.msg_delay_max_ms);
  settings.typing_simulation = request.typingSimulation.value_or(settings.typing_simulation);
  settings.rate_limit_per_min = request.rateLimitPerMin.value_or(settings.rate_limit_per_min);
  settings.auto_read_on_receive = request.autoReadOnReceive.value_or(settings.auto_read_on_receive);
  settings.receive_enabled = request.receiveEnabled.value_or(settings.receive_enabled);
  return out;
}

session::SessionPatch patch(const ipc::SessionUpdate& request) {
  session::SessionPatch out;
  out.name = request.name;
  out.description = request.description;
  out.msg_delay_min_ms = request.msgDelayMinMs;
  out.msg_delay_max_ms = request.msgDelayMaxMs;
  out.typing_simulation = request.typingSimulation;
  out.rate_limit_per_min = request.rateLimitPerMin;
  out.auto_read_on_receive = request.autoReadOnReceive;
  out.receive_enabled = request.receiveEnabled;
  return out;
}

Result<ipc::SessionView> answer(Result<session::SessionSnapshot> snapshot,
                                WithQr with_qr = WithQr::yes) {
  if (!snapshot) return fail(std::move(snapshot).error());
  return session_view(*snapshot, with_qr);
}

// Whoever sees the QR can link the session to his own phone.
WithQr qr_for(const rpc::Caller& caller) {
  return caller.may(ipc::Scope::sessions_write) ? WithQr::yes : WithQr::no;
}

}  // namespace

Api::Answer<ipc::SessionView> Api::handle(Call, ipc::SessionCreate request) {
  session::NewSession wanted = new_session(request);
  auto snapshot = co_await services_.sessions.create(std::move(wanted));
  co_return co_await with_queue(answer(std::move(snapshot)));
}

Api::Answer<ipc::SessionPage> Api::handle(Call call, ipc::SessionList request) {
  ipc::SessionPage page;
  const std::string& bound_to = call.caller.session_id;
  for (const session::SessionSnapshot& snapshot : services_.sessions.list()) {
    const bool seen = bound_to.empty() || snapshot.row.id == bound_to;
    if (seen && (!request.status || *request.status == store::status_name(snapshot.row.status)))
      page.sessions.push_back(session_view(snapshot, WithQr::no));
  }
  page.total = static_cast<std::int64_t>(page.sessions.size());
  co_return co_await with_queues(std::move(page));
}

Api::Answer<ipc::SessionView> Api::handle(Call call, ipc::SessionGet request) {
  auto snapshot = services_.sessions.find(std::move(request.session));
  co_return co_await with_queue(answer(std::move(snapshot), qr_for(call.caller)));
}

Api::Answer<ipc::SessionView> Api::handle(Call, ipc::SessionUpdate request) {
  session::SessionPatch changes = patch(request);
  auto snapshot =
      co_await services_.sessions.update(std::move(request.session), std::move(changes));
  co_return co_await with_queue(answer(std::move(snapshot)));
}

Api::Answer<ipc::Deleted> Api::handle(Call, ipc::SessionDelete request) {
  auto removed = co_await services_.sessions.remove(std::move(request.session), request.unlink);
  if (!removed) co_return fail(std::move(removed).error());
  services_.keys.session_deleted(removed->id);
  ipc::Deleted out{removed->id, true, removed->unlinked};
  co_return out;
}

Api::Answer<ipc::QrView> Api::handle(Call, ipc::SessionQr request) {
  auto snapshot = co_await services_.sessions.refresh_qr(std::move(request.session), request.force);
  if (!snapshot) co_return fail(std::move(snapshot).error());
  co_return qr_view(*snapshot);
}

Api::Answer<ipc::PairCode> Api::handle(Call, ipc::SessionPair request) {
  auto snapshot =
      co_await services_.sessions.pair(std::move(request.session), std::move(request.phoneNumber));
  if (!snapshot) co_return fail(std::move(snapshot).error());
  if (!snapshot->code) co_return fail(ErrorCode::whatsapp_error, "WhatsApp gave no pairing code");
  ipc::PairCode out{snapshot->row.id, snapshot->code->code,
                    runtime::iso8601(snapshot->code->expires_at)};
  co_return out;
}

Api::Answer<ipc::SessionView> Api::handle(Call, ipc::SessionReconnect request) {
  auto snapshot = co_await services_.sessions.reconnect(std::move(request.session));
  co_return co_await with_queue(answer(std::move(snapshot)));
}

Api::Answer<ipc::SessionView> Api::handle(Call, ipc::SessionDisconnect request) {
  auto snapshot = co_await services_.sessions.disconnect(std::move(request.session));
  co_return co_await with_queue(answer(std::move(snapshot)));
}

Api::Answer<ipc::SessionView> Api::handle(Call, ipc::SessionLogout request) {
  auto snapshot = co_await services_.sessions.logout(std::move(request.session));
  co_return co_await with_queue(answer(std::move(snapshot)));
}

}  // namespace wasphere::api
