// A virtual device with real Signal state: a phone, or a companion of a virtual contact. It is a
// client of the server like any other and reaches it only through PhoneGateway.
#pragma once

#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>

#include "core/util/rng.h"
#include "daemon/runtime/clock.h"
#include "sandbox/handset_content.h"
#include "sandbox/handset_directory.h"
#include "sandbox/handset_keys.h"
#include "sandbox/inbox.h"
#include "sandbox/mailbox.h"
#include "sandbox/phone_gateway.h"
#include "sandbox/ratchets.h"

namespace wasphere::sandbox {

// How a person's devices behave.
struct Manners {
  bool echo = false;     // texts come back
  bool receipts = true;  // says that messages have arrived
  int receipt_delay_ms = 0;
  bool reads = false;    // reads what arrives, and says so
  bool hidden = true;    // writes to hidden addresses
  unsigned retries = 0;  // so many next messages it pretends not to be able to open
};

struct HandsetServices {
  PhoneGateway& gateway;
  runtime::Clock& clock;
  Rng& rng;
  std::function<void()> wake;                      // turn() is wanted soon
  std::function<Status(const HandsetKeys&)> save;  // they have changed
};

class Handset final : public Outlet {
 public:
  Handset(HandsetServices services, HandsetKeys keys, wire::Jid jid, wire::Jid lid,
          Manners& manners, Inbox& inbox);
  ~Handset() override;

  const wire::Jid& jid() const { return jid_; }
  const HandsetKeys& keys() const { return keys_; }
  bool online() const { return online_; }
  void go_online();
  void go_offline();
  // Forgets everything and begins with these keys, as after an installation.
  void reinstall(HandsetKeys keys);

  void deliver(const wire::Node& stanza) override;
  // Takes up to `most` of what was delivered; true if more is there.
  bool turn(std::size_t most);

  wire::Node ask(const wire::Node& iq) { return services_.gateway.ask(jid_, iq); }
  std::string next_id() { return directory_.next_id(); }
  // The id of the message. Errors: not_found if nobody could be reached.
  Result<std::string> send_text(const wire::Jid& to, const std::string& text);
  // A read (or played) receipt for what it has received.
  void send_receipt(const Received& message, const std::string& type);

 private:
  struct Sent {
    wire::Jid to;
    Bytes plaintext;
  };
  // One message on its way in.
  struct Arrival {
    const wire::Node& stanza;
    std::string id;
    wire::Jid from;
    wire::Jid sender;  // the device
    bool group = false;
    bool own = false;
  };

  void handle(const wire::Node& stanza);
  void on_message(const wire::Node& stanza);
  void on_receipt(const wire::Node& receipt);
  void on_notification(const wire::Node& notification);
  void on_ack(const wire::Node& ack);

  void learn_addresses(const wire::Node& stanza, const wire::Jid& sender);
  signal::Outcome<HandsetContent> open(const Arrival& arrival);
  signal::Outcome<Bytes> open_enc(const Arrival& arrival, const wire::Node& enc);
  void accept(const Arrival& arrival, const HandsetContent& content);
  void record(const Arrival& arrival, const HandsetContent& content);
  void keep(const Received& message, const Bytes& content);
  void answer_companion(const Arrival& arrival, const HandsetContent& content);
  void confirm(const Arrival& arrival);
  void later(int delay_ms, wire::Node stanza);
  void ask_again(const Arrival& arrival, const signal::Failure& failure);
  wire::Node keys_node();

  void answer_retry(const wire::Node& receipt);
  void take_retry_keys(const wire::Node& receipt, const wire::Jid& requester);

  Result<std::string> send_to_person(const wire::Jid& to, const Bytes& plaintext);
  Result<std::string> send_to_group(const wire::Jid& group, const Bytes& plaintext);
  void ensure_sessions(const std::vector<wire::Jid>& devices);
  // Adds one <to>; false if there is no session.
  bool add_target(wire::Nodes& targets, const wire::Jid& device, BytesView plaintext);
  void finish(wire::Node& message, bool introduces);
  wire::Jid self_in(std::string_view space) const;
  std::string make_id();
  void remember(const std::string& id, Sent sent);

  void upload(std::size_t count);
  void send(const wire::Node& stanza);

  HandsetServices services_;
  HandsetKeys keys_;
  const wire::Jid jid_;
  const wire::Jid lid_;
  Manners& manners_;
  Inbox& inbox_;
  Ratchets ratchets_{keys_, services_.rng};
  HandsetDirectory directory_;  // tells the ratchets when an address is known by another name
  bool online_ = false;
  std::deque<wire::Node> waiting_;
  std::map<std::string, Sent> sent_;
  std::deque<std::string> sent_order_;
  std::map<std::string, unsigned> asked_;    // retries, by message id
  std::map<std::string, KeptMessage> kept_;  // of a phone: what it has opened, by id
  std::deque<std::string> kept_order_;
  std::list<std::unique_ptr<runtime::Timer>> timers_;
};

}  // namespace wasphere::sandbox
