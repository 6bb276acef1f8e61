// Operations of the sandbox's control socket: virtual phones, links and faults.
#pragma once

#include <optional>
#include <vector>

#include "ipc/command.h"
#include "ipc/commands/debug.h"

namespace wasphere::ipc {

struct SandboxView {
  std::string version;
  std::string url;
  std::string noiseRoot;
  std::string control;
  std::string now;
  std::int64_t phones = 0;
  std::int64_t companions = 0;
  std::int64_t links = 0;
  static constexpr auto fields = std::tuple{
      field("version", &SandboxView::version, "Version of the sandbox."),
      field("url", &SandboxView::url, "Where daemons connect to: network.url."),
      field("noiseRoot", &SandboxView::noiseRoot,
            "Its root key in hexadecimal: network.noise_root."),
      field("control", &SandboxView::control, "Path of this control socket."),
      field("now", &SandboxView::now, "The sandbox's time."),
      field("phones", &SandboxView::phones, "How many virtual phones there are."),
      field("companions", &SandboxView::companions, "How many linked devices they have."),
      field("links", &SandboxView::links, "How many connections are open.")};
};

struct SandboxInfoGet {
  using Response = SandboxView;
  static constexpr CommandInfo command{
      .method = "sandbox.info",
      .cli = "sandbox info",
      .summary = "Tell where the sandbox listens and what it holds.",
      .returns = "Facts about the sandbox.",
      .sandbox = true};
  static constexpr auto fields = std::tuple{};
};

struct PhoneCreated {
  std::string phoneNumber;
  std::string jid;
  std::string lid;
  std::string name;
  static constexpr auto fields =
      std::tuple{field("phoneNumber", &PhoneCreated::phoneNumber, "Its number with the plus sign."),
                 field("jid", &PhoneCreated::jid, "Its address."),
                 field("lid", &PhoneCreated::lid, "Its hidden address."),
                 field("name", &PhoneCreated::name, "Its push name.")};
};

struct PhoneCreate {
  using Response = PhoneCreated;
  static constexpr CommandInfo command{
      .method = "phone.create",
      .cli = "sandbox phone create",
      .summary = "Create a virtual phone with an account of its own.",
      .returns = "The phone.",
      .errors = {ErrorCode::invalid_phone_number, ErrorCode::validation_failed},
      .sandbox = true};
  std::optional<std::string> phoneNumber;
  std::optional<std::string> name;
  std::optional<std::string> platform;
  static constexpr auto fields =
      std::tuple{arg("phoneNumber", &PhoneCreate::phoneNumber, "Its number; made up when missing.",
                     length(1, 32), value_name("NUMBER")),
                 field("name", &PhoneCreate::name, "Its push name.", length(1, 64)),
                 field("platform", &PhoneCreate::platform,
                       "What the phone runs, as android or iphone.", length(1, 32))};
};

struct CompanionView {
  std::string jid;
  std::int64_t device = 0;
  std::string osName;
  bool connected = false;
  std::int64_t preKeys = 0;
  static constexpr auto fields =
      std::tuple{field("jid", &CompanionView::jid, "Its address."),
                 field("device", &CompanionView::device, "Its device number."),
                 field("osName", &CompanionView::osName, "The name it linked with."),
                 field("connected", &CompanionView::connected, "Whether it is connected now."),
                 field("preKeys", &CompanionView::preKeys, "Pre-keys it has on the server.")};
};

struct PhoneView {
  std::string phoneNumber;
  std::string name;
  std::string jid;
  std::string lid;
  std::vector<CompanionView> companions;
  static constexpr auto fields =
      std::tuple{field("phoneNumber", &PhoneView::phoneNumber, "Its number with the plus sign."),
                 field("name", &PhoneView::name, "Its push name."),
                 field("jid", &PhoneView::jid, "Its address."),
                 field("lid", &PhoneView::lid, "Its hidden address."),
                 field("companions", &PhoneView::companions, "The devices linked to it.")};
};

struct PhonePage {
  std::vector<PhoneView> phones;
  static constexpr auto fields =
      std::tuple{field("phones", &PhonePage::phones, "The phones in order of creation.")};
};

struct PhoneList {
  using Response = PhonePage;
  static constexpr CommandInfo command{
      .method = "phone.list",
      .cli = "sandbox phone list",
      .summary = "List the virtual phones and their linked devices.",
      .returns = "The phones.",
      .sandbox = true};
  static constexpr auto fields = std::tuple{};
};

struct CompanionLinked {
  std::string jid;
  std::string lid;
  std::int64_t device = 0;
  static constexpr auto fields =
      std::tuple{field("jid", &CompanionLinked::jid, "Address of the new device."),
                 field("lid", &CompanionLinked::lid, "Its hidden address."),
                 field("device", &CompanionLinked::device, "Its device number.")};
};

constexpr auto phone_arg(auto member) {
  return arg("phone", member, "Number of the virtual phone.", length(1, 64), value_name("NUMBER"));
}

struct PhoneScan {
  using Response = CompanionLinked;
  static constexpr CommandInfo command{
      .method = "phone.scan",
      .cli = "sandbox phone scan",
      .summary = "Let a virtual phone scan a QR.",
      .description =
          "The answer comes when the new device has confirmed, at most 10 seconds later.",
      .returns = "The new device.",
      .errors = {ErrorCode::not_found, ErrorCode::crypto_error, ErrorCode::protocol_error,
                 ErrorCode::timed_out},
      .sandbox = true};
  std::string phone;
  std::string qr;
  static constexpr auto fields =
      std::tuple{phone_arg(&PhoneScan::phone),
                 arg("qr", &PhoneScan::qr, "The text inside the QR.", length(1, 4096))};
};

struct PhoneEnterCode {
  using Response = CompanionLinked;
  static constexpr CommandInfo command{
      .method = "phone.enterCode",
      .cli = "sandbox phone enter-code",
      .summary = "Type a pairing code on a virtual phone.",
      .description =
          "The answer comes when the new device has confirmed, at most 10 seconds later.",
      .returns = "The new device.",
      .errors = {ErrorCode::not_found, ErrorCode::crypto_error, ErrorCode::protocol_error,
                 ErrorCode::timed_out},
      .sandbox = true};
  std::string phone;
  std::string code;
  static constexpr auto fields = std::tuple{
      phone_arg(&PhoneEnterCode::phone),
      arg("code", &PhoneEnterCode::code, "The code, with or without its hyphen.", length(8, 16))};
};

struct PhoneUnlinked {
  std::vector<std::string> unlinked;
  static constexpr auto fields =
      std::tuple{field("unlinked", &PhoneUnlinked::unlinked, "Addresses of the removed devices.")};
};

struct PhoneUnlink {
  using Response = PhoneUnlinked;
  static constexpr CommandInfo command{.method = "phone.unlink",
                                       .cli = "sandbox phone unlink",
                                       .summary = "Remove linked devices on a virtual phone.",
                                       .returns = "The devices that were removed.",
                                       .errors = {ErrorCode::not_found},
                                       .sandbox = true};
  std::string phone;
  std::optional<std::int64_t> device;
  static constexpr auto fields =
      std::tuple{phone_arg(&PhoneUnlink::phone),
                 field("device", &PhoneUnlink::device, "Only this device; all when missing.",
                       range(1, 65535))};
};

inline constexpr std::array<std::string_view, 2> kLinkKinds{"registration", "login"};

struct LinkView {
  std::int64_t id = 0;
  std::string kind;
  std::optional<std::string> jid;
  std::optional<std::string> osName;
  static constexpr auto fields = std::tuple{
      field("id", &LinkView::id, "Number of the connection."),
      field("kind", &LinkView::kind, "Whether the client is new or logs in.", one_of(kLinkKinds)),
      field("jid", &LinkView::jid, "Address of the device, once known."),
      field("osName", &LinkView::osName, "The name the client registers with.")};
};

struct LinkPage {
  std::vector<LinkView> links;
  static constexpr auto fields =
      std::tuple{field("links", &LinkPage::links, "The open connections, oldest first.")};
};

struct LinkList {
  using Response = LinkPage;
  static constexpr CommandInfo command{.method = "link.list",
                                       .cli = "sandbox link list",
                                       .summary = "List the open connections.",
                                       .returns = "The connections.",
                                       .sandbox = true};
  static constexpr auto fields = std::tuple{};
};

struct LinkDropped {
  std::int64_t dropped = 0;
  static constexpr auto fields =
      std::tuple{field("dropped", &LinkDropped::dropped, "How many connections were cut.")};
};

struct LinkDrop {
  using Response = LinkDropped;
  static constexpr CommandInfo command{.method = "link.drop",
                                       .cli = "sandbox link drop",
                                       .summary = "Cut connections without a word.",
                                       .returns = "How many were cut.",
                                       .sandbox = true};
  std::optional<std::string> jid;
  static constexpr auto fields = std::tuple{
      arg("jid", &LinkDrop::jid, "Only those of this device; all when missing.", length(1, 128))};
};

struct LinkRefusal {
  bool refuse = false;
  static constexpr auto fields =
      std::tuple{field("refuse", &LinkRefusal::refuse, "Whether connections are refused now.")};
};

struct LinkRefuse {
  using Response = LinkRefusal;
  static constexpr CommandInfo command{
      .method = "link.refuse",
      .cli = "sandbox link refuse",
      .summary = "Answer new connections with HTTP status 503, or stop doing so.",
      .returns = "What holds now.",
      .sandbox = true};
  bool refuse = true;
  static constexpr auto fields = std::tuple{
      field("refuse", &LinkRefuse::refuse, "Refuse, or take connections again.", defaulted)};
};

struct LinkSilenced {
  bool silent = false;
  std::int64_t links = 0;
  static constexpr auto fields =
      std::tuple{field("silent", &LinkSilenced::silent, "What was asked for."),
                 field("links", &LinkSilenced::links, "Open connections concerned.")};
};

struct LinkSilence {
  using Response = LinkSilenced;
  static constexpr CommandInfo command{
      .method = "link.silence",
      .cli = "sandbox link silence",
      .summary = "Stop answering on connections that stay open, or answer again.",
      .returns = "What holds now.",
      .sandbox = true};
  std::optional<std::string> jid;
  bool silent = true;
  static constexpr auto fields = std::tuple{
      arg("jid", &LinkSilence::jid, "Only those of this device; all when missing.", length(1, 128)),
      field("silent", &LinkSilence::silent, "Be silent, or answer again.", defaulted)};
};

struct StreamErrorSent {
  std::int64_t sent = 0;
  static constexpr auto fields =
      std::tuple{field("sent", &StreamErrorSent::sent, "Connections it was sent on.")};
};

struct StreamErrorSend {
  using Response = StreamErrorSent;
  static constexpr CommandInfo command{
      .method = "stream.error",
      .cli = "sandbox stream-error",
      .summary = "Send a stream error to a device and close its connection.",
      .returns = "On how many connections it was sent.",
      .errors = {ErrorCode::not_found},
      .sandbox = true};
  std::string jid;
  std::optional<std::int64_t> code;
  std::optional<std::string> conflict;
  std::optional<std::string> child;
  static constexpr auto fields = std::tuple{
      arg("jid", &StreamErrorSend::jid, "Address of the device.", length(1, 128)),
      field("code", &StreamErrorSend::code, "Its code, as 515 or 516.", range(100, 999)),
      field("conflict", &StreamErrorSend::conflict,
            "Type of a conflict, as replaced or device_removed.", length(1, 64)),
      field("child", &StreamErrorSend::child, "Name of another child element.", length(1, 64))};
};

struct FaultSet {
  std::string kind;
  std::int64_t count = 0;
  static constexpr auto fields = std::tuple{field("kind", &FaultSet::kind, "What will go wrong."),
                                            field("count", &FaultSet::count, "How many times.")};
};

constexpr auto count_field(auto member) {
  return field("count", member, "How many times in a row.", range(0, 1000000), defaulted);
}

struct FailureSet {
  std::int64_t count = 0;
  static constexpr auto fields =
      std::tuple{field("count", &FailureSet::count, "How many logins will be refused.")};
};

struct FailureNext {
  using Response = FailureSet;
  static constexpr CommandInfo command{.method = "failure",
                                       .cli = "sandbox failure",
                                       .summary = "Refuse the next logins with a failure.",
                                       .returns = "What was set.",
                                       .sandbox = true};
  std::optional<std::string> jid;
  std::optional<std::int64_t> reason;
  std::optional<std::int64_t> code;
  std::optional<std::int64_t> expire;
  std::int64_t count = 1;
  static constexpr auto fields = std::tuple{
      arg("jid", &FailureNext::jid, "Only logins of this device; any when missing.",
          length(1, 128)),
      field("reason", &FailureNext::reason, "Its reason, as 401, 402 or 503.", range(100, 999)),
      field("code", &FailureNext::code, "Its code, where a ban has one.", range(0, 100000)),
      field("expire", &FailureNext::expire, "Seconds a temporary ban lasts.",
            range(0, 366LL * 24 * 3600)),
      count_field(&FailureNext::count)};
};

struct SandboxClock {
  using Response = ClockView;
  static constexpr CommandInfo command{.method = "clock",
                                       .cli = "sandbox clock",
                                       .summary = "Move the sandbox's clock forward.",
                                       .returns = "The sandbox's time.",
                                       .sandbox = true};
  std::int64_t advanceMs = 0;
  static constexpr auto fields =
      std::tuple{arg("advanceMs", &SandboxClock::advanceMs, "Milliseconds to move by.",
                     range(0, kMaxClockStepMs), value_name("MS"))};
};

inline constexpr std::array<std::string_view, 10> kHandshakeFaults{
    "none",          "garbage_hello", "truncated_hello", "empty_hello",        "wrong_root",
    "expired_chain", "wrong_leaf",    "garbage_after",   "close_before_hello", "close_after_hello"};

struct FaultHandshake {
  using Response = FaultSet;
  static constexpr CommandInfo command{.method = "fault.handshake",
                                       .cli = "sandbox fault handshake",
                                       .summary = "Let the next handshakes go wrong.",
                                       .returns = "What was set.",
                                       .sandbox = true};
  std::string kind;
  std::int64_t count = 1;
  static constexpr auto fields =
      std::tuple{arg("kind", &FaultHandshake::kind, "What goes wrong; none to stop it.",
                     one_of(kHandshakeFaults)),
                 count_field(&FaultHandshake::count)};
};

inline constexpr std::array<std::string_view, 4> kPairingFaults{"none", "bad_hmac", "bad_signature",
                                                                "garbage_identity"};

struct FaultPairing {
  using Response = FaultSet;
  static constexpr CommandInfo command{.method = "fault.pairing",
                                       .cli = "sandbox fault pairing",
                                       .summary = "Let the next pairings go wrong.",
                                       .returns = "What was set.",
                                       .sandbox = true};
  std::string kind;
  std::int64_t count = 1;
  static constexpr auto fields = std::tuple{
      arg("kind", &FaultPairing::kind, "What goes wrong; none to stop it.", one_of(kPairingFaults)),
      count_field(&FaultPairing::count)};
};

}  // namespace wasphere::ipc
