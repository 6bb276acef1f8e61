// Webhooks on a real store, with receivers that answer by script and a clock that the test moves.
#pragma once

#include <catch2/catch.hpp>
#include <deque>
#include <map>

#include "daemon/runtime/async_event.h"
#include "daemon/webhook/webhooks.h"
#include "tests/support/faulty_store.h"
#include "tests/support/manual_clock.h"
#include "tests/support/run_until.h"
#include "tests/support/seeded_rng.h"

namespace wasphere::webhook {

using Numbers = std::vector<int>;
using std::chrono::hours;
using std::chrono::seconds;

struct Posted {
  std::string host;
  std::string address;
  std::string body;
  std::vector<std::string> headers;

  std::string header(const std::string& name) const {
    for (const std::string& line : headers)
      if (line.starts_with(name + ": ")) return line.substr(name.size() + 2);
    return "";
  }
  // The n of {"n":…}, which says which event it was.
  int number() const {
    const auto at = body.find("\"n\":");
    return at == std::string::npos ? -1 : std::stoi(body.substr(at + 4));
  }
};

// Answers each post with the next scripted answer of its host, 200 when there is none.
class ScriptedClient final : public net::HttpClient {
 public:
  std::vector<Posted> posts;
  std::map<std::string, std::deque<Result<net::HttpAnswer>>> script;
  std::map<std::string, bool> hold;  // hosts that do not answer until release()
  std::size_t under_way = 0;
  std::size_t most_under_way = 0;

  runtime::Task<Result<net::HttpAnswer>> post(net::HttpPost request) override {
    const std::string host = net::parse_http_url(request.url)->host;
    posts.push_back({host, request.address, request.body, request.headers});
    ++under_way;
    most_under_way = std::max(most_under_way, under_way);
    while (hold[host] && !cancelled_) {
      released_.reset();
      co_await released_.wait();
    }
    --under_way;
    if (cancelled_) co_return fail(ErrorCode::shutting_down, "stopping");
    auto& answers = script[host];
    if (answers.empty()) co_return net::HttpAnswer{200, 0};
    Result<net::HttpAnswer> next = std::move(answers.front());
    answers.pop_front();
    co_return next;
  }
  void cancel_all() override {
    cancelled_ = true;
    released_.set();
  }
  void release(const std::string& host) {
    hold[host] = false;
    released_.set();
  }
  void fail_next(const std::string& host, int count, int status = 500) {
    for (int i = 0; i < count; ++i) script[host].push_back(net::HttpAnswer{status, 0});
  }
  std::vector<int> numbers(const std::string& host) const {
    std::vector<int> out;
    for (const Posted& post : posts)
      if (post.host == host) out.push_back(post.number());
    return out;
  }

 private:
  runtime::AsyncEvent released_;
  bool cancelled_ = false;
};

class ScriptedLookup final : public net::NameLookup {
 public:
  std::map<std::string, Result<net::Addresses>> names;
  runtime::Task<Result<net::Addresses>> look_up(std::string host) override {
    const auto found = names.find(host);
    if (found != names.end()) co_return found->second;
    co_return net::Addresses{"93.184.216.34"};
  }
};

class PlainEncoder final : public events::Encoder {
 public:
  store::EventRow encode(const events::Event& event, const store::SessionRow&,
                         std::int64_t now_ms) override {
    store::EventRow out;
    const auto* disabled = std::get_if<events::WebhookDisabled>(&event);
    out.id = "evt_disabled";
    out.type = disabled != nullptr ? "webhook.disabled" : "other";
    out.time = now_ms;
    out.payload = "{\"reason\":\"" + (disabled != nullptr ? disabled->reason : "") + "\"}";
    return out;
  }
  std::string content(const model::Parsed&) override { return "{}"; }
  std::string content(const events::PollVoted&) override { return "{}"; }
  std::string context(const model::Parsed&) override { return "{}"; }
};

// One run of the daemon's part; the store outlives it.
struct Running {
  ScriptedClient client;
  ScriptedLookup names;
  net::UrlGuard guard{{parse_networks("10.0.0.0/8").value(), false}};
  Sender sender{client, names, guard};
  Dispatcher dispatcher;
  Webhooks webhooks;

