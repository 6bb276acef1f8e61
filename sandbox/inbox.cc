#include "sandbox/inbox.h"

namespace wasphere::sandbox {

void Inbox::add(std::uint16_t device, Received message) {
  const auto [place, fresh] = index_.try_emplace({message.sender, message.id}, messages_.size());
  const bool readable = message.kind != "undecryptable";
  if (fresh) {
    messages_.push_back(std::move(message));
  } else if (readable && messages_[place->second].kind == "undecryptable") {
    message.devices = std::move(messages_[place->second].devices);
    messages_[place->second] = std::move(message);
  }
  if (readable) ++messages_[place->second].devices[device];
  wake();
}

void Inbox::add(SeenReceipt receipt) {
  receipts_.push_back(std::move(receipt));
  wake();
}

void Inbox::add_ack(const std::string& id, unsigned error) {
  acks_.insert_or_assign(id, error);
  wake();
}

void Inbox::clear() {
  messages_.clear();
  index_.clear();
  receipts_.clear();
  acks_.clear();
  wake();
}

runtime::Task<> Inbox::changed() {
  changed_.reset();
  co_await changed_.wait();
}

void Inbox::wake() {
  changed_.set();
}

}  // namespace wasphere::sandbox
