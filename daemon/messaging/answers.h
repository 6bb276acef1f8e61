// Answers: what goes back to the server once the transaction is committed (protocol 2, section
// 6.3). Receipts of one chat and author become one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/stanza/receipt.h"
#include "daemon/messaging/inbound_job.h"

namespace wasphere::messaging {

class Answers {
 public:
  explicit Answers(const Self& self) : self_(self) {}

  void received(const stanza::IncomingMessage& message);  // also of a duplicate
  void read(const stanza::IncomingMessage& message);
  void history_noted(const stanza::IncomingMessage& message);
  // `error`: a nack of protocol 2, section 6.3.
  void ack(const wire::Node& stanza, std::optional<int> error = {});
  void add(wire::Node node) { nodes_.push_back(std::move(node)); }

  std::vector<wire::Node> take();

 private:
  struct Receipt {
    stanza::ReceiptAddress address;
    std::string type;
    std::vector<std::string> ids;
  };
  void add_receipt(stanza::ReceiptAddress address, std::string type, const std::string& id);

  const Self& self_;
  std::vector<wire::Node> nodes_;
  std::vector<Receipt> receipts_;
};

}  // namespace wasphere::messaging