  explicit Running(boost::asio::io_context& io, store::Store& store, runtime::Clock& clock,
                   Rng& rng, events::Encoder& encoder)
      : dispatcher({io, store, clock, rng, sender, encoder}, Retention{}),
        webhooks({io, store, clock, rng, sender, encoder}, dispatcher) {}
};

struct World {
  boost::asio::io_context io;
  test::ManualClock clock{&io};
  test::SeededRng rng{7};
  PlainEncoder encoder;
  test::FaultyStore store{io};
  std::unique_ptr<Running> running;
  int events = 0;

  World() { start(); }
  ~World() { stop(); }

  void start() {
    running = std::make_unique<Running>(io, *store, clock, rng, encoder);
    store->on_events = [this](std::int64_t) {
      if (running) running->dispatcher.wake();
    };
    REQUIRE(test::run_task(io, running->dispatcher.start()));
  }
  void stop() {
    if (!running) return;
    test::run_task(io, running->dispatcher.stop());
    running.reset();
  }
  ScriptedClient& client() { return running->client; }

  store::WebhookRow add(const std::string& host, int retry_max = 9) {
    NewWebhook wanted;
    wanted.url = "https://" + host + "/hook";
    wanted.events = {"*"};
    wanted.retry_max = retry_max;
    wanted.secret = "secret of sixteen or more";
    auto made = test::run_task(io, running->webhooks.create(std::move(wanted)));
    REQUIRE(made);
    return made->row;
  }
  // Events are numbered from 1.
  void happen(const std::string& chat, const std::string& session = "sess_a",
              const std::string& type = "message.received") {
    store::EventRow event;
    ++events;
    event.id = "evt_" + std::to_string(events);
    event.type = type;
    event.session_id = session;
    event.order_key = chat;
    event.payload = "{\"n\":" + std::to_string(events) + "}";
    auto job = [event](store::Tx& tx) -> Result<std::int64_t> { return tx.events.append(event); };
    REQUIRE(test::run_task(io, store->run(job)));
  }
  template <class Done>
  bool until(Done done) {
    // A timer that is armed for now fires when the clock is looked at.
    const auto look = [&] {
      clock.advance(std::chrono::seconds(0));
      return done();
    };
    return test::run_until(io, look, std::chrono::seconds(60));
  }
  bool posted(std::size_t count) {
    return until([&] { return client().posts.size() >= count; });
  }
  // Every delivery that has begun is in the store.
  bool settled() {
    constexpr int kPatience = 10'000;  // transactions
    for (int i = 0; i < kPatience; ++i) {
      if (client().under_way == 0 && quiet()) return true;
      clock.advance(std::chrono::seconds(0));
    }
    return false;
  }
  store::WebhookBacklog backlog(const std::string& id) {
    auto job = [&](store::Tx& tx) -> Result<store::WebhookBacklog> {
      return tx.webhooks.backlog(id);
    };
    return test::run_task(io, store->run(job)).value();
  }
  store::WebhookRow row(const std::string& id) {
    auto job = [&](store::Tx& tx) -> Result<store::WebhookRow> {
      return tx.webhooks.find(id).value();
    };
    return test::run_task(io, store->run(job)).value();
  }
  std::vector<store::DeliveryRow> deliveries(const std::string& id) {
    return test::run_task(io, running->webhooks.deliveries(id, {id, std::nullopt, 0, 100})).value();
  }

 private:
  // Two transactions later nothing more has been posted.
  bool quiet() {
    const std::size_t before = client().posts.size();
    for (int i = 0; i < 3; ++i) row_count();
    return client().posts.size() == before && client().under_way == 0;
  }
  void row_count() {
    auto job = [](store::Tx& tx) -> Result<std::int64_t> { return tx.events.last_seq(); };
    REQUIRE(test::run_task(io, store->run(job)));
  }
};

}  // namespace wasphere::webhook
