// Another device with real ratchets, and the stanzas in which the server hands on what it writes.
#pragma once

#include <stdexcept>
#include <string>

#include "core/model/message.h"
#include "core/signal/padding.h"
#include "core/signal/sender_key.h"
#include "core/signal/session_cipher.h"
#include "core/stanza/device.h"
#include "core/util/rng.h"
#include "core/wire/node.h"

namespace wasphere::test {

template <class T>
T opened(signal::Outcome<T> outcome) {
  if (!outcome) throw std::runtime_error(std::string(outcome.error().message));
  return std::move(*outcome);
}

class Peer {
 public:
  Peer(std::string jid_text, Rng& random)
      : jid(wire::Jid::parse(jid_text).value()),
        device(stanza::Device::generate(random)),
        rng_(random) {}

  wire::Jid jid;
  stanza::Device device;
  signal::SessionRecord session;  // with us
  signal::SenderKeyRecord sender_key;

  signal::LocalIdentity identity() const { return signal::local_identity(device); }
  void begin(const signal::PreKeyBundle& bundle) {
    session = opened(signal::begin_session(session, identity(), bundle, rng_));
  }

  // --- writing
  wire::Node seal(BytesView message) {
    auto out = opened(signal::encrypt(session, signal::pad(message, rng_)));
    session = std::move(out.next);
    const bool first = out.type == signal::CiphertextType::pkmsg;
    return {"enc", {{"v", "2"}, {"type", first ? "pkmsg" : "msg"}}, std::move(out.body)};
  }
  wire::Node seal_group(BytesView message) {
    auto out = opened(signal::group_encrypt(sender_key, signal::pad(message, rng_), rng_));
    sender_key = std::move(out.next);
    return {"enc", {{"v", "2"}, {"type", "skmsg"}}, std::move(out.body)};
  }
  Bytes share_key(const std::string& group) {
    if (sender_key.empty()) sender_key = signal::new_sender_key(rng_);
    return model::sender_key_message(wire::Jid::parse(group).value(),
                                     signal::build(opened(signal::distribution(sender_key))));
  }
  static Bytes text(const std::string& text) {
    model::Outgoing out;
    out.content = model::Text{text, {}, {}, {}, {}};
    return model::build_message(out);
  }

  // --- as delivered
  wire::Node stanza(const std::string& id, wire::Nodes encs) const {
    return {"message",
            {{"id", id}, {"from", jid}, {"t", "1779704400"}, {"type", "text"}, {"notify", "Sam"}},
            std::move(encs)};
  }
  wire::Node says(const std::string& id, const std::string& words) {
    return stanza(id, {seal(text(words))});
  }
  wire::Node in_group(const std::string& id, const std::string& group, wire::Nodes encs) const {
    wire::Node out = stanza(id, std::move(encs));
    out.set("from", wire::Jid::parse(group).value());
    out.set("participant", jid);
    return out;
  }

  // --- reading
  // `enc`: as it is on the wire.
  model::Parsed read(const wire::Node& enc) {
    const Bytes body = enc.content_bytes();
    const auto out =
        enc.attr("type") == "pkmsg"
            ? opened(signal::decrypt_pre_key(session,
                                             opened(signal::parse_pre_key_signal_message(body)),
                                             {identity(), device.signed_pre_key, one_time}, rng_))
            : opened(signal::decrypt(session, opened(signal::parse_signal_message(body)), rng_));
    session = out.next;
    return model::parse_message(opened(signal::unpad(out.plaintext))).value();
  }
  std::optional<stanza::PreKey> one_time;

 private:
  Rng& rng_;
};

}  // namespace wasphere::test
