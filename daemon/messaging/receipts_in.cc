#include "daemon/messaging/receipts_in.h"

#include <algorithm>
#include <array>

#include "core/stanza/iq.h"

namespace wasphere::messaging {
namespace {

using stanza::IncomingReceipt;
using stanza::ReceiptType;
using store::MessageRow;
using store::MessageStatus;

// What a receipt says about our message; nothing: it is about something else.
std::optional<MessageStatus> status_of(ReceiptType type) {
  switch (type) {
    case ReceiptType::delivered:
      return MessageStatus::delivered;
    case ReceiptType::read:
      return MessageStatus::read;
    case ReceiptType::played:
      return MessageStatus::played;
    case ReceiptType::sender:
    case ReceiptType::read_self:
    case ReceiptType::played_self:
    case ReceiptType::peer:
    case ReceiptType::hist_sync:
    case ReceiptType::retry:
    case ReceiptType::server_error:
    case ReceiptType::other:
      return std::nullopt;
  }
  return std::nullopt;
}

class Receipts {
 public:
  explicit Receipts(InboundJob& job) : job_(job) {}

  void take(const wire::Node& node) {
    auto receipt = stanza::parse_receipt(node, job_.self.own);
    if (receipt && receipt->retry) {
      out_.retries.push_back({node, std::move(*receipt)});
      return;
    }
    if (receipt)
      if (const auto status = status_of(receipt->type)) progress(*receipt, *status);
    if (auto ack = stanza::ack_for(node, job_.self.own.jid)) out_.acks.push_back(std::move(*ack));
  }

  ReceiptsOutcome finish() { return std::move(out_); }

 private:
  void progress(const IncomingReceipt& receipt, MessageStatus status) {
    const Person chat = job_.people.resolve(receipt.chat, std::nullopt);
    for (const std::string& id : receipt.ids) {
      auto row = job_.tx.messages.own_in_chat(job_.self.id(), chat.user.to_string(), id);
      if (!row) continue;
      for (const IncomingReceipt::Reader& reader : receipt.readers)
        if (reader.id.empty() || reader.id == id) read_by(*row, status, reader);
    }
  }

  void read_by(MessageRow& row, MessageStatus status, const IncomingReceipt::Reader& reader) {
    const std::string who = job_.people.resolve(reader.who, std::nullopt).user.to_string();
    const bool own_device = job_.self.own.is_own(reader.who) && row.chat != who;
    const std::int64_t time = time_of(row, reader);
    if (own_device || !is_news(row, who, status, time)) return;
    show_sent(row);
    if (job_.tx.messages.advance(row, status, time)) out_.moved.push_back(row);
    tell(row, status, who, time);
  }

  // Receipts have whole seconds: within one they would seem to be older than the message.
  std::int64_t time_of(const MessageRow& row, const IncomingReceipt::Reader& reader) const {
    const std::int64_t stated =
        reader.time == 0 ? job_.self.now_ms : static_cast<std::int64_t>(reader.time) * 1000;
    const std::int64_t sent = row.sent_at == 0 ? job_.self.now_ms : row.sent_at;
    return stated / 1000 == sent / 1000 ? std::max(stated, sent) : stated;
  }

  // A receipt may be faster than what becomes of the server's acknowledgement, and proves the same.
  void show_sent(MessageRow& row) {
    if (row.status >= MessageStatus::sent) return;
    if (!job_.tx.messages.advance(row, MessageStatus::sent, job_.self.now_ms)) return;
    job_.tell(events::MessageSent{row});
    out_.moved.push_back(row);
  }

  // Whoever has read it has it delivered: what comes late is no news.
  bool is_news(const MessageRow& row, const std::string& who, MessageStatus status,
               std::int64_t time) {
    bool news = false;
    for (const MessageStatus step :
         {MessageStatus::delivered, MessageStatus::read, MessageStatus::played}) {
      news = job_.tx.messages.add_receipt(job_.self.id(), row.id, who, step, time);
      if (step == status) break;
    }
    return news;
  }

  void tell(const MessageRow& row, MessageStatus status, const std::string& who,
            std::int64_t time) {
    events::MessageProgress event;
    event.message = row;
    event.status = status;
    event.time = time;
    if (who != row.chat) event.participant = who;
    job_.tell(event);
  }

  InboundJob& job_;
  ReceiptsOutcome out_;
};

}  // namespace

ReceiptsOutcome take_receipts(InboundJob& job, const std::vector<wire::Node>& stanzas) {
  Receipts receipts(job);
  for (const wire::Node& stanza : stanzas) receipts.take(stanza);
  return receipts.finish();
}

}  // namespace wasphere::messaging
