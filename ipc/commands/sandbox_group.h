// Operations of the sandbox's control socket on groups, and on what the server insists on.
#pragma once

#include <optional>
#include <vector>

#include "ipc/commands/sandbox_contact.h"

namespace wasphere::ipc {

struct SandboxGroupView {
  std::string jid;
  std::string subject;
  std::string addressing;
  std::vector<std::string> members;
  static constexpr auto fields =
      std::tuple{field("jid", &SandboxGroupView::jid, "Its address."),
                 field("subject", &SandboxGroupView::subject, "Its subject."),
                 field("addressing", &SandboxGroupView::addressing,
                       "How members are addressed in it.", one_of(kSandboxAddressing)),
                 field("members", &SandboxGroupView::members, "Numbers of the members.")};
};

struct SandboxGroupCreate {
  using Response = SandboxGroupView;
  static constexpr CommandInfo command{.method = "sandbox.group.create",
                                       .cli = "sandbox group create",
                                       .summary = "Let a virtual person create a group.",
                                       .returns = "The group.",
                                       .errors = {ErrorCode::not_found},
                                       .sandbox = true};
  std::string who;
  std::string subject;
  std::vector<std::string> members;
  std::string addressing = "lid";
  static constexpr auto fields = std::tuple{
      sandbox_person_arg(&SandboxGroupCreate::who),
      arg("subject", &SandboxGroupCreate::subject, "Its subject.", length(1, 100)),
      arg("members", &SandboxGroupCreate::members, "Numbers or names of the other members.",
          length(1, 128), count(1024), value_name("NAME")),
      field("addressing", &SandboxGroupCreate::addressing, "How members are addressed in it.",
            one_of(kSandboxAddressing), defaulted)};
};

struct SandboxGroupPage {
  std::vector<SandboxGroupView> groups;
  static constexpr auto fields =
      std::tuple{field("groups", &SandboxGroupPage::groups, "The groups.")};
};

struct SandboxGroupList {
  using Response = SandboxGroupPage;
  static constexpr CommandInfo command{.method = "sandbox.group.list",
                                       .cli = "sandbox group list",
                                       .summary = "List the groups of the sandbox.",
                                       .returns = "The groups.",
                                       .sandbox = true};
  static constexpr auto fields = std::tuple{};
};

constexpr auto sandbox_group_arg(auto member) {
  return arg("group", member, "Address of the group.", length(1, 128), value_name("JID"));
}
constexpr auto sandbox_members_arg(auto member) {
  return arg("members", member, "Numbers or names.", length(1, 128), count(1024),
             value_name("NAME"));
}

struct SandboxGroupAdd {
  using Response = SandboxGroupView;
  static constexpr CommandInfo command{.method = "sandbox.group.add",
                                       .cli = "sandbox group add",
                                       .summary = "Add members to a group, in its creator's name.",
                                       .returns = "The group.",
                                       .errors = {ErrorCode::not_found},
                                       .sandbox = true};
  std::string group;
  std::vector<std::string> members;
  static constexpr auto fields = std::tuple{sandbox_group_arg(&SandboxGroupAdd::group),
                                            sandbox_members_arg(&SandboxGroupAdd::members)};
};

struct SandboxGroupRemove {
  using Response = SandboxGroupView;
  static constexpr CommandInfo command{
      .method = "sandbox.group.remove",
      .cli = "sandbox group remove",
      .summary = "Remove members from a group, in its creator's name.",
      .returns = "The group.",
      .errors = {ErrorCode::not_found},
      .sandbox = true};
  std::string group;
  std::vector<std::string> members;
  static constexpr auto fields = std::tuple{sandbox_group_arg(&SandboxGroupRemove::group),
                                            sandbox_members_arg(&SandboxGroupRemove::members)};
};

struct SandboxPolicyView {
  std::string account;
  bool lidMigrated = true;
  bool needDeviceIdentity = true;
  bool dropUntypedMedia = true;
  bool timelocked = false;
  bool capped = false;
  std::vector<std::string> blocked;
  static constexpr auto fields = std::tuple{
      field("account", &SandboxPolicyView::account, "The account's number."),
      field("lidMigrated", &SandboxPolicyView::lidMigrated, "It may write to hidden addresses."),
      field("needDeviceIdentity", &SandboxPolicyView::needDeviceIdentity,
            "Its companions must introduce themselves with first messages."),
      field("dropUntypedMedia", &SandboxPolicyView::dropUntypedMedia,
            "Its media without a media type vanish."),
      field("timelocked", &SandboxPolicyView::timelocked,
            "It may not write to people who gave it no token: error 463."),
      field("capped", &SandboxPolicyView::capped,
            "It may not write to new people any more: error 475."),
      field("blocked", &SandboxPolicyView::blocked, "Numbers that it has blocked.")};
};

struct SandboxPolicySet {
  using Response = SandboxPolicyView;
  static constexpr CommandInfo command{
      .method = "sandbox.policy",
      .cli = "sandbox policy",
      .summary = "Show or change what the server insists on for one account.",
      .returns = "What holds now.",
      .errors = {ErrorCode::not_found},
      .sandbox = true};
  std::string account;
  std::optional<bool> lidMigrated;
  std::optional<bool> needDeviceIdentity;
  std::optional<bool> dropUntypedMedia;
  std::optional<bool> timelocked;
  std::optional<bool> capped;
  std::optional<std::vector<std::string>> blocked;
  static constexpr auto fields = std::tuple{
      arg("account", &SandboxPolicySet::account, "Number of the account.", length(1, 64),
          value_name("NUMBER")),
      field("lidMigrated", &SandboxPolicySet::lidMigrated, "Let it write to hidden addresses."),
      field("needDeviceIdentity", &SandboxPolicySet::needDeviceIdentity,
            "Refuse first messages of its companions that lack the device identity."),
      field("dropUntypedMedia", &SandboxPolicySet::dropUntypedMedia,
            "Let its media without a media type vanish."),
      field("timelocked", &SandboxPolicySet::timelocked, "Answer its cold messages with 463."),
      field("capped", &SandboxPolicySet::capped, "Answer its cold messages with 475."),
      field("blocked", &SandboxPolicySet::blocked, "Whom it blocks; an empty list for nobody.",
            length(1, 64), count(1000), value_name("NUMBER"))};
};

inline constexpr std::array<std::string_view, 12> kMessageFaults{
    "ack_error", "ack_drop",    "ack_delay",  "drop",         "duplicate",       "reorder",
    "corrupt",   "unknown_enc", "disconnect", "withhold_key", "withhold_notice", "refuse_query"};

struct SandboxMessageFaultSet {
  std::string kind;
  std::int64_t count = 0;
  static constexpr auto fields =
      std::tuple{field("kind", &SandboxMessageFaultSet::kind, "What will go wrong."),
                 field("count", &SandboxMessageFaultSet::count, "How many times.")};
};

struct SandboxFaultMessage {
  using Response = SandboxMessageFaultSet;
  static constexpr CommandInfo command{
      .method = "fault.message",
      .cli = "sandbox fault message",
      .summary = "Let the next messages go wrong.",
      .description = "Faults of acks concern what the device sends, the others what it gets.",
      .returns = "What was set.",
      .sandbox = true};
  std::string kind;
  std::optional<std::string> jid;
  std::int64_t count = 1;
  std::int64_t after = 0;
  std::int64_t value = 0;
  static constexpr auto fields = std::tuple{
      arg("kind", &SandboxFaultMessage::kind, "What goes wrong.", one_of(kMessageFaults)),
      field("jid", &SandboxFaultMessage::jid, "Only for this device or account.", length(1, 128)),
      field("count", &SandboxFaultMessage::count, "How many times in a row.", range(1, 1'000'000),
            defaulted),
      field("after", &SandboxFaultMessage::after, "How many go well before.", range(0, 1'000'000),
            defaulted),
      field("value", &SandboxFaultMessage::value,
            "The error of ack_error and refuse_query; the milliseconds of ack_delay.",
            range(0, kMaxSandboxWaitMs), defaulted)};
};

struct SandboxFaultClear {
  using Response = SandboxDone;
  static constexpr CommandInfo command{.method = "fault.clear",
                                       .cli = "sandbox fault clear",
                                       .summary = "Forget every fault of messages.",
                                       .returns = "How many faults were forgotten.",
                                       .sandbox = true};
  static constexpr auto fields = std::tuple{};
};

}  // namespace wasphere::ipc
