#include "sandbox/handset.h"

#include <algorithm>
#include <utility>

#include "core/stanza/fields.h"

namespace wasphere::sandbox {
namespace {

constexpr std::uint32_t kWholeBacklog = 1'000'000;
constexpr std::size_t kOneTimeKeys = 50;
constexpr std::size_t kKeptSent = 20'000;

std::string receipt_kind(const wire::Node& receipt) {
  const auto type = receipt.attr_or("type", "");
  return type.empty() || type == "inactive" ? "delivered" : type;
}

}  // namespace

Handset::Handset(HandsetServices services, HandsetKeys keys, wire::Jid jid, wire::Jid lid,
                 Manners& manners, Inbox& inbox)
    : services_(std::move(services)),
      keys_(std::move(keys)),
      jid_(std::move(jid)),
      lid_(std::move(lid)),
      manners_(manners),
      inbox_(inbox),
      directory_(
          jid_.without_device(), lid_.without_device(),
          [this](const wire::Node& iq) { return services_.gateway.ask(jid_, iq); },
          [this](const wire::Jid& number, const wire::Jid& lid) {
            ratchets_.rename(number.user, lid);
          }) {}

Handset::~Handset() {
  go_offline();
}

void Handset::go_online() {
  if (online_) return;
  online_ = true;
  services_.gateway.connect(jid_, *this);
}

void Handset::go_offline() {
  if (!online_) return;
  online_ = false;
  waiting_.clear();
  services_.gateway.disconnect(jid_, *this);
}

void Handset::reinstall(HandsetKeys keys) {
  keys_ = std::move(keys);
  ratchets_.forget_all();
  waiting_.clear();
  sent_.clear();
  sent_order_.clear();
  kept_.clear();
  kept_order_.clear();
}

void Handset::deliver(const wire::Node& stanza) {
  waiting_.push_back(stanza);
  services_.wake();
}

bool Handset::turn(std::size_t most) {
  for (; most > 0 && online_ && !waiting_.empty(); --most) {
    const auto stanza = std::move(waiting_.front());
    waiting_.pop_front();
    handle(stanza);
  }
  return !waiting_.empty();
}

void Handset::handle(const wire::Node& stanza) {
  if (stanza.tag == "message") return on_message(stanza);
  if (stanza.tag == "receipt") return on_receipt(stanza);
  if (stanza.tag == "notification") return on_notification(stanza);
  if (stanza.tag == "ack") return on_ack(stanza);
  if (stanza.tag == "ib" && stanza.child("offline_preview") != nullptr)
    send({"ib",
          {},
          wire::Nodes{
              stanza::text_attr_node("offline_batch", "count", std::to_string(kWholeBacklog))}});
}

void Handset::on_receipt(const wire::Node& receipt) {
  const auto type = receipt.attr_or("type", "");
  if (type == "retry" || type == "enc_rekey_retry") answer_retry(receipt);
  const auto who = receipt.jid("participant").value_or(receipt.jid("from").value_or(wire::Jid{}));
  const auto note = [&](const std::string& id) {
    inbox_.add(SeenReceipt{id, who.to_string(), receipt_kind(receipt)});
  };
  note(receipt.attr_or("id", ""));
  if (const auto* list = receipt.child("list"))
    for (const auto& item : list->children()) note(item.attr_or("id", ""));
  wire::Node ack{"ack", {{"class", "receipt"}, {"id", receipt.attr_or("id", "")}}, {}};
  for (const char* key : {"participant", "recipient"})
    if (const auto jid = receipt.jid(key)) ack.set(key, *jid);
  if (!type.empty()) ack.set("type", type);
  ack.set("to", receipt.jid("from").value_or(wire::Jid{}));
  send(ack);
}

void Handset::on_notification(const wire::Node& notification) {
  const auto type = notification.attr_or("type", "");
  const auto from = notification.jid("from").value_or(wire::Jid::server_only());
  if (type == "devices" || type == "account_sync") directory_.forget_devices(from);
  if (type == "encrypt" && notification.child("identity") != nullptr) {
    directory_.forget_devices(from);
    ratchets_.forget_user(directory_.canonical(from));
  }
  if (type == "encrypt" && notification.child("count") != nullptr) upload(kOneTimeKeys);
  if (type == "w:gp2") {
    directory_.forget_group(from);
    if (notification.child("remove") != nullptr) ratchets_.rotate(from.user);
  }
  send({"ack",
        {{"class", "notification"},
         {"id", notification.attr_or("id", "")},
         {"type", type},
         {"to", from}},
        {}});
}

void Handset::on_ack(const wire::Node& ack) {
  if (ack.attr("class") != "message") return;
  const auto from = ack.jid("from").value_or(wire::Jid{});
  if (ack.has("phash")) {
    directory_.forget_devices(from);
    directory_.forget_devices(jid_);
  }
  if (ack.has("phash") || ack.has("error")) directory_.forget_group(from);
  const auto error = ack.number("error").value_or(0);
  inbox_.add_ack(ack.attr_or("id", ""), static_cast<unsigned>(error));
}

void Handset::upload(std::size_t count) {
  const auto fresh = keys_.add_one_time(count, services_.rng);
  if (!services_.save(keys_)) return;
  wire::Nodes list;
  for (const auto& key : fresh)
    list.push_back({"key",
                    {},
                    wire::Nodes{stanza::leaf("id", stanza::big_endian(key.id, 3)),
                                stanza::leaf("value", key.key)}});
  const auto& signed_key = keys_.signed_pre_key;
  wire::Node skey{"skey",
                  {},
                  wire::Nodes{stanza::leaf("id", stanza::big_endian(signed_key.id, 3)),
                              stanza::leaf("value", signed_key.key.public_key),
                              stanza::leaf("signature", signed_key.signature)}};
  services_.gateway.ask(
      jid_, {"iq",
             {{"id", directory_.next_id()},
              {"xmlns", "encrypt"},
              {"type", "set"},
              {"to", wire::Jid::server_only()}},
             wire::Nodes{stanza::leaf("registration",
                                      stanza::big_endian(keys_.identity.registration_id, 4)),
                         stanza::leaf("type", ByteArray<1>{5}),
                         stanza::leaf("identity", keys_.identity.key.public_key),
                         wire::Node{"list", {}, std::move(list)}, std::move(skey)}});
}

void Handset::send(const wire::Node& stanza) {
  services_.gateway.send(jid_, stanza, *this);
}

void Handset::later(int delay_ms, wire::Node stanza) {
  if (delay_ms == 0) return send(stanza);
  const auto timer = timers_.insert(timers_.end(), services_.clock.make_timer());
  (*timer)->arm(runtime::Duration(delay_ms), [this, timer, stanza = std::move(stanza)] {
    if (online_) send(stanza);
    timers_.erase(timer);
  });
}

void Handset::remember(const std::string& id, Sent sent) {
  sent_.insert_or_assign(id, std::move(sent));
  sent_order_.push_back(id);
  if (sent_order_.size() <= kKeptSent) return;
  sent_.erase(sent_order_.front());
  sent_order_.pop_front();
}

wire::Jid Handset::self_in(std::string_view space) const {
  return space == wire::kLidServer ? lid_ : jid_;
}

}  // namespace wasphere::sandbox
