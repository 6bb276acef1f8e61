#include "daemon/messaging/retry_answer.h"

#include <algorithm>

#include "core/model/message.h"
#include "daemon/messaging/copy.h"
#include "daemon/messaging/encryption.h"
#include "daemon/messaging/retry_keys.h"

namespace wasphere::messaging {
namespace {

using stanza::IncomingReceipt;
using store::SentMessage;

constexpr std::uint32_t kTooOften = 5;  // as the other end counts
constexpr int kMaxAnswers = 10;         // to one device for one message, as we count

const wire::Jid& requester_of(const IncomingReceipt& receipt) {
  return receipt.participant ? *receipt.participant : receipt.from;
}

bool in_group(const IncomingReceipt& receipt) {
  return !receipt.chat.user.empty() && !is_person(receipt.chat);
}

bool same_chat(InboundJob& job, const SentMessage& sent, const wire::Jid& chat) {
  const std::string wanted = job.people.resolve(chat, std::nullopt).user.to_string();
  for (const std::string& known : {sent.chat, sent.chat_alt}) {
    const auto canonical = job.people.canonical(known);
    if (canonical && canonical->to_string() == wanted) return true;
  }
  return false;
}

std::optional<SentMessage> find_sent(InboundJob& job, const IncomingReceipt& receipt) {
  auto sent = job.tx.messages.sent(job.self.id(), receipt.ids.front());
  if (sent && !same_chat(job, *sent, receipt.chat)) sent.reset();
  return sent;
}

// Who was in a group when something was said is not kept: who is in it now may read it.
bool is_member(InboundJob& job, const wire::Jid& group, const Person& requester) {
  const auto cached = job.tx.directory.group(job.self.id(), group);
  if (!cached) return false;
  return std::ranges::any_of(cached->info.members, [&](const stanza::GroupMember& member) {
    return member.jid == requester.user || member.lid == requester.user ||
           (requester.phone && (member.jid == *requester.phone || member.phone == requester.phone));
  });
}

// Nobody gets a message who was not meant to have it.
bool was_meant(InboundJob& job, const IncomingReceipt& receipt, const SentMessage& sent,
               const Person& requester) {
  if (job.self.own.is_own(requester.device)) return true;
  if (in_group(receipt)) return is_member(job, receipt.chat, requester);
  const std::string user = requester.user.to_string();
  const std::string phone = requester.phone ? requester.phone->to_string() : user;
  return std::ranges::any_of(sent.recipients, [&](const std::string& recipient) {
    return recipient == user || recipient == phone;
  });
}

// The device that asks is this one itself, or one of ours that does not say which chat it means.
bool is_nonsense(InboundJob& job, const IncomingReceipt& receipt, const Person& requester) {
  if (!is_person(requester.user)) return true;
  if (!job.self.own.is_own(requester.device)) return false;
  if (requester.device.device == job.self.own.jid.device) return true;
  return !in_group(receipt) && !receipt.recipient;
}

bool too_often(InboundJob& job, const IncomingReceipt& receipt, const Person& requester) {
  if (receipt.retry->count >= kTooOften) return true;
  return job.tx.messages.count_retry(job.self.id(), receipt.chat.to_string(),
                                     requester.device.to_string(), receipt.ids.front(), true,
                                     1) > kMaxAnswers;
}

// A device that is in no list of ours may exist by now, but has to show its keys.
bool is_known(InboundJob& job, const IncomingReceipt& receipt, const Person& requester) {
  const auto list = job.tx.directory.devices(job.self.id(), requester.user);
  const bool listed =
      !list || std::ranges::any_of(list->devices, [&](const stanza::DeviceEntry& entry) {
        return entry.device == requester.device.device;
      });
  if (listed) return true;
  job.tx.directory.drop_devices(job.self.id(), requester.user);
  return receipt.retry->keys.has_value();
}

Bytes content_for(InboundJob& job, const IncomingReceipt& receipt, const SentMessage& sent,
                  const Person& requester) {
  if (in_group(receipt)) {
    const auto key = own_distribution(job.tx, job.self, receipt.chat);
    return key ? model::with_sender_key(sent.message, receipt.chat, *key) : sent.message;
  }
  const auto chat = wire::Jid::parse(sent.chat);
  if (job.self.own.is_own(requester.device) && chat)
    return model::wrap_device_sent(sent.message, *chat);
  return sent.message;
}

void address_copy(InboundJob& job, const IncomingReceipt& receipt, stanza::OutgoingMessage& copy) {
  if (in_group(receipt)) {
    copy.to = receipt.chat;
    copy.participant = requester_of(receipt);
    if (const auto group = job.tx.directory.group(job.self.id(), receipt.chat))
      copy.addressing_mode = stanza::mode_name(group->info.mode);
    return;
  }
  copy.to = receipt.from;
  copy.recipient = receipt.recipient;
  copy.no_fanout = true;
}

stanza::OutgoingMessage dress_copy(InboundJob& job, const RetryAsked& asked,
                                   const SentMessage& sent, const Person& requester,
                                   stanza::Enc enc) {
  const IncomingReceipt& receipt = asked.receipt;
  enc.count = receipt.retry->count;
  stanza::OutgoingMessage copy = begin_copy(job.self, sent, std::move(enc));
  address_copy(job, receipt, copy);
  if (!in_group(receipt) && !job.self.own.is_own(requester.device))
    copy.privacy_token = privacy_token(job.tx, job.self, requester.user);
  return copy;
}

}  // namespace

RetryPlan plan_retry(InboundJob& job, const RetryAsked& asked) {
  const IncomingReceipt& receipt = asked.receipt;
  const Person requester = job.people.resolve(requester_of(receipt), std::nullopt);
  RetryPlan plan;
  plan.device = requester.device;
  if (is_nonsense(job, receipt, requester) || too_often(job, receipt, requester) ||
      !is_known(job, receipt, requester))
    return plan;
  if (in_group(receipt)) job.tx.signal.forget_holder(job.self.id(), receipt.chat, requester.device);
  const bool renewed = renew_session(job, asked, requester);
  job.ratchets.flush();
  if (!renewed) return plan;
  const auto sent = find_sent(job, receipt);
  if (!sent) return plan;
  plan.resend = was_meant(job, receipt, *sent, requester);
  // Whoever asks without being in the group may have our key by mistake: a new one then.
  if (in_group(receipt) && !plan.resend)
    job.tx.signal.rotate_sender_key(job.self.id(), receipt.chat);
  plan.has_session = has_session(job.tx, job.self, requester.device);
  return plan;
}

std::optional<wire::Node> make_copy(InboundJob& job, const RetryAsked& asked) {
  const IncomingReceipt& receipt = asked.receipt;
  const Person requester = job.people.resolve(requester_of(receipt), std::nullopt);
  const auto sent = find_sent(job, receipt);
  if (!sent) return std::nullopt;
  const Bytes content = content_for(job, receipt, *sent, requester);
  auto enc = encrypt_for(job.tx, job.self, requester.device, content);
  if (!enc) return std::nullopt;
  job.tx.messages.trace(
      job.self.id(), sent->id, "resent",
      requester.device.to_string() + ", request " + std::to_string(receipt.retry->count),
      job.self.now_ms);
  return stanza::build_message(dress_copy(job, asked, *sent, requester, std::move(*enc)));
}

}  // namespace wasphere::messaging
