// An Account on a real store with a scripted line, and peers with real ratchets.
#pragma once

#include <atomic>
#include <mutex>

#include "daemon/messaging/account.h"
#include "daemon/runtime/log.h"
#include "tests/support/faulty_store.h"
#include "tests/support/manual_clock.h"
#include "tests/support/run_until.h"
#include "tests/support/shared_rng.h"
#include "tests/unit/daemon/messaging/peer.h"
#include "tests/unit/daemon/messaging/scripted_line.h"

namespace wasphere::test::receiving {

// Events as one line each, which is what tests compare.
class LineEncoder final : public events::Encoder {
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
  std::string content(const model::Parsed& message) override {
    return std::string(model::type_name(message));
  }
  std::string content(const events::PollVoted& vote) override { return "vote in " + vote.poll_id; }
  std::string context(const model::Parsed&) override { return "{}"; }

 private:
  static std::string line(const auto&) { return "session"; }
  static std::string line(const events::MessageReceived& event) {
    const store::MessageRow& row = event.message;
    return "received " + row.id + " in " + row.chat + " from " + row.sender + " " + row.type +
           " '" + row.text + "'" + (row.offline ? " offline" : "") +
           (event.replaces_placeholder ? " replaces" : "");
  }
  static std::string line(const events::MessageSent& event) {
    return "sent " + event.message.id + " to " + event.message.chat + " " + event.message.type +
           " '" + event.message.text + "' by " + event.message.source;
  }
  static std::string line(const events::MessageProgress& event) {
    return std::string(store::message_status_name(event.status)) + " " + event.message.id +
           (event.participant.empty() ? "" : " by " + event.participant);
  }
  static std::string line(const events::MessageUndecryptable& event) {
    return "undecryptable " + event.message.id + " " + event.reason;
  }
  static std::string line(const events::MessageEdited& event) {
    return "edited " + event.target_id + " '" + event.text + "'";
  }
  static std::string line(const events::MessageDeleted& event) {
    return "deleted " + event.target_id + " by " + event.sender;
  }
  static std::string line(const events::MessageReaction& event) {
    return "reaction " + event.target_id + " '" + event.emoji + "'";
  }
  static std::string line(const events::PollVoted& event) {
    std::string out = "voted in " + event.poll_id + ":";
    for (const std::string& option : event.selected) out += " " + option;
    return out;
  }
  static std::string line(const events::GroupUpdated& event) {
    return "group " + event.group.jid.to_string() + " " + event.what;
  }
  static std::string line(const events::GroupParticipants& event) {
    std::string out = "members of " + event.group + " " + event.action;
    for (const std::string& member : event.members) out += " " + member;
    return out;
  }
  static std::string line(const events::IdentityChanged& event) { return "identity " + event.user; }

  std::atomic<int> count_{0};
};

class FixedView final : public messaging::AccountView {
 public:
  store::SessionRow session;
  std::optional<stanza::Device> credentials;
  const store::SessionRow& row() const override { return session; }
  const stanza::Device* device() const override { return credentials ? &*credentials : nullptr; }
};

inline constexpr const char* kOwnPhone = "447700900000";
inline constexpr const char* kOwnLid = "100000000000000";

struct ReceiveWorld {
  boost::asio::io_context io;
  ManualClock clock;
  SharedRng rng;
  FaultyStore store{io};
  LineEncoder encoder;
  FixedView view;
  std::shared_ptr<ScriptedLine> line;
  std::unique_ptr<messaging::Account> account;

  ReceiveWorld() {
    runtime::configure_log({runtime::LogLevel::error, runtime::LogFormat::text, false});
    view.session.id = "sess_1";
    view.session.name = "support";
    view.session.linked = true;
    view.session.jid = std::string(kOwnPhone) + ":5@s.whatsapp.net";
    view.session.lid = std::string(kOwnLid) + ":5@lid";
    view.credentials = stanza::Device::generate(rng);
    auto& own = view.credentials->account.emplace();
    own.jid = wire::Jid::parse(view.session.jid).value();
    own.lid = wire::Jid::parse(view.session.lid).value();
    own.signed_identity = to_bytes(as_bytes("our signed identity"));
    in_store([this](store::Tx& tx) -> Status {
      WS_CHECK(tx.sessions.insert(view.session));
      tx.devices.save(view.session.id, *view.credentials);
      return {};
    });
    connect();
  }
  ~ReceiveWorld() {
    disconnect();
    store.close();
  }
  ReceiveWorld(const ReceiveWorld&) = delete;
  ReceiveWorld& operator=(const ReceiveWorld&) = delete;

