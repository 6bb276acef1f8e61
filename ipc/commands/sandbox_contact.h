// Operations of the sandbox's control socket on virtual people: what they write, receive and do.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "ipc/command.h"

namespace wasphere::ipc {

inline constexpr std::int64_t kMaxSandboxWaitMs = 600'000;

struct SandboxContactDevice {
  std::string jid;
  bool online = false;
  std::int64_t preKeys = 0;
  std::int64_t queued = 0;
  static constexpr auto fields = std::tuple{
      field("jid", &SandboxContactDevice::jid, "Its address."),
      field("online", &SandboxContactDevice::online, "Whether it is connected."),
      field("preKeys", &SandboxContactDevice::preKeys, "Pre-keys it has on the server."),
      field("queued", &SandboxContactDevice::queued, "Stanzas that it has not answered yet.")};
};

struct SandboxContactView {
  std::string name;
  std::string phoneNumber;
  std::string jid;
  std::string lid;
  bool contact = false;
  bool echo = false;
  std::int64_t received = 0;
  std::vector<SandboxContactDevice> devices;
  static constexpr auto fields = std::tuple{
      field("name", &SandboxContactView::name, "The push name."),
      field("phoneNumber", &SandboxContactView::phoneNumber, "The number with the plus sign."),
      field("jid", &SandboxContactView::jid, "The address."),
      field("lid", &SandboxContactView::lid, "The hidden address."),
      field("contact", &SandboxContactView::contact,
            "Whether it was made as a contact, not as a phone to link to."),
      field("echo", &SandboxContactView::echo, "Whether texts come back."),
      field("received", &SandboxContactView::received, "How many messages have arrived."),
      field("devices", &SandboxContactView::devices, "The phone and its own companions.")};
};

struct SandboxContactCreate {
  using Response = SandboxContactView;
  static constexpr CommandInfo command{
      .method = "sandbox.contact.create",
      .cli = "sandbox contact create",
      .summary = "Create a virtual contact that sends and receives by itself.",
      .returns = "The contact.",
      .errors = {ErrorCode::invalid_phone_number, ErrorCode::validation_failed},
      .sandbox = true};
  std::optional<std::string> number;
  std::optional<std::string> name;
  std::int64_t devices = 1;
  bool echo = false;
  static constexpr auto fields =
      std::tuple{field("number", &SandboxContactCreate::number, "Its number; made up when missing.",
                       length(1, 32)),
                 field("name", &SandboxContactCreate::name, "Its push name.", length(1, 64)),
                 field("devices", &SandboxContactCreate::devices,
                       "How many devices, with the phone.", range(1, 16), defaulted),
                 field("echo", &SandboxContactCreate::echo, "Send every text back.", defaulted)};
};

struct SandboxContactPage {
  std::vector<SandboxContactView> contacts;
  static constexpr auto fields = std::tuple{
      field("contacts", &SandboxContactPage::contacts, "The people in order of creation.")};
};

struct SandboxContactList {
  using Response = SandboxContactPage;
  static constexpr CommandInfo command{.method = "sandbox.contact.list",
                                       .cli = "sandbox contact list",
                                       .summary = "List the virtual people, phones included.",
                                       .returns = "The people.",
                                       .sandbox = true};
  static constexpr auto fields = std::tuple{};
};

constexpr auto sandbox_person_arg(auto member) {
  return arg("who", member, "Name or number of a virtual person.", length(1, 64),
             value_name("NAME"));
}
constexpr auto sandbox_device_field(auto member) {
  return field("device", member, "Which of the devices, counted from 0, the phone.", range(0, 15),
               defaulted);
}
constexpr auto sandbox_timeout_field(auto member) {
  return field("timeoutMs", member, "How long to wait at most.", range(0, kMaxSandboxWaitMs),
               defaulted, value_name("MS"));
}

inline constexpr std::array<std::string_view, 2> kSandboxAddressing{"lid", "pn"};

struct SandboxContactSet {
  using Response = SandboxContactView;
  static constexpr CommandInfo command{.method = "sandbox.contact.set",
                                       .cli = "sandbox contact set",
                                       .summary = "Change how a virtual person behaves.",
                                       .returns = "The person.",
                                       .errors = {ErrorCode::not_found},
                                       .sandbox = true};
  std::string who;
  std::optional<bool> online;
  std::optional<bool> echo;
  std::optional<bool> receipts;
  std::optional<std::int64_t> receiptDelayMs;
  std::optional<bool> reads;
  std::optional<std::string> addressing;
  static constexpr auto fields = std::tuple{
      sandbox_person_arg(&SandboxContactSet::who),
      field("online", &SandboxContactSet::online, "Connected, or away with all devices."),
      field("echo", &SandboxContactSet::echo, "Send every text back."),
      field("receipts", &SandboxContactSet::receipts, "Say that messages have arrived."),
      field("receiptDelayMs", &SandboxContactSet::receiptDelayMs, "How much later it says so.",
            range(0, kMaxSandboxWaitMs), value_name("MS")),
      field("reads", &SandboxContactSet::reads, "Read what arrives, and say so."),
      field("addressing", &SandboxContactSet::addressing,
            "Write to hidden addresses or to phone numbers.", one_of(kSandboxAddressing))};
};

struct SandboxSent {
  std::vector<std::string> ids;
  std::vector<std::string> refused;
  static constexpr auto fields = std::tuple{
      field("ids", &SandboxSent::ids, "Ids of the messages, in order."),
      field("refused", &SandboxSent::refused, "Those the server refused, each as ID:ERROR.")};
};

struct SandboxContactSend {
  using Response = SandboxSent;
  static constexpr CommandInfo command{
      .method = "sandbox.contact.send",
      .cli = "sandbox contact send",
      .summary = "Let a virtual person send a text.",
      .description = "The answer comes when the server has answered every message.",
      .returns = "The messages.",
      .errors = {ErrorCode::not_found, ErrorCode::invalid_phone_number, ErrorCode::timed_out},
      .sandbox = true};
  std::string who;
  std::string to;
  std::string text;
  std::int64_t count = 1;
  std::int64_t device = 0;
  std::int64_t timeoutMs = 10'000;
  static constexpr auto fields =
      std::tuple{sandbox_person_arg(&SandboxContactSend::who),
                 arg("to", &SandboxContactSend::to, "Number, name, or JID of a person or group.",
                     length(1, 128)),
                 arg("text", &SandboxContactSend::text, "The text.", length(1, 65536)),
                 field("count", &SandboxContactSend::count,
                       "How many messages; from two on, the text ends in their number.",
                       range(1, 100000), defaulted),
                 sandbox_device_field(&SandboxContactSend::device),
                 sandbox_timeout_field(&SandboxContactSend::timeoutMs)};
};

inline constexpr std::array<std::string_view, 8> kSandboxKinds{
    "text", "reaction", "edit", "revoke", "protocol", "media", "other", "undecryptable"};

struct SandboxReceivedView {
  std::string id;
  std::string chat;
  std::string sender;
  std::string kind;
  std::string text;
  std::string target;
  bool own = false;
  bool offline = false;
  std::int64_t count = 0;
  std::int64_t devices = 0;
  std::int64_t time = 0;
  static constexpr auto fields = std::tuple{
      field("id", &SandboxReceivedView::id, "Its id."),
      field("chat", &SandboxReceivedView::chat, "The chat it belongs to."),
      field("sender", &SandboxReceivedView::sender, "Who wrote it."),
      field("kind", &SandboxReceivedView::kind, "What it is.", one_of(kSandboxKinds)),
      field("text", &SandboxReceivedView::text, "Its text, or the emoji of a reaction."),
      field("target", &SandboxReceivedView::target, "The message it is about."),
      field("own", &SandboxReceivedView::own, "Whether another own device wrote it."),
      field("offline", &SandboxReceivedView::offline, "Whether it had waited on the server."),
      field("count", &SandboxReceivedView::count, "How often one device has opened it, at most."),
      field("devices", &SandboxReceivedView::devices, "How many devices have opened it."),
      field("time", &SandboxReceivedView::time, "The server's time, in Unix seconds.")};
};

struct SandboxInboxPage {
  std::vector<SandboxReceivedView> messages;
  static constexpr auto fields = std::tuple{
      field("messages", &SandboxInboxPage::messages, "The messages in order of arrival.")};
};

struct SandboxContactInbox {
  using Response = SandboxInboxPage;
  static constexpr CommandInfo command{.method = "sandbox.contact.inbox",
                                       .cli = "sandbox contact inbox",
                                       .summary = "Show what a virtual person has received.",
                                       .returns = "The messages.",
                                       .errors = {ErrorCode::not_found, ErrorCode::timed_out},
                                       .sandbox = true};
  std::string who;
  std::optional<std::string> chat;
  std::optional<std::string> kind;
  std::optional<std::string> text;
  bool own = false;
  std::int64_t devices = 0;
  std::int64_t waitCount = 0;
  std::int64_t timeoutMs = 10'000;
  bool clear = false;
  static constexpr auto fields = std::tuple{
      sandbox_person_arg(&SandboxContactInbox::who),
      field("chat", &SandboxContactInbox::chat, "Only of this chat.", length(1, 128)),
      field("kind", &SandboxContactInbox::kind, "Only of this kind.", one_of(kSandboxKinds)),
      field("text", &SandboxContactInbox::text, "Only with exactly this text.", length(1, 65536)),
      field("own", &SandboxContactInbox::own,
            "Copies of what own devices sent, instead of what others sent.", defaulted),
      field("devices", &SandboxContactInbox::devices, "Only what so many devices have opened.",
            range(0, 16), defaulted),
      field("waitCount", &SandboxContactInbox::waitCount, "Wait until there are so many.",
            range(0, 1'000'000), defaulted),
      sandbox_timeout_field(&SandboxContactInbox::timeoutMs),
      field("clear", &SandboxContactInbox::clear, "Forget everything afterwards.", defaulted)};
};

struct SandboxReceiptView {
  std::string id;
  std::string from;
  std::string type;
  static constexpr auto fields =
      std::tuple{field("id", &SandboxReceiptView::id, "The message."),
                 field("from", &SandboxReceiptView::from, "Whose receipt it is."),
                 field("type", &SandboxReceiptView::type, "As delivered, read, played or retry.")};
};

struct SandboxReceiptPage {
  std::vector<SandboxReceiptView> receipts;
  static constexpr auto fields = std::tuple{
      field("receipts", &SandboxReceiptPage::receipts, "The receipts in order of arrival.")};
};

struct SandboxContactReceipts {
  using Response = SandboxReceiptPage;
  static constexpr CommandInfo command{
      .method = "sandbox.contact.receipts",
      .cli = "sandbox contact receipts",
      .summary = "Show the receipts that a virtual person has got.",
      .returns = "The receipts.",
      .errors = {ErrorCode::not_found, ErrorCode::timed_out},
      .sandbox = true};
  std::string who;
  std::optional<std::string> id;
  std::optional<std::string> type;
  std::int64_t waitCount = 0;
  std::int64_t timeoutMs = 10'000;
  static constexpr auto fields =
      std::tuple{sandbox_person_arg(&SandboxContactReceipts::who),
                 field("id", &SandboxContactReceipts::id, "Only of this message.", length(1, 128)),
                 field("type", &SandboxContactReceipts::type,
                       "Only of this type, as delivered or read.", length(1, 32)),
                 field("waitCount", &SandboxContactReceipts::waitCount,
                       "Wait until there are so many.", range(0, 1'000'000), defaulted),
                 sandbox_timeout_field(&SandboxContactReceipts::timeoutMs)};
};

struct SandboxDone {
  std::int64_t count = 0;
  static constexpr auto fields =
      std::tuple{field("count", &SandboxDone::count, "How many it concerned.")};
};

struct SandboxContactRetry {
  using Response = SandboxDone;
  static constexpr CommandInfo command{
      .method = "sandbox.contact.retry",
      .cli = "sandbox contact retry",
      .summary = "Let a person pretend that it cannot open the next messages.",
      .description = "It asks for each of them again.",
      .returns = "For how many messages.",
      .errors = {ErrorCode::not_found},
      .sandbox = true};
  std::string who;
  std::int64_t count = 1;
  static constexpr auto fields =
      std::tuple{sandbox_person_arg(&SandboxContactRetry::who),
                 field("count", &SandboxContactRetry::count, "How many messages.",
                       range(0, 1'000'000), defaulted)};
};

inline constexpr std::array<std::string_view, 2> kSandboxReadTypes{"read", "played"};

struct SandboxContactRead {
  using Response = SandboxDone;
  static constexpr CommandInfo command{.method = "sandbox.contact.read",
                                       .cli = "sandbox contact read",
                                       .summary = "Let a person read what it has received.",
                                       .returns = "How many receipts were sent.",
                                       .errors = {ErrorCode::not_found},
                                       .sandbox = true};
  std::string who;
  std::optional<std::string> id;
  std::string type = "read";
  static constexpr auto fields = std::tuple{
      sandbox_person_arg(&SandboxContactRead::who),
      field("id", &SandboxContactRead::id, "Only this message; all when missing.", length(1, 128)),
      field("type", &SandboxContactRead::type, "Read, or played for voice and video.",
            one_of(kSandboxReadTypes), defaulted)};
};

struct SandboxContactLink {
  using Response = SandboxContactView;
  static constexpr CommandInfo command{.method = "sandbox.contact.link",
                                       .cli = "sandbox contact link",
                                       .summary = "Give a person one more linked device.",
                                       .returns = "The person.",
                                       .errors = {ErrorCode::not_found},
                                       .sandbox = true};
  std::string who;
  static constexpr auto fields = std::tuple{sandbox_person_arg(&SandboxContactLink::who)};
};

struct SandboxContactReinstall {
  using Response = SandboxContactView;
  static constexpr CommandInfo command{
      .method = "sandbox.contact.reinstall",
      .cli = "sandbox contact reinstall",
      .summary = "Give a person a new phone: other keys, nothing remembered, no companions.",
      .returns = "The person.",
      .errors = {ErrorCode::not_found},
      .sandbox = true};
  std::string who;
  static constexpr auto fields = std::tuple{sandbox_person_arg(&SandboxContactReinstall::who)};
};

}  // namespace wasphere::ipc
