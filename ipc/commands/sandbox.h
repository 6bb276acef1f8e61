// Operations of the sandbox's control socket: links, clock and faults; the phones are in phone.h.
#pragma once

#include <optional>
#include <vector>

#include "ipc/command.h"
#include "ipc/commands/debug.h"
#include "ipc/commands/phone.h"

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
