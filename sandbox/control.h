// The operations of the control socket (ipc/commands/sandbox.h). Loop thread only.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "daemon/rpc/rpc_server.h"
#include "daemon/runtime/clock.h"
#include "daemon/runtime/task.h"
#include "ipc/commands.h"

namespace wasphere::sandbox {

struct Network;
class Link;
class Contacts;
class Inbox;
class Phones;
struct Group;
struct Person;

struct SandboxInfo {
  std::string url;
  std::string noise_root;  // hex
  std::string control;     // path of the control socket
};

class Control {
 public:
  Control(Network& network, Phones& phones, Contacts& contacts, runtime::SystemClock& clock,
          SandboxInfo info)
      : network_(network),
        phones_(phones),
        contacts_(contacts),
        clock_(clock),
        info_(std::move(info)) {}

  template <class T>
  using Reply = runtime::Task<Result<T>>;

  Reply<ipc::SandboxView> handle(rpc::Call call, ipc::SandboxInfoGet request);
  Reply<ipc::PhoneCreated> handle(rpc::Call call, ipc::PhoneCreate request);
  Reply<ipc::PhonePage> handle(rpc::Call call, ipc::PhoneList request);
  Reply<ipc::CompanionLinked> handle(rpc::Call call, ipc::PhoneScan request);
  Reply<ipc::CompanionLinked> handle(rpc::Call call, ipc::PhoneEnterCode request);
  Reply<ipc::PhoneUnlinked> handle(rpc::Call call, ipc::PhoneUnlink request);
  Reply<ipc::LinkPage> handle(rpc::Call call, ipc::LinkList request);
  Reply<ipc::LinkDropped> handle(rpc::Call call, ipc::LinkDrop request);
  Reply<ipc::LinkRefusal> handle(rpc::Call call, ipc::LinkRefuse request);
  Reply<ipc::LinkSilenced> handle(rpc::Call call, ipc::LinkSilence request);
  Reply<ipc::StreamErrorSent> handle(rpc::Call call, ipc::StreamErrorSend request);
  Reply<ipc::FailureSet> handle(rpc::Call call, ipc::FailureNext request);
  Reply<ipc::ClockView> handle(rpc::Call call, ipc::SandboxClock request);
  Reply<ipc::FaultSet> handle(rpc::Call call, ipc::FaultHandshake request);
  Reply<ipc::FaultSet> handle(rpc::Call call, ipc::FaultPairing request);

  // control_people.cc
  Reply<ipc::SandboxContactView> handle(rpc::Call call, ipc::SandboxContactCreate request);
  Reply<ipc::SandboxContactPage> handle(rpc::Call call, ipc::SandboxContactList request);
  Reply<ipc::SandboxContactView> handle(rpc::Call call, ipc::SandboxContactSet request);
  Reply<ipc::SandboxSent> handle(rpc::Call call, ipc::SandboxContactSend request);
  Reply<ipc::SandboxInboxPage> handle(rpc::Call call, ipc::SandboxContactInbox request);
  Reply<ipc::SandboxReceiptPage> handle(rpc::Call call, ipc::SandboxContactReceipts request);
  Reply<ipc::SandboxDone> handle(rpc::Call call, ipc::SandboxContactRetry request);
  Reply<ipc::SandboxDone> handle(rpc::Call call, ipc::SandboxContactRead request);
  Reply<ipc::SandboxContactView> handle(rpc::Call call, ipc::SandboxContactLink request);
  Reply<ipc::SandboxContactView> handle(rpc::Call call, ipc::SandboxContactReinstall request);

  // control_groups.cc
  Reply<ipc::SandboxGroupView> handle(rpc::Call call, ipc::SandboxGroupCreate request);
  Reply<ipc::SandboxGroupPage> handle(rpc::Call call, ipc::SandboxGroupList request);
  Reply<ipc::SandboxGroupView> handle(rpc::Call call, ipc::SandboxGroupAdd request);
  Reply<ipc::SandboxGroupView> handle(rpc::Call call, ipc::SandboxGroupRemove request);
  Reply<ipc::SandboxPolicyView> handle(rpc::Call call, ipc::SandboxPolicySet request);
  Reply<ipc::SandboxMessageFaultSet> handle(rpc::Call call, ipc::SandboxFaultMessage request);
  Reply<ipc::SandboxDone> handle(rpc::Call call, ipc::SandboxFaultClear request);

 private:
  ipc::SandboxContactView view_of(const Person& person) const;
  ipc::SandboxGroupView view_of(const Group& group) const;
  Result<ipc::SandboxGroupView> change_group(const std::string& group, const std::string& action,
                                             const std::vector<std::string>& members);
  // Until `enough` holds; timed_out if it does not within that time.
  Reply<bool> wait_for(Inbox& inbox, std::function<bool()> enough, std::int64_t timeout_ms);
  Result<std::vector<Link*>> links_of(const std::optional<std::string>& jid) const;

  Network& network_;
  Phones& phones_;
  Contacts& contacts_;
  runtime::SystemClock& clock_;
  const SandboxInfo info_;
};

}  // namespace wasphere::sandbox
