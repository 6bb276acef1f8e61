// The operations of the control socket (ipc/commands/sandbox.h). Loop thread only.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "daemon/rpc/rpc_server.h"
#include "daemon/runtime/clock.h"
#include "daemon/runtime/task.h"
#include "ipc/commands/sandbox.h"

namespace wasphere::sandbox {

struct Network;
class Link;
class Phones;

struct SandboxInfo {
  std::string url;
  std::string noise_root;  // hex
  std::string control;     // path of the control socket
};

class Control {
 public:
  Control(Network& network, Phones& phones, runtime::SystemClock& clock, SandboxInfo info)
      : network_(network), phones_(phones), clock_(clock), info_(std::move(info)) {}

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

 private:
  Result<std::vector<Link*>> links_of(const std::optional<std::string>& jid) const;

  Network& network_;
  Phones& phones_;
  runtime::SystemClock& clock_;
  const SandboxInfo info_;
};

}  // namespace wasphere::sandbox
