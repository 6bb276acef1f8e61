#include "daemon/session/pairing_flow.h"

#include "core/stanza/iq.h"
#include "core/stanza/pairing.h"
#include "daemon/runtime/log.h"

namespace wasphere::session {

using runtime::Duration;
using runtime::Task;

namespace {

constexpr Duration kQrLife{60'000};
// After pair-device-sign the server says 515 and closes; if it says nothing, we dial without it.
constexpr Duration kRestartPatience{5'000};

LinkEnd linked_end() {
  return {EndKind::restart, "restart_required", "linked: logging in"};
}

}  // namespace

PairingFlow::PairingFlow(Link link)
    : link_(link),
      code_(link, [this](bool spent) { link_.tasks.spawn(after_code(spent)); }),
      qr_deadline_(link.services.clock.make_timer()) {}

Task<LinkEnd> PairingFlow::run() {
  const auto self = shared_from_this();
  Connection& connection = *link_.connection;
  connection.limit(kLoginTimeout - connection.age(),
                   {EndKind::retry, "timed_out", "the server offered no QR in time"});
  while (auto node = co_await connection.next()) {
    auto end = co_await on_stanza(std::move(*node));
    if (!end) continue;
    connection.close(std::move(*end));
    break;
  }
  finish();
  const LinkEnd end = connection.end();
  const bool ours = end.kind == EndKind::stopped || end.kind == EndKind::store_failed;
  if (linked_ && !ours) co_return linked_end();
  co_return end;
}

void PairingFlow::finish() {
  qr_deadline_->cancel();
  code_.stop();
  link_.state.show_qr(std::nullopt);
}

Task<PairingFlow::Ending> PairingFlow::on_stanza(wire::Node node) {
  if (wire::is_stream_end(node))
    co_return LinkEnd{EndKind::retry, "stream_closed", "the server closed the stream"};
  if (node.tag == "stream:error") co_return end_of(stanza::parse_stream_error(node));
  if (node.tag == "failure") co_return end_of(stanza::parse_failure(node));
  if (node.tag == "iq") co_return co_await on_iq(std::move(node));
  if (node.tag == "notification") co_return co_await on_notification(std::move(node));
  acknowledge(node);
  co_return std::nullopt;
}

Task<PairingFlow::Ending> PairingFlow::on_iq(wire::Node node) {
  if (node.child("pair-device") != nullptr) co_return co_await on_pair_device(std::move(node));
  if (node.child("pair-success") != nullptr) co_return co_await on_pair_success(std::move(node));
  link_.connection->send(stanza::iq_error(node, 501, "feature-not-implemented"));
  co_return std::nullopt;
}

Task<PairingFlow::Ending> PairingFlow::on_pair_device(wire::Node iq) {
  auto refs = stanza::parse_pair_device(iq);
  if (!refs) co_return end_of(refs.error());
  refs_ = std::move(*refs);
  ref_ = 0;
  link_.connection->lift_limit();
  if (!code_.outstanding()) {
    start_qr();
    const Status shown = co_await show_qr();
    if (!shown) co_return end_of(shown.error());
  }
  link_.connection->send(stanza::iq_result(iq));
  co_return std::nullopt;
}

void PairingFlow::start_qr() {
  qr_expires_at_ = link_.now_ms() + kQrLife.count();
  qr_deadline_->arm(kQrLife, [this] { on_qr_deadline(); });
}

void PairingFlow::on_qr_deadline() {
  link_.state.show_qr(std::nullopt);
  if (code_.outstanding()) return;
  link_.connection->close({EndKind::qr_expired, "qr_expired", "nobody scanned the QR in time"});
}

// Each QR has a secret of its own, durable before anybody can scan it (protocol 1, sections 5.3 and
// 10).
Task<Status> PairingFlow::show_qr() {
  stanza::Device device = *link_.state.device();
  device.adv_secret = Secret<32>(link_.services.rng.array<32>());
  Qr qr{stanza::qr_text(refs_[ref_], device, link_.options.profile.platform_id), qr_expires_at_};
  Change change;
  change.device = [secret = device.adv_secret](stanza::Device& own) { own.adv_secret = secret; };
  change.row = [](store::SessionRow& row) {
    row.status = store::Status::connecting;
    row.status_detail = "awaiting_qr";
    row.status_reason.clear();
    row.next_attempt_at = 0;
  };
  change.events.emplace_back(events::SessionQr{qr.text, qr.expires_at});
  CO_CHECK(co_await link_.state.apply(std::move(change)));
  if (qr_live() && !link_.connection->ended()) link_.state.show_qr(std::move(qr));
  co_return Status{};
}

Task<Result<bool>> PairingFlow::next_qr() {
  const auto self = shared_from_this();
  if (code_.answered()) co_return true;  // the phone has decided for the code
  if (ref_ + 1 >= refs_.size()) co_return false;
  ++ref_;
  start_qr();
  CO_CHECK(co_await show_qr());
  co_return true;
}

Task<PairingFlow::Ending> PairingFlow::on_pair_success(wire::Node iq) {
  if (linked_) co_return std::nullopt;
  auto accepted = stanza::accept_pair_success(iq, *link_.state.device(), link_.services.rng);
  if (!accepted) {
    link_.connection->send(accepted.error().reply);
    co_return LinkEnd{EndKind::pairing_failed, "pairing_failed", accepted.error().error.message};
  }
  finish();
  const Status stored = co_await store_account(std::move(accepted->account));
  if (!stored) {
    link_.connection->send(stanza::iq_error(iq, 500, "internal-error"));
    co_return end_of(stored.error());
  }
  linked_ = true;
  link_.connection->send(accepted->reply);
  link_.connection->limit(kRestartPatience, linked_end());
  co_return std::nullopt;
}

// One transaction, and before the reply: from the reply on the server counts on us to have the
// account.
Task<Status> PairingFlow::store_account(stanza::Account account) {
  Change change;
  change.row = [account](store::SessionRow& row) {
    row.linked = true;
    row.phone_number = "+" + account.jid.user;
    row.jid = account.jid.to_string();
    row.lid = account.lid.server.empty() ? std::string{} : account.lid.to_string();
    row.push_name = account.business_name;
    row.connected_at = 0;
    row.status = store::Status::connecting;
    row.status_detail = "pairing";
    row.status_reason.clear();
  };
  change.device = [account](stanza::Device& device) {
    device.account = account;
    device.login_counter = 0;
    device.push_name = account.business_name;
  };
  change.events.emplace_back(events::SessionStatus{});
  co_return co_await link_.state.apply(std::move(change));
}

Task<PairingFlow::Ending> PairingFlow::on_notification(wire::Node node) {
  // The pairing of a code goes on over minutes; its stanzas are acknowledged first (protocol
  // 1, 9.5).
  const bool code = node.attr("type") == "link_code_companion_reg";
  if (code) acknowledge(node);
  const Status done = co_await on_effect(node);
  if (!done) co_return end_of(done.error());
  if (!code) acknowledge(node);
  co_return std::nullopt;
}

Task<Status> PairingFlow::on_effect(wire::Node notification) {
  const std::string type = notification.attr_or("type", "");
  if (type == "link_code_companion_reg")
    co_return co_await code_.on_notification(std::move(notification));
  const bool showing = qr_live() && !refs_.empty() && !linked_;
  if (type == "companion_reg_refresh" && showing && !code_.answered()) co_return co_await show_qr();
  if (type == "passkey_prologue_request" && showing) {
    Phase phase{store::Status::connecting, "passkey_required", "passkey_required"};
    co_return co_await link_.state.enter(std::move(phase), std::nullopt);
  }
  co_return Status{};
}

Task<Status> PairingFlow::request_code(std::string phone_number) {
  const auto self = shared_from_this();
  co_return co_await code_.request(std::move(phone_number));
}

Task<> PairingFlow::after_code(bool secret_spent) {
  const auto self = shared_from_this();
  if (linked_ || link_.connection->ended()) co_return;
  if (!qr_live()) {
    link_.connection->close(
        {EndKind::qr_expired, "pairing_code_expired", "the pairing code is over"});
    co_return;
  }
  const Status shown = co_await back_to_qr(secret_spent);
  if (!shown) link_.connection->close(end_of(shown.error()));
}

Task<Status> PairingFlow::back_to_qr(bool secret_spent) {
  if (secret_spent) co_return co_await show_qr();
  if (link_.state.in(store::Status::connecting, "awaiting_qr")) co_return Status{};
  Phase phase{store::Status::connecting, "awaiting_qr", {}};
  co_return co_await link_.state.enter(std::move(phase), std::nullopt);
}

void PairingFlow::acknowledge(const wire::Node& node) {
  if (const auto ack = stanza::ack_for(node, wire::Jid{})) link_.connection->send(*ack);
}

}  // namespace wasphere::session
