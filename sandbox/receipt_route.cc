// Receipts on their way to those who care (protocol 2, section 8.6).
#include <optional>

#include "sandbox/network.h"
#include "sandbox/router.h"

namespace wasphere::sandbox {
namespace {

bool is_retry(const std::string& type) {
  return type == "retry" || type == "enc_rekey_retry";
}

bool is_private(const std::string& type) {
  return type == "read-self" || type == "played-self";
}

// Said to the server, not to anybody.
bool stays_here(const std::string& type) {
  return type == "sender" || type == "peer_msg" || type == "hist_sync";
}

class ReceiptRoute {
 public:
  ReceiptRoute(Network& network, const wire::Jid& device, const wire::Node& receipt)
      : network_(network),
        device_(device),
        receipt_(receipt),
        type_(receipt.attr_or("type", "")),
        to_(receipt.jid("to").value_or(wire::Jid{})),
        group_(network.groups.find(to_)),
        room_(group_ != nullptr || to_.server == wire::kBroadcastServer),
        author_(room_ ? receipt.jid("participant") : to_),
        reader_(network.world.account_of(device)),
        account_(author_ ? network.world.account_of(*author_) : nullptr) {}

  void run() {
    if (account_ == nullptr || stays_here(type_)) return;
    if (is_retry(type_)) return to_author_device();
    if (is_private(type_)) return to_own_devices();
    if (account_ == reader_) return;
    const auto out = stamped();
    for (const auto& each : network_.world.addresses_of(*account_)) post(each, out);
  }

 private:
  std::string space() const {
    return group_ != nullptr ? std::string(group_->space()) : author_->server;
  }

  wire::Node stamped() const {
    const auto who = *network_.world.in_namespace(device_, space());
    const bool hidden = space() == wire::kLidServer;
    // That somebody has read is said of him, not of his device.
    const bool personal = type_ == "read" || type_ == "played";
    wire::Node out{"receipt", {{"id", receipt_.attr_or("id", "")}}, receipt_.content};
    out.set("from", room_ ? to_ : personal ? who.without_device() : who);
    if (room_) out.set("participant", who);
    const std::string role = room_ ? "participant" : "sender";
    out.set(role + (hidden ? "_pn" : "_lid"), hidden ? reader_->jid() : reader_->lid_jid());
    if (!type_.empty()) out.set("type", type_);
    if (const auto recipient = receipt_.jid("recipient")) out.set("recipient", *recipient);
    out.set("t", std::to_string(runtime::unix_seconds(network_.clock)));
    return out;
  }

  // Only the device that wrote the message can send it again.
  void to_author_device() {
    const auto id = receipt_.attr_or("id", "");
    const auto* entry = network_.post.ledger().find(account_->number, id);
    if (entry == nullptr) return;
    const auto author = account_->jid(entry->device);
    network_.post.retry_asked(account_->number, id, device_);
    if (author.device == 0 || network_.world.device(author) != nullptr) post(author, stamped());
  }

  void to_own_devices() {
    auto out = stamped();
    if (!room_) out.set("recipient", to_.without_device());
    for (const auto& each : network_.world.addresses_of(*reader_))
      if (each != device_) post(each, out);
  }

  void post(const wire::Jid& device, const wire::Node& out) {
    network_.post.post(device, {LetterKind::receipt, false, out});
  }

  Network& network_;
  const wire::Jid& device_;
  const wire::Node& receipt_;
  const std::string type_;
  const wire::Jid to_;
  const Group* group_;
  const bool room_;  // a group, a list, the statuses
  const std::optional<wire::Jid> author_;
  const AccountRecord* reader_;
  const AccountRecord* account_;  // the author's
};

}  // namespace

void forward_receipt(Network& network, const wire::Jid& device, const wire::Node& receipt) {
  ReceiptRoute(network, device, receipt).run();
}

}  // namespace wasphere::sandbox
