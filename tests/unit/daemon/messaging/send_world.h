// An Account that sends, on a real store, with WhatsApp and its people played by the test: every
// device has real ratchets.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <set>

#include "core/stanza/iq.h"
#include "core/stanza/key_nodes.h"
#include "core/stanza/message.h"
#include "daemon/messaging/account.h"
#include "daemon/runtime/log.h"
#include "tests/support/faulty_store.h"
#include "tests/support/manual_clock.h"
#include "tests/support/run_until.h"
#include "tests/support/shared_rng.h"
#include "tests/unit/daemon/messaging/peer.h"
#include "tests/unit/daemon/messaging/scripted_line.h"

namespace wasphere::test {

// Events of messages as "status id", which is what these tests compare.
class StatusEncoder final : public events::Encoder {
 public:
  store::EventRow encode(const events::Event& event, const store::SessionRow& row,
                         std::int64_t now_ms) override {
    store::EventRow out;
    out.id = "evt_" + std::to_string(++count_);
    out.session_id = row.id;
    out.time = now_ms;
    out.type = "event";
    std::visit([&](const auto& what) { out.payload = line(what); }, event);
    return out;
  }
  std::string content(const model::Parsed&) override { return "{}"; }
  std::string content(const events::PollVoted&) override { return "{}"; }
  std::string context(const model::Parsed& message) override { return message.context.quoted_id; }

 private:
  static std::string line(const auto&) { return "other"; }
  static std::string line(const events::MessageSent& event) { return "sent " + event.message.text; }
  static std::string line(const events::MessageEnded& event) {
    return std::string(store::message_status_name(event.message.status)) + " " + event.message.text;
  }

  std::atomic<int> count_{0};
};

struct FakeView final : messaging::AccountView {
  store::SessionRow session;
  std::optional<stanza::Device> credentials;
  const store::SessionRow& row() const override { return session; }
  const stanza::Device* device() const override { return credentials ? &*credentials : nullptr; }
};

struct Person {
  wire::Jid phone, lid;
  std::vector<Peer> devices;  // jid: in LID form; the device number counts
};

// The server's side of the questions that sending asks.
class Network {
 public:
  explicit Network(Rng& rng) : rng_(rng) {}

  std::map<std::string, Person> people;  // by phone number
  std::map<wire::Jid, stanza::GroupInfo> groups;
  std::set<std::string> unreachable;                    // device JIDs without a bundle
  std::vector<std::string> questions;                   // xmlns of each
  std::map<std::string, int> errors;                    // by xmlns: answered instead, once
  std::function<void(const std::string&)> on_question;  // its xmlns; before it is answered

  Person& add(const std::string& phone, const std::string& lid, std::vector<int> devices) {
    Person& person = people[phone];
    person.phone = wire::Jid{phone, "s.whatsapp.net"};
    person.lid = wire::Jid{lid, "lid"};
    for (const int device : devices)
      person.devices.emplace_back(
          device == 0 ? lid + "@lid" : lid + ":" + std::to_string(device) + "@lid", rng_);
    return person;
  }
  void add_device(const std::string& phone, int device) {
    Person& person = people.at(phone);
    person.devices.emplace_back(person.lid.user + ":" + std::to_string(device) + "@lid", rng_);
  }
  Peer* device(const wire::Jid& jid) {
    for (auto& [phone, person] : people)
      for (Peer& peer : person.devices)
        if (peer.jid.device == jid.device &&
            (jid.user == person.phone.user || jid.user == person.lid.user))
          return &peer;
    return nullptr;
  }

  Result<wire::Node> answer(const wire::Node& request) {
    const std::string xmlns = request.attr_or("xmlns", "");
    questions.push_back(xmlns);
    if (on_question) on_question(xmlns);
    if (const auto found = errors.find(xmlns); found != errors.end()) {
      const int code = found->second;
      errors.erase(found);
      return stanza::iq_error(request, code, "test");
    }
    if (xmlns == "usync") return stanza::iq_result(request, {usync(request)});
    if (xmlns == "encrypt") return stanza::iq_result(request, {bundles(request)});
    if (xmlns == "w:g2") return group(request);
    return stanza::iq_result(request);
  }

