#include "daemon/messaging/open_message.h"

#include "core/signal/padding.h"
#include "core/signal/sender_key.h"
#include "daemon/messaging/open_pairwise.h"

namespace wasphere::messaging {
namespace {

using signal::Fault;
using stanza::Enc;
using stanza::EncType;
using stanza::IncomingMessage;

// A stanza has one or two; what has more was made to keep us busy.
constexpr std::size_t kMaxEncs = 8;
constexpr std::uint32_t kVersion = 2;

bool is_pairwise(const Enc& enc) {
  return enc.type == EncType::pkmsg || enc.type == EncType::msg;
}

bool is_known(const Enc& enc) {
  return enc.version == kVersion && (is_pairwise(enc) || enc.type == EncType::skmsg);
}

signal::Outcome<Bytes> open_group(InboundJob& job, const wire::Jid& group, const wire::Jid& sender,
                                  const Enc& enc) {
  WS_TRY(const auto message, signal::parse_sender_key_message(enc.body));
  WS_TRY(auto opened, signal::group_decrypt(job.ratchets.sender_key(group, sender), message));
  job.ratchets.put(group, sender, std::move(opened.next));
  return std::move(opened.plaintext);
}

// A key that cannot be used does not hold up what came with it: the message that needs it will be
// asked for again.
void take_sender_key(InboundJob& job, const wire::Jid& group, const wire::Jid& sender,
                     const model::SenderKeyShare& share) {
  const auto message = signal::parse_sender_key_distribution(share.distribution);
  if (!message) return;
  auto next = signal::process_distribution(job.ratchets.sender_key(group, sender), *message);
  if (next) job.ratchets.put(group, sender, std::move(*next));
}

signal::Outcome<Bytes> open_enc(InboundJob& job, const IncomingMessage& message,
                                const Person& sender, const Enc& enc) {
  if (is_pairwise(enc)) return open_pairwise(job, sender, enc);
  return open_group(job, message.chat, sender.device, enc);
}

bool parse_plaintext(InboundJob& job, const IncomingMessage& message, const Person& sender,
                     Bytes padded, Opened& out) {
  const auto plaintext = signal::unpad(std::move(padded));
  if (!plaintext) return false;
  auto parsed = model::parse_message(*plaintext);
  if (!parsed) return false;
  if (parsed->sender_key && message.participant)
    take_sender_key(job, message.chat, sender.device, *parsed->sender_key);
  out.parts.push_back(std::move(*parsed));
  return true;
}

Opened refuse(Outcome outcome) {
  Opened out;
  out.outcome = outcome;
  return out;
}

// What cannot be opened at all; nothing: go on.
std::optional<Outcome> refusal(const IncomingMessage& message) {
  if (message.encs.size() > kMaxEncs) return Outcome::unsupported;
  bool known = false;
  bool bot = false;
  for (const Enc& enc : message.encs) {
    known = known || is_known(enc);
    bot = bot || enc.type == EncType::msmsg;
  }
  if (known) return std::nullopt;
  return bot ? Outcome::no_secret : Outcome::unsupported;
}

}  // namespace

// The message with the sender key comes first. Without it the one that needs it cannot be opened,
// but that it was opened before is no obstacle.
Opened open_message(InboundJob& job, const IncomingMessage& message, const Person& sender) {
  if (const auto why = refusal(message)) return refuse(*why);
  Opened out;
  bool fresh = false;
  for (const Enc& enc : message.encs) {
    if (!is_known(enc)) continue;
    auto padded = open_enc(job, message, sender, enc);
    if (!padded && padded.error().fault == Fault::duplicate) continue;
    if (!padded) {
      out.outcome = Outcome::unreadable;
      out.fault = padded.error().fault;
      return out;
    }
    fresh = true;
    if (!parse_plaintext(job, message, sender, std::move(*padded), out))
      return refuse(Outcome::garbage);
  }
  if (!fresh) out.outcome = Outcome::duplicate;
  return out;
}

}  // namespace wasphere::messaging