  // --- life
  void connect() {
    account = std::make_unique<messaging::Account>(io.get_executor(),
                                                   messaging::Services{*store, clock, rng, encoder},
                                                   messaging::Options{}, view);
    line = std::make_shared<ScriptedLine>();
    account->hear(line);
    account->attach(line);
  }
  void disconnect() {
    if (!account) return;
    line->over = true;
    run_task(io, account->detach());
    run_task(io, account->stop());
    account.reset();
  }
  // A new process on the same state.
  void restart() {
    disconnect();
    store.reopen();
    connect();
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
    return *std::move(result);
  }
  const std::string& id() const { return view.session.id; }
  std::optional<store::MessageRow> message(const std::string& message_id) {
    return read([&](store::Tx& tx) { return tx.messages.find(id(), message_id); });
  }
  // Events since the last call.
  std::vector<std::string> events() {
    const auto rows = read([this](store::Tx& tx) { return tx.events.after(seen_, 1000); });
    std::vector<std::string> out;
    for (const store::EventRow& row : rows) {
      seen_ = row.seq;
      if (row.payload != "session") out.push_back(row.payload);
    }
    return out;
  }

  // --- from the server
  Status deliver(std::vector<wire::Node> stanzas) {
    return run_task(io, account->on_messages(std::move(stanzas)));
  }
  Status deliver(wire::Node stanza) {
    std::vector<wire::Node> one;
    one.push_back(std::move(stanza));
    return deliver(std::move(one));
  }
  Status receipt(wire::Node stanza) {
    std::vector<wire::Node> one;
    one.push_back(std::move(stanza));
    WS_CHECK(run_task(io, account->on_receipts(std::move(one))));
    settle();
    if (line->given_up) return fail(*std::exchange(line->given_up, std::nullopt));
    return {};
  }
  bool notify(wire::Node stanza) {
    return run_task(io, account->on_notification(std::move(stanza))).value();
  }
  // What goes on beside the stanzas is over when the store has nothing more to do.
  void settle() {
    for (int i = 0; i < 20; ++i) read([](store::Tx&) { return 0; });
  }

  // --- our keys, as the server would hand them out
  signal::PreKeyBundle bundle() {
    const stanza::Device& device = *view.credentials;
    signal::PreKeyBundle out;
    out.registration_id = device.registration_id;
    out.identity = device.identity_key.public_key;
    out.signed_pre_key_id = device.signed_pre_key.id;
    out.signed_pre_key = device.signed_pre_key.key.public_key;
    out.signature = device.signed_pre_key.signature;
    out.one_time = read([this](store::Tx& tx) {
      const stanza::PreKey key = tx.pre_keys.reserve(id(), 1, rng).at(0);
      tx.pre_keys.mark_uploaded(id(), {key.id});
      return stanza::PublicPreKey{key.id, key.key.public_key};
    });
    return out;
  }
  // Somebody who has our bundle.
  Peer meet(const std::string& jid) {
    Peer peer(jid, rng);
    peer.begin(bundle());
    return peer;
  }
  // We write to a peer that we have a session with: the <enc> as he gets it.
  wire::Node write_to(const wire::Jid& device, BytesView message) {
    return read([this, device, padded = signal::pad(message, rng)](store::Tx& tx) {
      auto out = opened(signal::encrypt(tx.signal.session(id(), device), padded));
      tx.signal.save_session(id(), device, out.next);
      const bool first = out.type == signal::CiphertextType::pkmsg;
      return wire::Node{"enc", {{"v", "2"}, {"type", first ? "pkmsg" : "msg"}}, out.body};
    });
  }

 private:
  std::int64_t seen_ = 0;
};

using Lines = std::vector<std::string>;

}  // namespace wasphere::test::receiving
