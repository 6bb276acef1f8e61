#include "sandbox/registration.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "core/stanza/fields.h"
#include "core/stanza/link_code_server.h"
#include "core/stanza/pairing.h"
#include "core/stanza/server.h"
#include "core/util/encoding.h"
#include "daemon/runtime/log.h"
#include "sandbox/iq_handlers.h"
#include "sandbox/link.h"
#include "sandbox/network.h"
#include "sandbox/notices.h"

namespace wasphere::sandbox {
namespace {

using std::chrono::seconds;

constexpr auto kFirstRef = seconds(60);
constexpr auto kFurtherRef = seconds(20);
constexpr auto kAllRefs = kFirstRef + 5 * kFurtherRef;
constexpr auto kCodeLife = seconds(180);
constexpr auto kPairingLimit = seconds(10);
constexpr unsigned kMaxHellos = 3;
constexpr std::string_view kCountry = "GB";
constexpr const char* kLog = "sandbox.pairing";

std::string make_ref(Rng& rng) {
  return "2@" + to_base64(rng.bytes(48));
}

}  // namespace

RegistrationRole::RegistrationRole(Link& link, Network& network, Data data,
                                   const crypto::PublicKey& noise_key)
    : link_(link), network_(network), data_(std::move(data)), noise_key_(noise_key) {
  for (auto& ref : refs_) ref = make_ref(network.rng);
}

RegistrationRole::~RegistrationRole() = default;

void RegistrationRole::start() {
  refs_time_ = network_.clock.now_steady();
  refs_timer_ = network_.clock.make_timer();
  pairing_timer_ = network_.clock.make_timer();
  arm_refs_end();
  link_.send(stanza::build_pair_device(link_.next_stanza_id(), {refs_.begin(), refs_.end()}));
}

void RegistrationRole::arm_refs_end() {
  auto end = refs_time_ + kAllRefs;
  if (code_) end = std::max(end, code_->made + kCodeLife);
  const auto left = end - network_.clock.now_steady();
  refs_timer_->arm(std::chrono::ceil<runtime::Duration>(left), [this] { on_refs_end(); });
}

// A pairing under way has its own limit.
void RegistrationRole::on_refs_end() {
  if (!pairing_) link_.close();
}

bool RegistrationRole::offers(std::string_view ref) const {
  const auto now = network_.clock.now_steady();
  if (code_ && code_->ref == ref) return now < code_->made + kCodeLife;
  const auto found = std::find(refs_.begin(), refs_.end(), ref);
  return found != refs_.end() &&
         now < refs_time_ + kFirstRef + (found - refs_.begin()) * kFurtherRef;
}

bool RegistrationRole::code_outstanding(std::string_view number) const {
  return code_ && code_->number == number && offers(code_->ref);
}

CodeRequest RegistrationRole::code_request() const {
  return {code_->ref, code_->wrapped_ephemeral, noise_key_};
}

void RegistrationRole::on_node(const wire::Node& node) {
  if (node.tag != "iq") return;  // acks and ib need no answer here
  const auto type = node.attr_or("type", "");
  if (type == "get" || type == "set") return on_request(node);
  if (pairing_ && node.attr("id") == pairing_->stanza_id) on_pair_answer(node);
}

void RegistrationRole::on_request(const wire::Node& iq) {
  const auto stage = stanza::link_code_stage(iq);
  if (!stage) return link_.send(stateless_answer(network_, iq));
  switch (*stage) {
    case stanza::LinkCodeStage::companion_hello:
      return on_companion_hello(iq);
    case stanza::LinkCodeStage::companion_finish:
      return on_companion_finish(iq);
    case stanza::LinkCodeStage::get_country_code:
      return link_.send(stanza::country_code_answer(iq, kCountry));
  }
}

void RegistrationRole::on_companion_hello(const wire::Node& iq) {
  auto hello = stanza::parse_companion_hello(iq);
  if (!hello || hello->companion_noise_key != noise_key_ || pairing_)
    return link_.send(bad_request(iq));
  const auto* account = network_.world.account_of(hello->phone);
  if (account == nullptr) return link_.send(stanza::answer_error(iq, 404, "item-not-found"));
  settle_code(fail(ErrorCode::whatsapp_error, "the companion asked for another code"));
  code_ = Code{account->number, make_ref(network_.rng),
               std::move(hello->wrapped_companion_ephemeral), network_.clock.now_steady()};
  arm_refs_end();
  link_.send(stanza::companion_hello_answer(iq, code_->ref));
}

void RegistrationRole::relay_primary_hello(PrimaryHelloRequest request,
                                           Answer<CompanionBundle> done) {
  if (!code_outstanding(request.number) || code_->ref != request.ref)
    return done(fail(ErrorCode::not_found, "the pairing code has expired"));
  if (awaiting_finish_ || pairing_)
    return done(fail(ErrorCode::whatsapp_error, "this pairing code is being used already"));
  if (++code_->hellos > kMaxHellos)
    return done(fail(ErrorCode::rate_limited, "this pairing code was tried too often"));
  awaiting_finish_ = std::move(done);
  pairing_timer_->arm(kPairingLimit, [this] {
    settle_code(fail(ErrorCode::timed_out, "the companion did not answer within 10 seconds"));
  });
  link_.send(stanza::build_primary_hello(
      link_.next_stanza_id(), runtime::unix_seconds(network_.clock),
      {std::move(request.wrapped_primary_ephemeral), request.primary_identity, request.ref}));
}

void RegistrationRole::on_companion_finish(const wire::Node& iq) {
  auto finish = stanza::parse_companion_finish(iq);
  const bool expected = finish && code_ && finish->ref == code_->ref && awaiting_finish_;
  if (!expected || finish->companion_identity != data_.identity) return link_.send(bad_request(iq));
  link_.send(stanza::answer(iq));
  settle_code(CompanionBundle{std::move(finish->wrapped_key_bundle), finish->companion_identity});
}

void RegistrationRole::settle_code(Result<CompanionBundle> result) {
  if (!awaiting_finish_) return;
  pairing_timer_->cancel();
  std::exchange(awaiting_finish_, nullptr)(std::move(result));
}

void RegistrationRole::pair(PairDeviceRequest request, Answer<LinkedCompanion> done) {
  if (pairing_)
    return done(fail(ErrorCode::whatsapp_error, "another phone is linking this companion"));
  if (code_ && code_->ref == request.ref && code_->number != request.number)
    return done(fail(ErrorCode::not_found, "this pairing code is for another phone"));
  if (request.noise_key != noise_key_)
    return done(fail(ErrorCode::validation_failed,
                     "the QR names another noise key than the companion's connection"));
  const auto number = network_.world.take_device_number(request.number);
  if (!number) return done(fail(number.error()));
  const auto& account = *network_.world.account(request.number);
  pairing_ = Pairing{link_.next_stanza_id(), std::move(request), account.jid(*number),
                     account.lid_jid(*number), std::move(done)};
  pairing_timer_->arm(kPairingLimit, [this] {
    settle(fail(ErrorCode::timed_out, "the companion did not confirm within 10 seconds"));
    link_.close();
  });
  link_.send(
      stanza::build_pair_success({.id = pairing_->stanza_id,
                                  .time = runtime::unix_seconds(network_.clock),
                                  .jid = pairing_->jid,
                                  .lid = pairing_->lid,
                                  .platform = account.platform,
                                  .business_name = {},
                                  .device_identity_hmac = pairing_->request.device_identity}));
}

void RegistrationRole::on_pair_answer(const wire::Node& iq) {
  auto linked = confirm(iq);
  if (!linked) {
    runtime::log_info(kLog, "not linked: {}", linked.error().message);
    settle(std::move(linked));
    return link_.close();
  }
  link_.send(stanza::build_restart_required());
  settle(std::move(linked));
  link_.finish();
}

// The device exists from the moment it is saved; only then may anybody hear of it.
Result<LinkedCompanion> RegistrationRole::confirm(const wire::Node& iq) {
  if (iq.attr_or("type", "") == "error") {
    const auto* error = iq.child("error");
    const auto text =
        error == nullptr ? std::string{} : stanza::harmless(error->attr_or("text", ""));
    return fail(ErrorCode::whatsapp_error, "the companion refused to be linked: " + text);
  }
  WS_CHECK(stanza::check_pair_device_sign(iq, data_.identity, pairing_->request.device_identity));
  const auto& request = pairing_->request;
  WS_CHECK(network_.world.set_key_index_list(request.number, request.key_index_list,
                                             runtime::unix_seconds(network_.clock)));
  auto record = make_record();
  record.device_identity = iq.child("pair-device-sign")->child("device-identity")->content_bytes();
  WS_CHECK(network_.world.add_device(std::move(record)));
  tell_devices_changed(network_, *network_.world.device(pairing_->jid), DeviceChange::added);
  return LinkedCompanion{pairing_->jid, pairing_->lid};
}

DeviceRecord RegistrationRole::make_record() const {
  DeviceRecord record;
  record.number = pairing_->request.number;
  record.device = pairing_->jid.device;
  record.key_index = pairing_->request.key_index;
  record.noise_key = noise_key_;
  record.os_name = data_.os_name;
  record.linked_at = runtime::unix_seconds(network_.clock);
  record.bundle.registration_id = data_.registration_id;
  record.bundle.identity = data_.identity;
  record.bundle.signed_pre_key_id = data_.signed_pre_key_id;
  record.bundle.signed_pre_key = data_.signed_pre_key;
  record.bundle.signed_pre_key_signature = data_.signed_pre_key_signature;
  return record;
}

void RegistrationRole::settle(Result<LinkedCompanion> result) {
  if (!pairing_) return;
  pairing_timer_->cancel();
  const auto done = std::move(pairing_->done);
  pairing_.reset();
  done(std::move(result));
}

void RegistrationRole::on_closed() {
  settle(fail(ErrorCode::whatsapp_error, "the companion's connection closed before it confirmed"));
  settle_code(fail(ErrorCode::whatsapp_error, "the companion's connection closed"));
}

}  // namespace wasphere::sandbox
