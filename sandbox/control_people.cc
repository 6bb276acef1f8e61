// The operations on virtual people.
#include <algorithm>

#include "sandbox/contacts.h"
#include "sandbox/control.h"
#include "sandbox/network.h"

namespace wasphere::sandbox {
namespace {

ipc::SandboxReceivedView view(const Received& message) {
  ipc::SandboxReceivedView out;
  out.id = message.id;
  out.chat = message.chat;
  out.sender = message.sender;
  out.kind = message.kind;
  out.text = message.text;
  out.target = message.target;
  out.own = message.own;
  out.offline = message.offline;
  out.count = message.count();
  out.devices = static_cast<std::int64_t>(message.devices.size());
  out.time = static_cast<std::int64_t>(message.time);
  return out;
}

bool wanted(const ipc::SandboxContactInbox& request, const Received& message) {
  return message.own == request.own && (!request.kind || *request.kind == message.kind) &&
         (!request.chat || *request.chat == message.chat) &&
         (!request.text || *request.text == message.text) &&
         static_cast<std::int64_t>(message.devices.size()) >= request.devices;
}

bool wanted(const ipc::SandboxContactReceipts& request, const SeenReceipt& receipt) {
  return (!request.id || *request.id == receipt.id) &&
         (!request.type || *request.type == receipt.type);
}

template <class Request, class List>
std::int64_t count_wanted(const Request& request, const List& list) {
  return std::count_if(list.begin(), list.end(),
                       [&](const auto& each) { return wanted(request, each); });
}

void apply(const ipc::SandboxContactSet& request, Person& person) {
  auto& manners = person.manners;
  if (request.echo) manners.echo = *request.echo;
  if (request.receipts) manners.receipts = *request.receipts;
  if (request.receiptDelayMs) manners.receipt_delay_ms = static_cast<int>(*request.receiptDelayMs);
  if (request.reads) manners.reads = *request.reads;
  if (request.addressing) manners.hidden = *request.addressing == "lid";
  if (!request.online) return;
  for (auto& device : person.devices) *request.online ? device->go_online() : device->go_offline();
}

}  // namespace

ipc::SandboxContactView Control::view_of(const Person& person) const {
  ipc::SandboxContactView out;
  out.name = person.phone.name;
  out.phoneNumber = "+" + person.phone.number;
  out.jid = person.phone.number + "@" + std::string(wire::kUserServer);
  out.lid = person.phone.lid.to_string();
  out.contact = person.contact;
  out.echo = person.manners.echo;
  out.received = static_cast<std::int64_t>(person.inbox.messages().size());
  for (const auto& device : person.devices) {
    ipc::SandboxContactDevice each;
    each.jid = device->jid().to_string();
    each.online = device->online();
    const auto* record = network_.world.device(device->jid());
    const auto* box = network_.post.find(device->jid());
    if (record != nullptr) each.preKeys = static_cast<std::int64_t>(record->bundle.one_time.size());
    if (box != nullptr) each.queued = static_cast<std::int64_t>(box->size());
    out.devices.push_back(std::move(each));
  }
  return out;
}

Control::Reply<bool> Control::wait_for(Inbox& inbox, std::function<bool()> enough,
                                       std::int64_t timeout_ms) {
  bool late = false;
  const auto timer = clock_.make_timer();
  timer->arm(runtime::Duration(timeout_ms), [&] {
    late = true;
    inbox.wake();
  });
  while (!enough()) {
    if (late) co_return fail(ErrorCode::timed_out, "it has not happened in that time");
    co_await inbox.changed();
  }
  co_return true;
}

Control::Reply<ipc::SandboxContactView> Control::handle(rpc::Call,
                                                        ipc::SandboxContactCreate request) {
  CO_TRY(auto* person, contacts_.create(request.number.value_or(""), request.name.value_or(""),
                                        static_cast<std::size_t>(request.devices - 1)));
  person->manners.echo = request.echo;
  co_return view_of(*person);
}

Control::Reply<ipc::SandboxContactPage> Control::handle(rpc::Call, ipc::SandboxContactList) {
  ipc::SandboxContactPage page;
  for (const auto* person : contacts_.all()) page.contacts.push_back(view_of(*person));
  co_return page;
}

Control::Reply<ipc::SandboxContactView> Control::handle(rpc::Call, ipc::SandboxContactSet request) {
  CO_TRY(auto* person, contacts_.find(request.who));
  apply(request, *person);
  co_return view_of(*person);
}

Control::Reply<ipc::SandboxSent> Control::handle(rpc::Call, ipc::SandboxContactSend request) {
  CO_TRY(auto* person, contacts_.find(request.who));
  CO_TRY(const auto to, contacts_.address(request.to));
  const auto index = static_cast<std::size_t>(request.device);
  if (index >= person->devices.size())
    co_return fail(ErrorCode::not_found, "this person has fewer devices");
  ipc::SandboxSent out;
  for (std::int64_t i = 1; i <= request.count; ++i) {
    const auto text = request.count == 1 ? request.text : request.text + " " + std::to_string(i);
    CO_TRY(auto id, person->devices[index]->send_text(to, text));
    out.ids.push_back(std::move(id));
  }
  const auto& acks = person->inbox.acks();
  const auto answered = [&] {
    return std::all_of(out.ids.rbegin(), out.ids.rend(),
                       [&](const std::string& id) { return acks.contains(id); });
  };
  std::function<bool()> enough = answered;
  CO_TRY(const bool done, co_await wait_for(person->inbox, enough, request.timeoutMs));
  (void)done;
  for (const auto& id : out.ids)
    if (const auto error = acks.at(id); error != 0)
      out.refused.push_back(id + ":" + std::to_string(error));
  co_return out;
}

Control::Reply<ipc::SandboxInboxPage> Control::handle(rpc::Call, ipc::SandboxContactInbox request) {
  CO_TRY(auto* person, contacts_.find(request.who));
  auto& inbox = person->inbox;
  std::function<bool()> enough = [&] {
    return count_wanted(request, inbox.messages()) >= request.waitCount;
  };
  CO_TRY(const bool done, co_await wait_for(inbox, enough, request.timeoutMs));
  (void)done;
  ipc::SandboxInboxPage page;
  for (const auto& message : inbox.messages())
    if (wanted(request, message)) page.messages.push_back(view(message));
  if (request.clear) inbox.clear();
  co_return page;
}

Control::Reply<ipc::SandboxReceiptPage> Control::handle(rpc::Call,
                                                        ipc::SandboxContactReceipts request) {
  CO_TRY(auto* person, contacts_.find(request.who));
  auto& inbox = person->inbox;
  std::function<bool()> enough = [&] {
    return count_wanted(request, inbox.receipts()) >= request.waitCount;
  };
  CO_TRY(const bool done, co_await wait_for(inbox, enough, request.timeoutMs));
  (void)done;
  ipc::SandboxReceiptPage page;
  for (const auto& receipt : inbox.receipts())
    if (wanted(request, receipt)) page.receipts.push_back({receipt.id, receipt.from, receipt.type});
  co_return page;
}

Control::Reply<ipc::SandboxDone> Control::handle(rpc::Call, ipc::SandboxContactRetry request) {
  CO_TRY(auto* person, contacts_.find(request.who));
  person->manners.retries = static_cast<unsigned>(request.count);
  ipc::SandboxDone out;
  out.count = request.count;
  co_return out;
}

Control::Reply<ipc::SandboxDone> Control::handle(rpc::Call, ipc::SandboxContactRead request) {
  CO_TRY(auto* person, contacts_.find(request.who));
  ipc::SandboxDone out;
  for (const auto& message : person->inbox.messages()) {
    if (message.own || (request.id && *request.id != message.id)) continue;
    person->handset().send_receipt(message, request.type);
    ++out.count;
  }
  co_return out;
}

Control::Reply<ipc::SandboxContactView> Control::handle(rpc::Call,
                                                        ipc::SandboxContactLink request) {
  CO_TRY(auto* person, contacts_.find(request.who));
  if (auto done = contacts_.add_companion(*person); !done) co_return fail(std::move(done).error());
  co_return view_of(*person);
}

Control::Reply<ipc::SandboxContactView> Control::handle(rpc::Call,
                                                        ipc::SandboxContactReinstall request) {
  CO_TRY(auto* person, contacts_.find(request.who));
  if (auto done = contacts_.reinstall(*person); !done) co_return fail(std::move(done).error());
  co_return view_of(*person);
}

}  // namespace wasphere::sandbox