 private:
  wire::Node usync(const wire::Node& request) {
    wire::Nodes users;
    for (const wire::Node& user : request.child("usync")->child("list")->children())
      for (const auto& [phone, person] : people)
        if (user.jid("jid") == person.phone || user.jid("jid") == person.lid)
          users.push_back(user_node(*user.jid("jid"), person));
    return {"usync", {}, wire::Nodes{{"list", {}, std::move(users)}}};
  }
  static wire::Node user_node(const wire::Jid& asked, const Person& person) {
    if (person.devices.empty()) return {"user", {{"jid", asked}}, {}};  // not on WhatsApp
    wire::Nodes devices;
    for (const Peer& peer : person.devices) {
      wire::Node device{"device", {{"id", std::to_string(peer.jid.device)}}, {}};
      if (peer.jid.device != 0) device.set("key-index", std::to_string(peer.jid.device));
      devices.push_back(std::move(device));
    }
    wire::Nodes parts{{"devices", {}, wire::Nodes{{"device-list", {}, std::move(devices)}}}};
    if (!person.lid.user.empty()) parts.push_back({"lid", {{"val", person.lid}}, {}});
    return {"user", {{"jid", asked}}, std::move(parts)};
  }
  wire::Node bundles(const wire::Node& request) {
    wire::Nodes users;
    for (const wire::Node& user : request.child("key")->children()) {
      const wire::Jid jid = *user.jid("jid");
      Peer* peer = device(jid);
      if (peer == nullptr || unreachable.contains(jid.to_string())) {
        users.push_back({"user", {{"jid", jid}}, wire::Nodes{{"error", {{"code", "404"}}, {}}}});
      } else {
        users.push_back(bundle(jid, *peer));
      }
    }
    return {"list", {}, std::move(users)};
  }
  wire::Node bundle(const wire::Jid& jid, Peer& peer) {
    const stanza::Device& device = peer.device;
    peer.one_time = stanza::PreKey{77, crypto::KeyPair::generate(rng_)};
    const stanza::SignedPreKey& key = device.signed_pre_key;
    ByteWriter registration;
    registration.u32be(device.registration_id);
    return {"user",
            {{"jid", jid}},
            wire::Nodes{{"registration", {}, registration.take()},
                        {"type", {}, Bytes{5}},
                        {"identity", {}, to_bytes(device.identity_key.public_key)},
                        stanza::signed_key_node(key.id, key.key.public_key, key.signature),
                        stanza::key_node({peer.one_time->id, peer.one_time->key.public_key})}};
  }
  Result<wire::Node> group(const wire::Node& request) {
    const auto found = groups.find(request.jid("to").value_or(wire::Jid{}));
    if (found == groups.end()) return stanza::iq_error(request, 404, "item-not-found");
    return stanza::iq_result(request, {stanza::build_group(found->second)});
  }

  Rng& rng_;
};

inline constexpr const char* kOurPhone = "447700900000";
inline constexpr const char* kOurLid = "100000000000000";
inline constexpr const char* kSamPhone = "447700900123";
inline constexpr const char* kSamLid = "100000000000123";

struct SendWorld {
  boost::asio::io_context io;
  ManualClock clock;
  SharedRng rng;
  FaultyStore store{io};
  StatusEncoder encoder;
  FakeView view;
  Network network{rng};
  messaging::Options options;
  std::shared_ptr<ScriptedLine> line;
  std::unique_ptr<messaging::Account> account;

  // Ours: phone and this device, number 5. Sam: phone and one companion. Nothing is paced.
  SendWorld() {
    runtime::configure_log({runtime::LogLevel::error, runtime::LogFormat::text, false});
    view.session.id = "sess_1";
    view.session.name = "support";
    view.session.linked = true;
    view.session.jid = std::string(kOurPhone) + ":5@s.whatsapp.net";
    view.session.lid = std::string(kOurLid) + ":5@lid";
    view.session.settings = {0, 0, false, 0, false, true};
    view.credentials = stanza::Device::generate(rng);
    auto& own = view.credentials->account.emplace();
    own.jid = wire::Jid::parse(view.session.jid).value();
    own.lid = wire::Jid::parse(view.session.lid).value();
    own.signed_identity = to_bytes(as_bytes("our signed identity"));
    network.add(kOurPhone, kOurLid, {0, 5});
    network.add(kSamPhone, kSamLid, {0, 2});
    in_store([this](store::Tx& tx) -> Status {
      WS_CHECK(tx.sessions.insert(view.session));
      tx.devices.save(view.session.id, *view.credentials);
      return {};
    });
    open();
    connect();
  }
  ~SendWorld() {
    shut();
    store.close();
  }
  SendWorld(const SendWorld&) = delete;
  SendWorld& operator=(const SendWorld&) = delete;

  // --- life
  void open() {
    account = std::make_unique<messaging::Account>(
        io.get_executor(), messaging::Services{*store, clock, rng, encoder}, options, view);
  }
  void connect() {
    line = std::make_shared<ScriptedLine>();
    line->answer = [this](const wire::Node& request) { return network.answer(request); };
    account->hear(line);
    account->attach(line);
  }
  void disconnect() {
    if (line) line->over = true;
    run_task(io, account->detach());
  }
  void shut() {
    if (!account) return;
    disconnect();
    run_task(io, account->stop());
    account.reset();
  }
  // A new process on the same state.
  void restart() {
    shut();
    store.reopen();
    open();
    connect();
  }

