#include "sandbox/control.h"

#include "core/util/version.h"
#include "daemon/runtime/async_event.h"
#include "sandbox/contacts.h"
#include "sandbox/link.h"
#include "sandbox/login_role.h"
#include "sandbox/network.h"
#include "sandbox/phone.h"
#include "sandbox/registration.h"

namespace wasphere::sandbox {
namespace {

// Brings the answer of a phone, which comes by callback, into a coroutine.
struct Waiting {
  runtime::AsyncEvent arrived;
  std::optional<Result<LinkedCompanion>> answer;
};

runtime::Task<Result<ipc::CompanionLinked>> linked(std::shared_ptr<Waiting> waiting) {
  co_await waiting->arrived.wait();
  auto& answer = *waiting->answer;
  if (!answer) co_return fail(std::move(answer).error());
  co_return ipc::CompanionLinked{answer->jid.to_string(), answer->lid.to_string(),
                                 answer->jid.device};
}

Answer<LinkedCompanion> into(const std::shared_ptr<Waiting>& waiting) {
  return [waiting](Result<LinkedCompanion> answer) {
    waiting->answer = std::move(answer);
    waiting->arrived.set();
  };
}

Result<wire::Jid> parse_jid(const std::string& text) {
  auto jid = wire::Jid::parse(text);
  const bool addressable = jid && !jid->user.empty() &&
                           (jid->server == wire::kUserServer || jid->server == wire::kLidServer);
  if (addressable) return *std::move(jid);
  constexpr const char* kWanted =
      "must be the address of a device, as 447700900123:1@s.whatsapp.net";
  return fail(Error{.code = ErrorCode::validation_failed,
                    .message = std::string("jid ") + kWanted,
                    .fields = {{"/jid", "FORMAT", kWanted}}});
}

// The form that logins have: the LID of a known account becomes its number.
Result<std::optional<wire::Jid>> device_of(const World& world,
                                           const std::optional<std::string>& text) {
  if (!text) return std::optional<wire::Jid>{};
  WS_TRY(const auto jid, parse_jid(*text));
  const auto* account = world.account_of(jid);
  return std::optional(account == nullptr ? jid : account->jid(jid.device));
}

ipc::CompanionView view(const CompanionInfo& companion) {
  ipc::CompanionView out;
  out.jid = companion.jid.to_string();
  out.device = companion.jid.device;
  out.osName = companion.os_name;
  out.connected = companion.connected;
  out.preKeys = static_cast<std::int64_t>(companion.pre_keys);
  return out;
}

ipc::LinkView view(const Link& link) {
  ipc::LinkView out;
  out.id = static_cast<std::int64_t>(link.id());
  out.kind = link.login() != nullptr ? "login" : "registration";
  if (link.device()) out.jid = link.device()->to_string();
  if (const auto* role = link.registration()) out.osName = role->os_name();
  return out;
}

bool has_role(const Link& link) {
  return !link.closing() && (link.login() != nullptr || link.registration() != nullptr);
}

// <ack id class>: "the server waits for an ack of that stanza"; other children have no attributes.
wire::Node error_child(const std::string& name) {
  if (name != "ack") return {name, {}, {}};
  return {name, {{"id", "1"}, {"class", "notification"}}, {}};
}

template <class T>
std::optional<T> narrowed(const std::optional<std::int64_t>& value) {
  if (!value) return std::nullopt;
  return static_cast<T>(*value);
}

}  // namespace

Result<std::vector<Link*>> Control::links_of(const std::optional<std::string>& jid) const {
  WS_TRY(const auto device, device_of(network_.world, jid));
  return device ? network_.links.of(*device) : network_.links.all();
}

Control::Reply<ipc::SandboxView> Control::handle(rpc::Call, ipc::SandboxInfoGet) {
  ipc::SandboxView out;
  out.version = kVersion;
  out.url = info_.url;
  out.noiseRoot = info_.noise_root;
  out.control = info_.control;
  out.now = runtime::iso8601(runtime::unix_millis(clock_));
  out.phones = static_cast<std::int64_t>(phones_.all().size());
  out.companions = static_cast<std::int64_t>(network_.world.device_count());
  out.links = static_cast<std::int64_t>(network_.links.size());
  co_return out;
}

Control::Reply<ipc::PhoneCreated> Control::handle(rpc::Call, ipc::PhoneCreate request) {
  auto phone = contacts_.create_phone(request.phoneNumber.value_or(""), request.name.value_or(""),
                                      request.platform.value_or(""));
  if (!phone) co_return fail(std::move(phone).error());
  ipc::PhoneCreated out;
  out.phoneNumber = "+" + phone->number;
  out.jid = phone->number + "@" + std::string(wire::kUserServer);
  out.lid = phone->lid.to_string();
  out.name = phone->name;
  co_return out;
}

Control::Reply<ipc::PhonePage> Control::handle(rpc::Call, ipc::PhoneList) {
  ipc::PhonePage page;
  for (const auto& phone : phones_.all()) {
    ipc::PhoneView out;
    out.phoneNumber = "+" + phone.number;
    out.name = phone.name;
    out.jid = phone.number + "@" + std::string(wire::kUserServer);
    out.lid = phone.lid.to_string();
    for (const auto& companion : phones_.companions(phone))
      out.companions.push_back(view(companion));
    page.phones.push_back(std::move(out));
  }
  co_return page;
}

Control::Reply<ipc::CompanionLinked> Control::handle(rpc::Call, ipc::PhoneScan request) {
  auto waiting = std::make_shared<Waiting>();
  phones_.scan(request.phone, request.qr, into(waiting));
  co_return co_await linked(waiting);
}

Control::Reply<ipc::CompanionLinked> Control::handle(rpc::Call, ipc::PhoneEnterCode request) {
  auto waiting = std::make_shared<Waiting>();
  phones_.enter_code(request.phone, request.code, into(waiting));
  co_return co_await linked(waiting);
}

Control::Reply<ipc::PhoneUnlinked> Control::handle(rpc::Call, ipc::PhoneUnlink request) {
  auto removed = phones_.unlink(request.phone, narrowed<std::uint16_t>(request.device));
  if (!removed) co_return fail(std::move(removed).error());
  ipc::PhoneUnlinked out;
  for (const auto& jid : *removed) out.unlinked.push_back(jid.to_string());
  co_return out;
}

Control::Reply<ipc::LinkPage> Control::handle(rpc::Call, ipc::LinkList) {
  ipc::LinkPage page;
  for (const auto* link : network_.links.all())
    if (has_role(*link)) page.links.push_back(view(*link));
  co_return page;
}

Control::Reply<ipc::LinkDropped> Control::handle(rpc::Call, ipc::LinkDrop request) {
  CO_TRY(const auto links, links_of(request.jid));
  for (auto* link : links) link->drop();
  ipc::LinkDropped out;
  out.dropped = static_cast<std::int64_t>(links.size());
  co_return out;
}

Control::Reply<ipc::LinkRefusal> Control::handle(rpc::Call, ipc::LinkRefuse request) {
  network_.faults.refuse = request.refuse;
  ipc::LinkRefusal out;
  out.refuse = request.refuse;
  co_return out;
}

Control::Reply<ipc::LinkSilenced> Control::handle(rpc::Call, ipc::LinkSilence request) {
  CO_TRY(const auto device, device_of(network_.world, request.jid));
  CO_TRY(const auto links, links_of(request.jid));
  network_.faults.silence(device, request.silent);
  ipc::LinkSilenced out;
  out.silent = request.silent;
  out.links = static_cast<std::int64_t>(links.size());
  co_return out;
}

Control::Reply<ipc::StreamErrorSent> Control::handle(rpc::Call, ipc::StreamErrorSend request) {
  CO_TRY(const auto links, links_of(request.jid));
  if (links.empty()) co_return fail(ErrorCode::not_found, "this device has no connection");
  stanza::StreamErrorContent content;
  content.code = narrowed<int>(request.code);
  content.conflict = request.conflict.value_or("");
  if (request.child) content.child = error_child(*request.child);
  const auto node = request.child == "xmlstreamend" ? stanza::build_stream_end()
                                                    : stanza::build_stream_error(content);
  for (auto* link : links) {
    link->send(node);
    link->finish();
  }
  ipc::StreamErrorSent out;
  out.sent = static_cast<std::int64_t>(links.size());
  co_return out;
}

Control::Reply<ipc::FailureSet> Control::handle(rpc::Call, ipc::FailureNext request) {
  CO_TRY(const auto device, device_of(network_.world, request.jid));
  stanza::FailureContent content;
  content.reason = static_cast<int>(request.reason.value_or(0));
  content.code = narrowed<int>(request.code);
  content.expire = narrowed<std::uint64_t>(request.expire);
  network_.faults.add_failure(device, content, static_cast<unsigned>(request.count));
  ipc::FailureSet out;
  out.count = request.count;
  co_return out;
}

Control::Reply<ipc::ClockView> Control::handle(rpc::Call, ipc::SandboxClock request) {
  clock_.advance(std::chrono::milliseconds(request.advanceMs));
  ipc::ClockView out;
  out.now = runtime::iso8601(runtime::unix_millis(clock_));
  co_return out;
}

Control::Reply<ipc::FaultSet> Control::handle(rpc::Call, ipc::FaultHandshake request) {
  CO_TRY(const auto fault, handshake_fault(request.kind));
  network_.faults.set(fault, static_cast<unsigned>(request.count));
  ipc::FaultSet out;
  out.kind = request.kind;
  out.count = request.count;
  co_return out;
}

Control::Reply<ipc::FaultSet> Control::handle(rpc::Call, ipc::FaultPairing request) {
  CO_TRY(const auto fault, pairing_fault(request.kind));
  network_.faults.set(fault, static_cast<unsigned>(request.count));
  ipc::FaultSet out;
  out.kind = request.kind;
  out.count = request.count;
  co_return out;
}

}  // namespace wasphere::sandbox
