#include "daemon/session/code_link.h"

#include <algorithm>

#include "core/stanza/iq.h"
#include "daemon/runtime/log.h"
#include "daemon/runtime/worker_pool.h"

namespace wasphere::session {

using runtime::Duration;
using runtime::Task;

namespace {

constexpr std::int64_t kCodeLifeMs = 180'000;
constexpr std::int64_t kPairingAfterHelloMs = 60'000;
constexpr int kMaxHellos = 3;

wire::Jid phone_jid(const std::string& phone_number) {
  return {phone_number.substr(1), std::string(wire::kUserServer)};
}

std::string stage_of(const wire::Node& notification) {
  const wire::Node* registration = notification.child("link_code_companion_reg");
  return registration == nullptr ? std::string{} : registration->attr_or("stage", "");
}

}  // namespace

CodeLink::CodeLink(Link link, Over over)
    : link_(std::move(link)),
      over_(std::move(over)),
      deadline_(link_.services.clock.make_timer()) {}

Task<Status> CodeLink::request(std::string phone_number) {
  stop();
  const auto offer = std::make_shared<Offer>();
  offer->phone_number = std::move(phone_number);
  offer->code = stanza::make_pairing_code(link_.services.rng);
  offer->expires_at = link_.now_ms() + kCodeLifeMs;
  offer_ = offer;
  arm(offer->expires_at);
  Status made = co_await offer_to_server(offer);
  if (made) made = co_await show(offer);
  if (!made && offer_ == offer) retire();
  co_return made;
}

Task<Status> CodeLink::offer_to_server(std::shared_ptr<Offer> offer) {
  auto wrap = [&] { return stanza::wrap_ephemeral(offer->code, link_.services.rng); };
  stanza::WrappedEphemeral wrapped = co_await runtime::run_on(link_.services.pool, wrap);
  offer->ephemeral = wrapped.ephemeral;
  Connection& connection = *link_.connection;
  wire::Node hello =
      stanza::companion_hello(connection.next_id(), phone_jid(offer->phone_number),
                              *link_.state.device(), link_.options.profile, wrapped.wrapped);
  CO_TRY(const wire::Node answer, co_await connection.iq(std::move(hello), kIqTimeout));
  CO_TRY(offer->ref, stanza::parse_companion_hello_result(answer));
  co_return Status{};
}

Task<Status> CodeLink::show(std::shared_ptr<Offer> offer) {
  if (offer_ != offer)
    co_return fail(ErrorCode::session_not_connected,
                   "the pairing code was replaced or has expired");
  const std::string text = stanza::display_pairing_code(offer->code);
  Phase phase{store::Status::connecting, "awaiting_pairing_code", {}};
  const events::Event event = events::SessionCode{text, offer->expires_at};
  CO_CHECK(co_await link_.state.enter(std::move(phase), event));
  if (offer_ == offer) link_.state.show_code(PairingCode{text, offer->expires_at});
  co_return Status{};
}

Task<Status> CodeLink::on_notification(wire::Node notification) {
  const std::string stage = stage_of(notification);
  if (stage == "refresh_code" && offer_) {
    link_.tasks.spawn(replace(offer_->phone_number));
    co_return Status{};
  }
  if (stage != "primary_hello") co_return Status{};
  const auto hello = stanza::parse_primary_hello(notification);
  if (!hello || !accepts(*hello)) {
    runtime::log_warning("session", "a primary_hello that fits no pairing code was ignored");
    co_return Status{};
  }
  co_return co_await answer(offer_, *hello);
}

// Checked before the adv secret is touched: a second hello may come after everything is done.
bool CodeLink::accepts(const stanza::PrimaryHello& hello) const {
  return offer_ && hello.ref == offer_->ref && offer_->hellos < kMaxHellos;
}

Task<Status> CodeLink::answer(std::shared_ptr<Offer> offer, stanza::PrimaryHello hello) {
  ++offer->hellos;
  const stanza::Device device = *link_.state.device();
  const std::string id = link_.connection->next_id();
  auto derive = [&] {
    return stanza::companion_finish(id, phone_jid(offer->phone_number), device, offer->code,
                                    offer->ephemeral, hello, link_.services.rng);
  };
  auto made = co_await runtime::run_on(link_.services.pool, derive);
  if (offer_ != offer) co_return Status{};
  if (!made) {
    runtime::log_warning("session", "a primary_hello was ignored: {}", made.error().message);
    co_return Status{};
  }
  Change change;
  change.device = [secret = made->adv_secret](stanza::Device& own) { own.adv_secret = secret; };
  CO_CHECK(co_await link_.state.apply(std::move(change)));
  link_.state.show_qr(std::nullopt);  // it carries the secret that was replaced
  if (offer_ == offer) arm(std::min(offer->expires_at, link_.now_ms() + kPairingAfterHelloMs));
  link_.tasks.spawn(finish(offer, std::move(made->request)));
  co_return Status{};
}

// Beside the stanza loop, because pair-success may come before this answer.
Task<> CodeLink::finish(std::shared_ptr<Offer> offer, wire::Node request) {
  const auto answer = co_await link_.connection->iq(std::move(request), kIqTimeout);
  const Status taken = answer ? stanza::check_iq_result(*answer) : fail(answer.error());
  if (taken || offer_ != offer) co_return;
  runtime::log_warning("session", "the pairing code was refused: {}", taken.error().message);
  retire();
}

Task<> CodeLink::replace(std::string phone_number) {
  const Status made = co_await request(std::move(phone_number));
  if (!made) runtime::log_warning("session", "no new pairing code: {}", made.error().message);
}

void CodeLink::arm(std::int64_t expires_at) {
  deadline_->arm(Duration{expires_at - link_.now_ms()}, [this] { retire(); });
}

void CodeLink::retire() {
  const bool spent = answered();
  stop();
  over_(spent);
}

void CodeLink::stop() {
  offer_.reset();
  deadline_->cancel();
  link_.state.show_code(std::nullopt);
}

}  // namespace wasphere::session
