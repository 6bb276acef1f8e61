#include "daemon/api/key_book.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include "daemon/api/key_text.h"
#include "tests/support/faulty_store.h"
#include "tests/support/manual_clock.h"
#include "tests/support/run_until.h"
#include "tests/support/seeded_rng.h"

namespace wasphere::api {
namespace {

struct Desk {
  boost::asio::io_context io;
  test::FaultyStore store{io};
  test::ManualClock clock{&io};
  test::SeededRng rng;
  KeyBook book{io.get_executor(), *store, clock};

  Status run(runtime::Task<Status> task) {
    std::optional<Status> out;
    boost::asio::co_spawn(io, std::move(task), [&](std::exception_ptr thrown, Status result) {
      if (thrown) std::rethrow_exception(thrown);
      out = std::move(result);
    });
    if (!test::run_until(io, [&] { return out.has_value(); })) throw std::runtime_error("hangs");
    return *out;
  }
  std::int64_t now() const { return runtime::unix_millis(clock); }
  // A saved key, and its text.
  std::string add(const std::string& id, store::ApiKeyRow row = {}) {
    std::string key = make_key(rng);
    row.id = id;
    row.name = id;
    row.secret = book.secret_of(key);
    if (row.permissions.empty()) row.permissions = {"sessions:read"};
    if (!run(book.save(row))) throw std::runtime_error("not saved");
    return key;
  }
};

void check_refused(const Result<rpc::Caller>& caller) {
  REQUIRE(!caller);
  CHECK(caller.error().code == ErrorCode::unauthorized);
  CHECK(caller.error().message == "the API key is missing or not valid");
}

}  // namespace

TEST_CASE("a key is recognised, also by the next process", "[key_book]") {
  Desk desk;
  const std::string key = desk.add("key_1");
  const auto caller = desk.book.verify(key);
  REQUIRE(caller);
  CHECK(!caller->local);
  CHECK(caller->key_id == "key_1");
  CHECK(caller->may(ipc::Scope::sessions_read));
  CHECK(!caller->may(ipc::Scope::sessions_write));

  KeyBook next(desk.io.get_executor(), *desk.store, desk.clock);
  check_refused(next.verify(key));
  REQUIRE(desk.run(next.load()));
  CHECK(next.verify(key));
}

TEST_CASE("every other text is refused in the same words", "[key_book]") {
  Desk desk;
  const std::string key = desk.add("key_1");
  std::string other_end = key;
  other_end.back() = other_end.back() == 'a' ? 'b' : 'a';
  check_refused(desk.book.verify(other_end));
  check_refused(desk.book.verify(""));
  check_refused(desk.book.verify("wsk_"));
  check_refused(desk.book.verify(key.substr(0, 16)));
  check_refused(desk.book.verify(key + key));
}

TEST_CASE("switched off and expired keys do not work", "[key_book]") {
  Desk desk;
  store::ApiKeyRow row;
  row.active = false;
  check_refused(desk.book.verify(desk.add("key_off", row)));
  row.active = true;
  row.expires_at = desk.now() + 1000;
  const std::string key = desk.add("key_short", row);
  CHECK(desk.book.verify(key));
  desk.clock.advance(std::chrono::milliseconds(1000));
  check_refused(desk.book.verify(key));
}

TEST_CASE("after a rotation the old secret works for the time of grace only", "[key_book]") {
  Desk desk;
  const std::string old_key = desk.add("key_1");
  auto row = desk.book.find("key_1");
  REQUIRE(row);
  const std::string new_key = make_key(desk.rng);
  row->old_secret = row->secret;
  row->old_secret_until = desk.now() + 5000;
  row->secret = desk.book.secret_of(new_key);
  REQUIRE(desk.run(desk.book.save(*row)));
  CHECK(desk.book.verify(new_key));
  CHECK(desk.book.verify(old_key));
  desk.clock.advance(std::chrono::seconds(5));
  CHECK(desk.book.verify(new_key));
  check_refused(desk.book.verify(old_key));
}

TEST_CASE("a key that was removed, or whose session was, is forgotten at once", "[key_book]") {
  Desk desk;
  const std::string key = desk.add("key_1");
  REQUIRE(desk.run(desk.book.remove("key_1")));
  check_refused(desk.book.verify(key));
  const std::string free_key = desk.add("key_2");
  desk.book.session_deleted("sess_other");
  CHECK(desk.book.verify(free_key));
}

TEST_CASE("a change that cannot be committed is not in force", "[key_book]") {
  Desk desk;
  const std::string key = desk.add("key_1");
  auto row = desk.book.find("key_1");
  REQUIRE(row);
  row->active = false;
  desk.store.faults().fail_commit(1);
  CHECK(!desk.run(desk.book.save(*row)));
  CHECK(desk.book.verify(key));
}

TEST_CASE("the last use is noted at most once a minute", "[key_book]") {
  Desk desk;
  const std::string key = desk.add("key_1");
  const auto last_used = [&] { return desk.book.find("key_1")->last_used_at; };
  const std::int64_t first = desk.now();
  REQUIRE(desk.book.verify(key));
  CHECK(last_used() == first);
  desk.clock.advance(std::chrono::seconds(59));
  REQUIRE(desk.book.verify(key));
  CHECK(last_used() == first);
  desk.clock.advance(std::chrono::seconds(1));
  REQUIRE(desk.book.verify(key));
  CHECK(last_used() == first + 60'000);
}

TEST_CASE("the star is every scope, names are one each", "[key_book]") {
  CHECK(scope_bits({"*"}) == ~0U);
  CHECK(scope_bits({}) == 0);
  rpc::Caller caller;
  caller.scopes = scope_bits({"keys:write", "messages:send"});
  CHECK(caller.may(ipc::Scope::keys_write));
  CHECK(caller.may(ipc::Scope::messages_send));
  CHECK(!caller.may(ipc::Scope::messages_send_bulk));
}

}  // namespace wasphere::api
