// A SessionManager with everything around it: real store, manual clock, and a WhatsApp that does
// what the test says. Nothing sleeps; time moves only when the test moves it.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/stanza/iq.h"
#include "core/stanza/pairing.h"
#include "core/stanza/prekeys.h"
#include "daemon/runtime/log.h"
#include "daemon/runtime/worker_pool.h"
#include "daemon/session/session_manager.h"
#include "tests/support/faulty_store.h"
#include "tests/support/manual_clock.h"
#include "tests/support/run_until.h"
#include "tests/support/shared_rng.h"
#include "tests/unit/daemon/session/server_end.h"

namespace wasphere::test {

using runtime::Duration;
using session::SessionSnapshot;

// The payload is what tests compare: "status/detail reason" of the row at that moment, and a few
// fields.
class PlainEncoder final : public events::Encoder {
 public:
  store::EventRow encode(const events::Event& event, const store::SessionRow& row,
                         std::int64_t now_ms) override {
    store::EventRow out;
    out.id = "evt_" + std::to_string(++count_);
    out.session_id = row.id;
    out.time = now_ms;
    out.payload = std::string(store::status_name(row.status)) + "/" + row.status_detail;
    std::visit([&](const auto& value) { describe(value, out); }, event);
    return out;
  }
  std::string content(const model::Parsed&) override { return "{}"; }
  std::string content(const events::PollVoted&) override { return "{}"; }
  std::string context(const model::Parsed&) override { return "{}"; }

 private:
  using Row = store::EventRow;
  // Messages are not what these tests are about.
  static void describe(const auto&, Row& out) { out.type = "message"; }
  static void describe(const events::SessionCreated&, Row& out) { out.type = "session.created"; }
  static void describe(const events::SessionDeleted&, Row& out) { out.type = "session.deleted"; }
  static void describe(const events::SessionConfigUpdated&, Row& out) {
    out.type = "session.config_updated";
  }
  static void describe(const events::SessionStatus&, Row& out) { out.type = "session.status"; }
  static void describe(const events::SessionQr& qr, Row& out) {
    out.type = "session.qr";
    out.payload = qr.text;
    out.expires_at = qr.expires_at;
  }
  static void describe(const events::SessionCode& code, Row& out) {
    out.type = "session.code";
    out.payload = code.code;
    out.expires_at = code.expires_at;
  }
  static void describe(const events::SessionConnected& connected, Row& out) {
    out.type = "session.connected";
    out.payload += connected.is_new_link ? " new" : " again";
  }
  static void describe(const events::SessionReconnecting& step, Row& out) {
    out.type = "session.reconnecting";
    out.payload = std::to_string(step.attempt) + "/" + std::to_string(step.max_attempts) + " in " +
                  std::to_string(step.delay_ms) + " " + step.reason;
  }
  static void describe(const events::SessionDisconnected& down, Row& out) {
    out.type = "session.disconnected";
    out.payload = down.reason + " " + down.detail + " " + std::to_string(down.attempts);
  }
  static void describe(const events::SessionLoggedOut& end, Row& out) {
    out.type = "session.logged_out";
    out.payload = end.reason;
  }
  static void describe(const events::SessionBanned&, Row& out) { out.type = "session.banned"; }
  static void describe(const events::SessionFailed& end, Row& out) {
    out.type = "session.failed";
    out.payload = end.reason;
  }

  int count_ = 0;
};

struct World {
  ManualClock clock;
  SharedRng rng;
  boost::asio::io_context io;
  FaultyStore store{io};
  runtime::WorkerPool pool{1};
  PlainEncoder encoder;
  FakeTransportFactory transports;
  ServerIdentity identity = ServerIdentity::generate(rng);
  session::SessionOptions options;
  std::unique_ptr<session::SessionManager> manager;
  std::vector<std::shared_ptr<ServerEnd>> ends;  // one per connection, oldest first
  stanza::PhoneIdentity phone{crypto::KeyPair::generate(rng), 7};

  // What WhatsApp does by itself.
  bool shakes_hands = true;    // else connections hang
  bool offers_qr = true;       // pair-device on registration
  bool accepts_logins = true;  // <success> on login
  bool answers_iqs = true;
  std::uint32_t pre_keys = 812;            // that it has of us
  std::optional<wire::Node> login_answer;  // instead of <success>
  std::vector<stanza::UploadedBundle> uploads;
  std::vector<stanza::UploadedBundle> rotations;  // with the signed pre-key only
  int refuses_rotation = 0;                       // with this code

