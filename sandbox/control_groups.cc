// The operations on groups, policies and faults of messages.
#include "sandbox/contacts.h"
#include "sandbox/control.h"
#include "sandbox/network.h"

namespace wasphere::sandbox {
namespace {

wire::Node request_iq(Handset& handset, const wire::Jid& to, wire::Node child) {
  return {"iq",
          {{"id", handset.next_id()}, {"xmlns", "w:g2"}, {"type", "set"}, {"to", to}},
          wire::Nodes{std::move(child)}};
}

wire::Nodes participants(const std::vector<wire::Jid>& people) {
  wire::Nodes nodes;
  for (const auto& jid : people) nodes.push_back({"participant", {{"jid", jid}}, {}});
  return nodes;
}

Result<std::vector<wire::Jid>> addresses(Contacts& contacts,
                                         const std::vector<std::string>& people) {
  std::vector<wire::Jid> found;
  for (const auto& each : people) {
    WS_TRY(auto jid, contacts.address(each));
    found.push_back(std::move(jid));
  }
  return found;
}

ipc::SandboxPolicyView view(const std::string& account, const Policy& policy) {
  ipc::SandboxPolicyView out;
  out.account = "+" + account;
  out.lidMigrated = policy.lid_migrated;
  out.needDeviceIdentity = policy.need_device_identity;
  out.dropUntypedMedia = policy.drop_untyped_media;
  out.timelocked = policy.timelocked;
  out.capped = policy.capped;
  for (const auto& number : policy.blocked) out.blocked.push_back("+" + number);
  return out;
}

Status apply(const ipc::SandboxPolicySet& request, Policy& policy) {
  if (request.lidMigrated) policy.lid_migrated = *request.lidMigrated;
  if (request.needDeviceIdentity) policy.need_device_identity = *request.needDeviceIdentity;
  if (request.dropUntypedMedia) policy.drop_untyped_media = *request.dropUntypedMedia;
  if (request.timelocked) policy.timelocked = *request.timelocked;
  if (request.capped) policy.capped = *request.capped;
  if (!request.blocked) return {};
  policy.blocked.clear();
  for (const auto& number : *request.blocked) {
    WS_TRY(auto digits, phone_digits(number));
    policy.blocked.insert(std::move(digits));
  }
  return {};
}

}  // namespace

ipc::SandboxGroupView Control::view_of(const Group& group) const {
  ipc::SandboxGroupView out;
  out.jid = group.jid().to_string();
  out.subject = group.subject;
  out.addressing = group.lid_mode ? "lid" : "pn";
  for (const auto& [number, role] : group.members) out.members.push_back("+" + number);
  return out;
}

Control::Reply<ipc::SandboxGroupView> Control::handle(rpc::Call, ipc::SandboxGroupCreate request) {
  CO_TRY(auto* person, contacts_.find(request.who));
  CO_TRY(const auto people, addresses(contacts_, request.members));
  auto& handset = person->handset();
  wire::Node create{"create",
                    {{"subject", request.subject},
                     {"key", handset.next_id()},
                     {"addressing_mode", request.addressing}},
                    participants(people)};
  const auto answer =
      handset.ask(request_iq(handset, {"", std::string(wire::kGroupServer)}, std::move(create)));
  const auto* node = answer.child("group");
  if (node == nullptr) co_return fail(ErrorCode::internal, "the server did not make the group");
  co_return view_of(
      *network_.groups.find({node->attr_or("id", ""), std::string(wire::kGroupServer)}));
}

Control::Reply<ipc::SandboxGroupPage> Control::handle(rpc::Call, ipc::SandboxGroupList) {
  ipc::SandboxGroupPage page;
  for (const auto* group : network_.groups.all()) page.groups.push_back(view_of(*group));
  co_return page;
}

Result<ipc::SandboxGroupView> Control::change_group(const std::string& group,
                                                    const std::string& action,
                                                    const std::vector<std::string>& members) {
  const auto jid = wire::Jid::parse(group);
  const auto* known = jid ? network_.groups.find(*jid) : nullptr;
  if (known == nullptr) return fail(ErrorCode::not_found, "there is no such group");
  WS_TRY(auto* person, contacts_.find(known->creator));
  WS_TRY(const auto people, addresses(contacts_, members));
  auto& handset = person->handset();
  handset.ask(request_iq(handset, *jid, {action, {}, participants(people)}));
  return view_of(*network_.groups.find(*jid));
}

Control::Reply<ipc::SandboxGroupView> Control::handle(rpc::Call, ipc::SandboxGroupAdd request) {
  co_return change_group(request.group, "add", request.members);
}

Control::Reply<ipc::SandboxGroupView> Control::handle(rpc::Call, ipc::SandboxGroupRemove request) {
  co_return change_group(request.group, "remove", request.members);
}

Control::Reply<ipc::SandboxPolicyView> Control::handle(rpc::Call, ipc::SandboxPolicySet request) {
  CO_TRY(const auto* person, contacts_.find(request.account));
  const auto& number = person->phone.number;
  auto policy = network_.policies.of(number);
  if (auto applied = apply(request, policy); !applied) co_return fail(std::move(applied).error());
  network_.policies.change(number) = policy;
  co_return view(number, policy);
}

Control::Reply<ipc::SandboxMessageFaultSet> Control::handle(rpc::Call,
                                                            ipc::SandboxFaultMessage request) {
  CO_TRY(const auto kind, message_fault(request.kind));
  MessageFaults::Rule rule;
  rule.kind = kind;
  if (request.jid) {
    CO_TRY(const auto jid, contacts_.address(*request.jid));
    rule.device = network_.world.phone_form(jid).value_or(jid);
  }
  rule.after = static_cast<unsigned>(request.after);
  rule.count = static_cast<unsigned>(request.count);
  rule.value = static_cast<int>(request.value);
  network_.message_faults.add(std::move(rule));
  ipc::SandboxMessageFaultSet out;
  out.kind = request.kind;
  out.count = request.count;
  co_return out;
}

Control::Reply<ipc::SandboxDone> Control::handle(rpc::Call, ipc::SandboxFaultClear) {
  ipc::SandboxDone out;
  out.count = static_cast<std::int64_t>(network_.message_faults.size());
  network_.message_faults.clear();
  co_return out;
}

}  // namespace wasphere::sandbox
