#include "daemon/http/repetitions.h"

#include <catch2/catch.hpp>

#include "tests/support/faulty_store.h"
#include "tests/support/manual_clock.h"
#include "tests/support/run_until.h"

namespace wasphere::http {
namespace {

constexpr std::chrono::hours kDay(24);

struct World {
  boost::asio::io_context io;
  test::ManualClock clock;
  test::FaultyStore store{io};
  std::optional<Repetitions> repetitions;

  World() {
    restart();
    for (const char* id : {"key_1", "key_2"}) add_key(id);
  }
  // What a new daemon on the same state knows.
  void restart() {
    repetitions.reset();
    store.reopen();
    repetitions.emplace(*store, clock);
  }
  void add_key(const std::string& id) {
    store::ApiKeyRow row;
    row.id = id;
    row.secret = {"wsk_" + id, Bytes(32, 7)};
    auto job = [row](store::Tx& tx) -> Status { return tx.api_keys.save(row); };
    REQUIRE(test::run_task(io, store->run(job)));
  }
  store::KeptAnswer request(const std::string& text, const std::string& owner = "key_1") {
    return {owner, "k", repetitions->hash_of(text), 0, "", 0};
  }
  Result<std::optional<store::KeptAnswer>> begin(store::KeptAnswer asked) {
    return test::run_task(io, repetitions->begin(std::move(asked)));
  }
  void end(store::KeptAnswer answered, int status, const std::string& body = "") {
    answered.status = status;
    answered.body = body;
    test::run_task(io, repetitions->end(std::move(answered)));
  }
  bool is_new(const store::KeptAnswer& asked) {
    const auto found = begin(asked);
    REQUIRE(found);
    return !found->has_value();
  }
  ErrorCode refusal(const store::KeptAnswer& asked) {
    const auto found = begin(asked);
    REQUIRE(!found);
    return found.error().code;
  }
};

}  // namespace

TEST_CASE("the first answer comes again for a day, and from the next daemon", "[repetitions]") {
  World w;
  const auto asked = w.request("a");
  REQUIRE(w.is_new(asked));
  w.end(asked, 201, "{\"secret\":1}");
  for (int life = 0; life < 2; ++life) {
    const auto again = w.begin(asked);
    REQUIRE(again);
    REQUIRE(again->has_value());
    CHECK((*again)->status == 201);
    CHECK((*again)->body == "{\"secret\":1}");
    w.restart();
  }
  CHECK(w.refusal(w.request("b")) == ErrorCode::idempotency_mismatch);
  CHECK(w.is_new(w.request("b", "key_2")));
  w.clock.advance(kDay);
  CHECK(w.is_new(w.request("b")));
}

TEST_CASE("a second request waits for nobody, and one that was cut off is not repeated",
          "[repetitions]") {
  World w;
  REQUIRE(w.is_new(w.request("a")));
  CHECK(w.refusal(w.request("a")) == ErrorCode::idempotency_in_flight);
  w.restart();
  CHECK(w.refusal(w.request("a")) == ErrorCode::idempotency_in_flight);
  CHECK(w.refusal(w.request("a")) == ErrorCode::idempotency_in_flight);
  CHECK(w.refusal(w.request("b")) == ErrorCode::idempotency_mismatch);
}

TEST_CASE("a refusal is forgotten, an end that nobody knows is not", "[repetitions]") {
  World w;
  for (const int status : {400, 403, 404, 409, 429, 501, 503}) {
    REQUIRE(w.is_new(w.request("a")));
    w.end(w.request("a"), status);
  }
  REQUIRE(w.is_new(w.request("a")));
  w.end(w.request("a"), 504, "{}");
  CHECK((*w.begin(w.request("a")))->status == 504);
}

TEST_CASE("without the store nothing is begun, and the key is free again", "[repetitions]") {
  World w;
  w.store.faults().fail_all(true);
  CHECK(w.refusal(w.request("a")) == ErrorCode::storage_unavailable);
  w.store.faults().fail_all(false);
  CHECK(w.is_new(w.request("a")));
}

TEST_CASE("answers go with the API key that they were given to", "[repetitions]") {
  World w;
  REQUIRE(w.is_new(w.request("a")));
  w.end(w.request("a"), 201, "{}");
  auto job = [](store::Tx& tx) -> Status {
    tx.api_keys.remove("key_1");
    return {};
  };
  REQUIRE(test::run_task(w.io, w.store->run(job)));
  w.add_key("key_1");
  CHECK(w.is_new(w.request("b")));
}

}  // namespace wasphere::http
