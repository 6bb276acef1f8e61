// How a virtual device takes a message: opens it, writes it down, says so, or asks for it again.
#include <algorithm>
#include <utility>

#include "core/stanza/fields.h"
#include "sandbox/handset.h"

namespace wasphere::sandbox {
namespace {

// A refusal that is not about the ratchet: the next try may go well.
constexpr signal::Failure kPretended{signal::Fault::bad_mac, "pretended"};
constexpr unsigned kMostRetries = 5;
constexpr unsigned kKeysFrom = 2;
constexpr std::size_t kKeptMessages = 1000;

void learn_pair(const wire::Node& stanza, const wire::Jid& jid, const char* role,
                const std::function<void(const wire::Jid&, const wire::Jid&)>& learn) {
  const std::string prefix(role);
  if (const auto number = stanza.jid(prefix + "_pn")) learn(*number, jid);
  if (const auto lid = stanza.jid(prefix + "_lid")) learn(jid, *lid);
}

}  // namespace

void Handset::on_message(const wire::Node& stanza) {
  const auto from = stanza.jid("from").value_or(wire::Jid{});
  const auto participant = stanza.jid("participant");
  Arrival arrival{stanza, stanza.attr_or("id", ""), from, participant.value_or(from)};
  arrival.group = participant.has_value();
  arrival.own = directory_.is_own(arrival.sender);
  learn_addresses(stanza, arrival.sender);
  if (manners_.retries > 0 && !arrival.own && asked_[arrival.id] == 0) {
    --manners_.retries;
    return ask_again(arrival, kPretended);
  }
  const auto content = open(arrival);
  if (content) return accept(arrival, *content);
  if (content.error().fault == signal::Fault::duplicate) return confirm(arrival);
  ask_again(arrival, content.error());
}

void Handset::learn_addresses(const wire::Node& stanza, const wire::Jid& sender) {
  const auto remember_pair = [this](const wire::Jid& number, const wire::Jid& lid) {
    directory_.learn(number, lid);
  };
  learn_pair(stanza, sender, "sender", remember_pair);
  learn_pair(stanza, sender, "participant", remember_pair);
  if (const auto recipient = stanza.jid("recipient"))
    learn_pair(stanza, *recipient, "peer_recipient", remember_pair);
}

// A sender key first, then what may need it.
signal::Outcome<HandsetContent> Handset::open(const Arrival& arrival) {
  HandsetContent content;
  bool any = false;
  for (const bool shared : {false, true}) {
    for (const auto& enc : arrival.stanza.children()) {
      if (enc.tag != "enc" || (enc.attr("type") == "skmsg") != shared) continue;
      any = true;
      auto plaintext = open_enc(arrival, enc);
      // A repeated sender key does not stop the message that it came with.
      const bool repeated =
          !plaintext && !shared && plaintext.error().fault == signal::Fault::duplicate;
      if (repeated && arrival.group) continue;
      if (!plaintext) return fail(plaintext.error());
      auto read = read_content(*plaintext);
      if (!read) return signal::failed(signal::Fault::invalid_message, "not a message");
      // A key belongs to the group it came in, whatever it says itself.
      if (!read->sender_key.empty() && arrival.group) {
        WS_CHECK(ratchets_.learn_sender_key(arrival.from.user, directory_.canonical(arrival.sender),
                                            read->sender_key));
      }
      if (!read->kind.empty()) content = std::move(*read);
    }
  }
  if (!any) return signal::failed(signal::Fault::invalid_message, "nothing to open");
  return content;
}

signal::Outcome<Bytes> Handset::open_enc(const Arrival& arrival, const wire::Node& enc) {
  const auto type = enc.attr_or("type", "");
  const auto device = directory_.canonical(arrival.sender);
  if (type == "skmsg")
    return ratchets_.open_from_group(arrival.from.user, device, enc.content_bytes());
  if (type == "msg" || type == "pkmsg") return ratchets_.open(device, type, enc.content_bytes());
  return signal::failed(signal::Fault::invalid_message, "an unknown kind of enc");
}

void Handset::accept(const Arrival& arrival, const HandsetContent& content) {
  if (!content.kind.empty()) record(arrival, content);
  confirm(arrival);
  if (arrival.own && jid_.device == 0 && !content.wanted.empty())
    answer_companion(arrival, content);
  if (manners_.echo && jid_.device == 0 && !arrival.own && content.kind == "text") {
    const auto chat = arrival.group ? arrival.from : arrival.sender.without_device();
    (void)send_text(chat, content.text);  // to nobody, if he is gone by now
  }
}

void Handset::record(const Arrival& arrival, const HandsetContent& content) {
  Received message;
  message.id = arrival.id;
  message.chat = arrival.from.without_device().to_string();
  if (arrival.own && !arrival.group) {
    const auto recipient = arrival.stanza.jid("recipient");
    message.chat = !content.destination.empty() ? content.destination
                   : recipient                  ? recipient->to_string()
                                                : message.chat;
  }
  message.sender = arrival.sender.without_device().to_string();
  message.kind = content.kind;
  message.text = content.text;
  message.target = content.target;
  message.own = arrival.own;
  message.offline = arrival.stanza.has("offline");
  message.time = arrival.stanza.number("t").value_or(0);
  if (jid_.device == 0 && !content.message.empty()) keep(message, content.message);
  inbox_.add(jid_.device, std::move(message));
}

// A phone keeps its messages; this one the newest.
void Handset::keep(const Received& message, const Bytes& content) {
  const bool group =
      wire::Jid::parse(message.chat).value_or(wire::Jid{}).server == wire::kGroupServer;
  const bool fresh = !kept_.contains(message.id);
  kept_[message.id] = {message.chat, message.id,   group ? message.sender : "",
                       message.own,  message.time, content};
  if (fresh) kept_order_.push_back(message.id);
  if (kept_order_.size() <= kKeptMessages) return;
  kept_.erase(kept_order_.front());
  kept_order_.pop_front();
}

// What a companion could not read, to that companion alone.
void Handset::answer_companion(const Arrival& arrival, const HandsetContent& content) {
  std::vector<KeptMessage> found;
  for (const auto& id : content.wanted)
    if (const auto kept = kept_.find(id); kept != kept_.end()) found.push_back(kept->second);
  const auto device = directory_.canonical(arrival.sender);
  const auto sealed = ratchets_.seal(device, phone_answer_content(arrival.id, found));
  if (!sealed) return;
  wire::Node message{
      "message",
      {{"to", arrival.from},
       {"id", make_id()},
       {"type", "text"},
       {"category", "peer"},
       {"device_fanout", "false"}},
      wire::Nodes{wire::Node{"enc", {{"v", "2"}, {"type", sealed->type}}, sealed->body}}};
  finish(message, sealed->type == "pkmsg");
  send(message);
}

void Handset::confirm(const Arrival& arrival) {
  const auto participant = arrival.stanza.jid("participant");
  wire::Node receipt{"receipt", {{"id", arrival.id}, {"to", arrival.from}}, {}};
  if (participant) receipt.set("participant", *participant);
  if (arrival.stanza.attr("category") == "peer") {
    receipt.set("type", "peer_msg");
  } else if (arrival.own) {
    receipt.set("type", "sender");
    if (const auto recipient = arrival.stanza.jid("recipient"))
      receipt.set("recipient", *recipient);
  }
  if (!arrival.own && !manners_.receipts) return;
  later(arrival.own ? 0 : manners_.receipt_delay_ms, receipt);
  if (arrival.own || !manners_.reads) return;
  receipt.set("type", "read");
  receipt.set("to", arrival.from.without_device());
  receipt.set("t", std::to_string(runtime::unix_seconds(services_.clock)));
  later(manners_.receipt_delay_ms, receipt);
}

// The message stays in the mailbox until it is acked, so both go out.
void Handset::ask_again(const Arrival& arrival, const signal::Failure& failure) {
  const auto count = ++asked_[arrival.id];
  wire::Node receipt{"receipt", {{"id", arrival.id}, {"to", arrival.from}, {"type", "retry"}}, {}};
  wire::Node ack{"ack",
                 {{"class", "message"}, {"id", arrival.id}, {"to", arrival.from}, {"error", "500"}},
                 {}};
  for (const char* key : {"participant", "recipient"}) {
    const auto jid = arrival.stanza.jid(key);
    if (!jid) continue;
    receipt.set(key, *jid);
    ack.set(key, *jid);
  }
  wire::Node retry{"retry",
                   {{"v", "1"},
                    {"count", std::to_string(count)},
                    {"id", arrival.id},
                    {"t", arrival.stanza.attr_or("t", "0")}},
                   {}};
  if (const auto code = signal::retry_code(failure.fault))
    retry.set("error", std::to_string(*code));
  wire::Nodes parts{
      std::move(retry),
      stanza::leaf("registration", stanza::big_endian(keys_.identity.registration_id, 4))};
  const bool stranger = !ratchets_.has_session(directory_.canonical(arrival.sender));
  if (count >= kKeysFrom || stranger) parts.push_back(keys_node());
  receipt.content = std::move(parts);
  if (count < kMostRetries) send(receipt);
  send(ack);
  HandsetContent unread;
  unread.kind = "undecryptable";
  record(arrival, unread);
}

wire::Node Handset::keys_node() {
  const auto fresh = keys_.add_one_time(1, services_.rng);
  (void)services_.save(keys_);  // a key that a crash forgets is asked for again
  const auto& signed_key = keys_.signed_pre_key;
  const auto key = [](const char* tag, std::uint32_t id, BytesView value) {
    return wire::Node{
        tag,
        {},
        wire::Nodes{stanza::leaf("id", stanza::big_endian(id, 3)), stanza::leaf("value", value)}};
  };
  auto skey = key("skey", signed_key.id, signed_key.key.public_key);
  auto parts = skey.children();
  parts.push_back(stanza::leaf("signature", signed_key.signature));
  skey.content = std::move(parts);
  wire::Nodes keys{stanza::leaf("type", ByteArray<1>{5}),
                   stanza::leaf("identity", keys_.identity.key.public_key),
                   key("key", fresh.front().id, fresh.front().key), std::move(skey)};
  if (!keys_.device_identity.empty())
    keys.push_back(stanza::leaf("device-identity", keys_.device_identity));
  return {"keys", {}, std::move(keys)};
}

void Handset::send_receipt(const Received& message, const std::string& type) {
  const auto chat = wire::Jid::parse(message.chat);
  if (!chat) return;
  wire::Node receipt{"receipt",
                     {{"id", message.id},
                      {"to", *chat},
                      {"type", type},
                      {"t", std::to_string(runtime::unix_seconds(services_.clock))}},
                     {}};
  const auto sender = wire::Jid::parse(message.sender);
  if (chat->server == wire::kGroupServer && sender) receipt.set("participant", *sender);
  send(receipt);
}

}  // namespace wasphere::sandbox