  World() {
    runtime::configure_log({runtime::LogLevel::error, runtime::LogFormat::text, false});
    options.endpoint.url = "ws://test/ws/chat";
    options.noise_root = identity.root.public_key;
  }
  ~World() {
    if (manager) run(manager->stop());
    manager.reset();
    store.close();
  }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  session::Services services() { return {*store, transports, clock, rng, pool, encoder}; }

  Status start() {
    manager = std::make_unique<session::SessionManager>(io.get_executor(), services(), options);
    return run(manager->start());
  }
  // A new process on the same state. Rows are as a kill at this moment would leave them.
  void restart() {
    run(manager->stop());
    manager.reset();
    store.reopen();
    if (!start()) throw std::runtime_error("the sessions do not start");
  }

  // --- running
  void pump() {
    for (std::size_t i = ends.size(); i < transports.connections.size(); ++i)
      ends.push_back(std::make_shared<ServerEnd>(transports.connections[i], identity, rng));
    if (!shakes_hands) return;
    for (std::size_t i = 0; i < ends.size(); ++i) serve(*ends[i], i);
  }
  template <class Done>
  bool until(Done done) {
    return run_until(io, [&] {
      pump();
      return done();
    });
  }
  template <class T>
  T run(runtime::Task<T> task) {
    const auto value = begin(std::move(task));
    if (!until([&] { return value->has_value(); })) throw std::runtime_error("the task hangs");
    return std::move(**value);
  }
  void run(runtime::Task<> task) {
    const auto over = std::make_shared<bool>(false);
    boost::asio::co_spawn(io, std::move(task), [over](std::exception_ptr thrown) {
      if (thrown) std::rethrow_exception(thrown);
      *over = true;
    });
    if (!until([&] { return *over; })) throw std::runtime_error("the task hangs");
  }
  // Starts a call and leaves it running; its result is looked at later.
  template <class T>
  std::shared_ptr<std::optional<T>> begin(runtime::Task<T> task) {
    auto value = std::make_shared<std::optional<T>>();
    boost::asio::co_spawn(io, std::move(task), [value](std::exception_ptr thrown, T result) {
      if (thrown) std::rethrow_exception(thrown);
      value->emplace(std::move(result));
    });
    return value;
  }
  // Until nothing more happens by itself: all that waits now waits for time or for WhatsApp.
  void settle() {
    for (int quiet = 0; quiet < 3;) {
      bool moved = drain();
      auto nothing = [](store::Tx&) -> Status { return {}; };
      bool stored = false;
      boost::asio::co_spawn(io, store->run(nothing),
                            [&](std::exception_ptr, const Status&) { stored = true; });
      run_until(io, [&] { return stored; });
      auto idle = [] {};
      bool pooled = false;
      boost::asio::co_spawn(io, runtime::run_on(pool, idle),
                            [&](std::exception_ptr) { pooled = true; });
      run_until(io, [&] { return pooled; });
      moved = drain() || moved;
      quiet = moved ? 0 : quiet + 1;
    }
  }
  // From timer to timer, with everything that follows from each.
  void advance(Duration by) {
    settle();
    const runtime::SteadyTime target = clock.now_steady() + by;
    while (clock.now_steady() < target) {
      const auto left = std::chrono::ceil<Duration>(target - clock.now_steady());
      clock.advance(std::min(left, std::max(clock.until_next(), Duration{0})));
      settle();
    }
  }

  // --- looking
  ServerEnd& end() { return *ends.back(); }
  std::size_t dials() const { return transports.connections.size(); }
  SessionSnapshot session(const std::string& ref = "support") { return manager->find(ref).value(); }
  std::string state(const std::string& ref = "support") {
    const store::SessionRow row = session(ref).row;
    return std::string(store::status_name(row.status)) + "/" + row.status_detail;
  }
  store::SessionRow stored_row() {
    auto job = [](store::Tx& tx) -> Result<store::SessionRow> { return tx.sessions.all().at(0); };
    return run(store->run(job)).value();
  }
  std::optional<stanza::Device> stored_device() {
    auto job = [](store::Tx& tx) { return tx.devices.load(tx.sessions.all().at(0).id); };
    return run(store->run(job)).value();
  }
  // "type payload" of every event so far, without session.qr's text.
  std::vector<std::string> events(std::int64_t after = 0) {
    auto job = [after](store::Tx& tx) -> Result<std::vector<store::EventRow>> {
      return tx.events.after(after, 1000);
    };
    std::vector<std::string> out;
    const std::vector<store::EventRow> rows = run(store->run(job)).value();
    for (const store::EventRow& row : rows) {
      const bool secret = row.type == "session.qr" || row.type == "session.code";
      out.push_back(secret ? row.type : row.type + " " + row.payload);
    }
    return out;
  }
  std::int64_t last_event() {
    auto job = [](store::Tx& tx) -> Result<std::int64_t> { return tx.events.last_seq(); };
    return run(store->run(job)).value();
  }