  // --- the queue
  messaging::NewMessage text(const std::string& words, const std::string& to = kSamPhone) {
    messaging::NewMessage out;
    out.to = to;
    out.content.content = model::Text{words, {}, {}, {}, {}};
    out.type = "text";
    out.text = words;
    return out;
  }
  Result<messaging::Accepted> try_enqueue(messaging::NewMessage message) {
    return run_task(io, account->enqueue(std::move(message)));
  }
  std::string enqueue(messaging::NewMessage message) {
    auto accepted = try_enqueue(std::move(message));
    if (!accepted) throw std::runtime_error(accepted.error().message);
    return accepted->message.id;
  }
  std::string enqueue(const std::string& words, const std::string& to = kSamPhone) {
    return enqueue(text(words, to));
  }

  // --- what has left
  // Until everything that goes on by itself has come to rest; time stands still.
  void settle() {
    for (int i = 0; i < 12; ++i) read([](store::Tx&) { return 0; });
  }
  void elapse(std::int64_t ms) {
    runtime::Duration left{ms};
    settle();
    while (clock.until_next() <= left) {
      left -= clock.until_next();
      clock.advance_to_next();
      settle();
    }
    clock.advance(left);
    settle();
  }
  std::vector<stanza::OutgoingMessage> messages() {
    settle();
    std::vector<stanza::OutgoingMessage> out;
    for (const wire::Node& node : line->take()) {
      if (node.tag == "message") out.push_back(stanza::parse_outgoing(node).value());
      if (node.tag != "message") others.push_back(outline_of(node));
    }
    return out;
  }
  std::vector<std::string> others;  // stanzas that are no messages
  std::vector<std::string> sent_ids() {
    std::vector<std::string> out;
    for (const auto& message : messages()) out.push_back(message.id);
    return out;
  }
  void ack(const std::string& id, std::uint32_t error = 0, const std::string& phash = {}) {
    settle();
    hand_in_ack(id, error, phash);
    settle();
  }
  void hand_in_ack(const std::string& id, std::uint32_t error = 0, const std::string& phash = {}) {
    stanza::MessageAck ack;
    ack.id = id;
    ack.from = wire::Jid{kSamLid, "lid"};
    ack.time = 1779704400;
    if (error != 0) ack.error = error;
    ack.phash = phash;
    account->on_ack(stanza::build_message_ack(ack));
  }
  // What a device reads in a stanza; nothing if it got none.
  std::optional<model::Parsed> read_as(const stanza::OutgoingMessage& message,
                                       const wire::Jid& wire_jid) {
    for (const stanza::Target& target : message.targets)
      if (target.device == wire_jid) return network.device(wire_jid)->read(enc_node(target.enc));
    return std::nullopt;
  }
  // The one device that a copy is for.
  std::optional<model::Parsed> read_copy(const stanza::OutgoingMessage& copy) {
    Peer* device = network.device(copy.participant.value_or(copy.to));
    if (device == nullptr || !copy.common) return std::nullopt;
    return device->read(enc_node(*copy.common));
  }
  static wire::Node enc_node(const stanza::Enc& enc) {
    const char* type = enc.type == stanza::EncType::pkmsg ? "pkmsg" : "msg";
    return {"enc", {{"v", "2"}, {"type", type}}, enc.body};
  }
  static std::string words_of(const std::optional<model::Parsed>& parsed) {
    if (!parsed) return "(nothing)";
    const auto* said = std::get_if<model::Text>(&parsed->content);
    return said == nullptr ? "(no text)" : said->text;
  }
  static std::set<std::string> targets_of(const stanza::OutgoingMessage& message) {
    std::set<std::string> out;
    for (const auto& target : message.targets) out.insert(target.device.to_string());
    return out;
  }

  // --- the store
  template <class F>
  std::invoke_result_t<F&, store::Tx&> in_store(F job) {
    auto result = run_task(io, store->run(std::move(job)));
    if (!result) throw std::runtime_error(result.error().message);
    return result;
  }
  template <class F, class T = std::invoke_result_t<F&, store::Tx&>>
  T read(F look) {
    auto job = [look = std::move(look)](store::Tx& tx) -> Result<T> { return look(tx); };
    auto result = run_task(io, store->run(job));
    for (int i = 0; !result && i < 50; ++i) result = run_task(io, store->run(job));  // faults
    if (!result) throw std::runtime_error(result.error().message);
    return std::move(*result);
  }
  const std::string& id() const { return view.session.id; }
  store::MessageRow row(const std::string& message_id) {
    return read([&](store::Tx& tx) { return tx.messages.find(id(), message_id); }).value();
  }
  std::string status(const std::string& message_id) {
    return std::string(store::message_status_name(row(message_id).status));
  }
  std::size_t queued() {
    return read([&](store::Tx& tx) { return tx.outbox.list({id(), 0, 5000}); }).rows.size();
  }
  // Events since the last call.
  std::vector<std::string> events() {
    const auto rows = read([this](store::Tx& tx) { return tx.events.after(seen_, 5000); });
    std::vector<std::string> out;
    for (const store::EventRow& event : rows) {
      seen_ = event.seq;
      if (event.payload != "other") out.push_back(event.payload);
    }
    return out;
  }

 private:
  std::int64_t seen_ = 0;
};

using Lines = std::vector<std::string>;

}  // namespace wasphere::test
