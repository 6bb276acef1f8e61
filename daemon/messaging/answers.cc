#include "daemon/messaging/answers.h"

#include <algorithm>

#include "core/stanza/iq.h"

namespace wasphere::messaging {
namespace {

constexpr std::string_view kRead = "read";

bool same_address(const stanza::ReceiptAddress& a, const stanza::ReceiptAddress& b) {
  return a.to == b.to && a.participant == b.participant && a.recipient == b.recipient;
}

}  // namespace

void Answers::received(const stanza::IncomingMessage& message) {
  const std::string_view type = stanza::receipt_type(message, self_.available);
  add_receipt(stanza::receipt_address(message), std::string(type), message.id);
}

void Answers::read(const stanza::IncomingMessage& message) {
  stanza::ReceiptAddress address;
  address.to = message.from.without_device();
  address.participant = message.participant;
  add_receipt(std::move(address), std::string(kRead), message.id);
}

void Answers::history_noted(const stanza::IncomingMessage& message) {
  stanza::ReceiptAddress address;
  address.to = self_.own.jid.without_device();
  nodes_.push_back(stanza::build_receipt({message.id}, address, "hist_sync"));
}

void Answers::ack(const wire::Node& stanza, std::optional<int> error) {
  if (auto node = stanza::ack_for(stanza, self_.own.jid, error)) add(std::move(*node));
}

void Answers::add_receipt(stanza::ReceiptAddress address, std::string type, const std::string& id) {
  for (Receipt& known : receipts_)
    if (known.type == type && known.ids.size() < stanza::kMaxReceiptIds &&
        same_address(known.address, address)) {
      if (std::ranges::find(known.ids, id) == known.ids.end()) known.ids.push_back(id);
      return;
    }
  receipts_.push_back({std::move(address), std::move(type), {id}});
}

std::vector<wire::Node> Answers::take() {
  for (const Receipt& receipt : receipts_) {
    std::optional<std::uint64_t> time;
    if (receipt.type == kRead) time = static_cast<std::uint64_t>(self_.now_ms / 1000);
    nodes_.push_back(stanza::build_receipt(receipt.ids, receipt.address, receipt.type, time));
  }
  receipts_.clear();
  return std::move(nodes_);
}

}  // namespace wasphere::messaging