  // --- scenes
  SessionSnapshot create(const std::string& name = "support") {
    auto made = run(manager->create({name, {}, {}}));
    if (!made) throw std::runtime_error(made.error().message);
    return *made;
  }
  // A phone scans: pair-success with a good identity.
  wire::Node scan(const std::string& qr_text, std::uint16_t device = 3) {
    const auto qr = stanza::parse_qr_text(qr_text).value();
    return pair_success(qr.identity_key, qr.adv_secret, device);
  }
  wire::Node pair_success(const crypto::PublicKey& identity_key, const Secret<32>& adv_secret,
                          std::uint16_t device = 3) {
    const auto grant = stanza::grant_companion(phone, identity_key, adv_secret, 1, {1},
                                               runtime::unix_seconds(clock), rng);
    stanza::PairSuccessContent content;
    content.id = "pair-success-1";
    content.time = runtime::unix_seconds(clock);
    content.jid = {"447700900123", "s.whatsapp.net", device};
    content.lid = {"163200000000001", "lid", device};
    content.platform = "android";
    content.device_identity_hmac = grant.device_identity_hmac;
    return stanza::build_pair_success(content);
  }
  // From nothing to connected.
  void link(const std::string& name = "support") {
    const SessionSnapshot created = create(name);
    const std::size_t before = dials();
    end().send(scan(created.qr.value().text));
    until([&] { return end().take_iq_result("pair-success-1"); });
    end().send(stream_error("515"));
    end().drop();
    if (!until([&] { return dials() > before && state(name) == "connected/online"; }))
      throw std::runtime_error("not connected: " + state(name));
    settle();
    for (const auto& one : ends) one->inbox.clear();
  }

  static wire::Node stream_error(const std::string& code) {
    return {"stream:error", {{"code", code}}, {}};
  }
  static wire::Node failure(const std::string& reason) {
    return {"failure", {{"reason", reason}, {"location", "sbx"}}, {}};
  }
  wire::Node success() const {
    return {"success",
            {{"t", std::to_string(runtime::unix_seconds(clock))},
             {"lid", wire::Jid{"163200000000001", "lid", 3}},
             {"display_name", std::string("Acme")}},
            {}};
  }

 private:
  bool drain() {
    bool moved = false;
    for (;;) {
      io.restart();
      bool now = io.poll() > 0;
      for (std::size_t i = 0; shakes_hands && i < ends.size(); ++i) now = serve(*ends[i], i) || now;
      if (ends.size() < transports.connections.size()) {
        pump();
        now = true;
      }
      if (!now) return moved;
      moved = true;
    }
  }

  bool serve(ServerEnd& one, std::size_t index) {
    const bool moved = one.pump();
    if (one.ready() && greeted_.size() <= index) greeted_.resize(index + 1);
    if (one.ready() && !greeted_[index]) {
      greeted_[index] = true;
      greet(one);
    }
    if (answers_iqs && one.ready()) answer_iqs(one);
    return moved;
  }

  void greet(ServerEnd& one) {
    if (one.payload().registration) {
      if (offers_qr)
        one.send(stanza::build_pair_device(
            "pair-1", {"2@ref,one", "2@ref-two", "2@ref-three", "2@ref-4", "2@ref-5", "2@ref-6"}));
    } else if (accepts_logins) {
      one.send(login_answer.value_or(success()));
    }
  }

  void answer_iqs(ServerEnd& one) {
    while (auto iq = one.take_iq("encrypt")) {
      if (iq->child("count") != nullptr) {
        wire::Node count{"count", {{"value", std::to_string(pre_keys)}}, {}};
        one.send(stanza::iq_result(*iq, {std::move(count)}));
      } else if (iq->child("rotate") != nullptr) {
        rotations.push_back(stanza::parse_prekey_rotate(*iq).value());
        const bool good = refuses_rotation == 0;
        one.send(good ? stanza::iq_result(*iq) : stanza::iq_error(*iq, refuses_rotation, "test"));
      } else {
        uploads.push_back(stanza::parse_prekey_upload(*iq).value());
        pre_keys += static_cast<std::uint32_t>(uploads.back().one_time.size());
        one.send(stanza::iq_result(*iq));
      }
    }
    for (const char* xmlns : {"passive", "w:p", "urn:xmpp:whatsapp:dirty"})
      while (auto iq = one.take_iq(xmlns)) one.send(stanza::iq_result(*iq));
  }

  std::vector<bool> greeted_;
};

}  // namespace wasphere::test
