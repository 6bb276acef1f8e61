// The queue: admission, order, window, restart, expiry, cancelling, schedule.
#include <catch2/catch.hpp>

#include "tests/unit/daemon/messaging/send_world.h"

namespace wasphere::test {
namespace {

using store::MessageStatus;

std::string refusal(const Result<messaging::Accepted>& result) {
  return result ? "accepted" : std::string(error_info(result.error().code).name);
}

TEST_CASE("what is accepted is in the store, with a place in the queue") {
  SendWorld world;
  world.disconnect();
  auto first = world.try_enqueue(world.text("one"));
  auto second = world.try_enqueue(world.text("two"));
  REQUIRE(first);
  REQUIRE(second);
  CHECK(first->position == 1);
  CHECK(second->position == 2);
  CHECK(first->message.status == MessageStatus::queued);
  CHECK(first->message.id.substr(0, 4) == "3EB0");
  CHECK(world.row(second->message.id).text == "two");
  CHECK(world.row(second->message.id).source == "api");
  CHECK(world.queued() == 2);
}

TEST_CASE("recipients that are none are refused") {
  SendWorld world;
  CHECK(refusal(world.try_enqueue(world.text("x", "abc"))) == "INVALID_RECIPIENT");
  CHECK(refusal(world.try_enqueue(world.text("x", "status@broadcast"))) == "INVALID_RECIPIENT");
}

TEST_CASE("the state of the session decides whether a message is accepted") {
  SendWorld world;
  auto needs_line = world.text("x");
  needs_line.require_connected = true;
  CHECK(refusal(world.try_enqueue(needs_line)) == "accepted");
  world.disconnect();
  CHECK(refusal(world.try_enqueue(needs_line)) == "SESSION_NOT_CONNECTED");
  CHECK(refusal(world.try_enqueue(world.text("x"))) == "accepted");
  world.view.session.status = store::Status::banned;
  CHECK(refusal(world.try_enqueue(world.text("x"))) == "SESSION_BANNED");
  world.view.session.status = store::Status::disconnected;
  world.view.session.linked = false;
  CHECK(refusal(world.try_enqueue(world.text("x"))) == "NO_CREDENTIALS");
}

TEST_CASE("a full queue refuses, and has room again once something is sent") {
  SendWorld world;
  world.shut();
  world.options.queue_max = 2;
  world.open();
  const std::string first = world.enqueue("one");
  world.enqueue("two");
  CHECK(refusal(world.try_enqueue(world.text("three"))) == "QUEUE_FULL");
  CHECK(world.queued() == 2);
  world.connect();
  CHECK(world.messages().size() == 2);
  world.ack(first);
  CHECK(refusal(world.try_enqueue(world.text("three"))) == "accepted");
}

TEST_CASE("an idempotency key makes one message, whatever happens in between") {
  SendWorld world;
  auto message = world.text("once");
  message.owner = "local:0";
  message.idempotency_key = "k1";
  message.body_hash = "h1";
  const std::string id = world.enqueue(message);
  auto again = world.try_enqueue(message);
  REQUIRE(again);
  CHECK(again->replayed);
  CHECK(again->message.id == id);
  world.restart();
  CHECK(world.try_enqueue(message)->message.id == id);
  message.body_hash = "h2";
  CHECK(refusal(world.try_enqueue(message)) == "IDEMPOTENCY_MISMATCH");
  message.owner = "local:1";
  CHECK(world.try_enqueue(message)->message.id != id);
  world.elapse(24LL * 3600 * 1000);
  message.owner = "local:0";
  CHECK(world.try_enqueue(message)->message.id != id);
}

TEST_CASE("a quote is filled in from the store; one that is not there is an error") {
  SendWorld world;
  const std::string quoted = world.enqueue("the question");
  auto answer = world.text("the answer");
  answer.quoted_id = quoted;
  const std::string id = world.enqueue(answer);
  const auto sent = world.messages();
  REQUIRE(sent.size() == 2);
  const auto read = world.read_as(sent[1], sent[1].targets[0].device);
  (void)read;
  CHECK(world.row(id).context == quoted);
  answer.quoted_id = "3EB0000000000000000000";
  CHECK(refusal(world.try_enqueue(answer)) == "MESSAGE_NOT_FOUND");
}

TEST_CASE("unpaced messages leave together, in order, a window at a time") {
  SendWorld world;
  world.ack(world.enqueue("first"));
  world.messages();
  world.shut();
  world.options.window = 8;
  world.open();
  std::vector<std::string> ids;
  for (int i = 0; i < 12; ++i) ids.push_back(world.enqueue("m" + std::to_string(i)));
  world.connect();
  CHECK(world.sent_ids() == std::vector<std::string>(ids.begin(), ids.begin() + 8));
  for (int i = 0; i < 3; ++i) world.ack(ids[static_cast<std::size_t>(i)]);
  CHECK(world.messages().empty());
  world.ack(ids[3]);  // half of it has been answered
  CHECK(world.sent_ids() == std::vector<std::string>(ids.begin() + 8, ids.end()));
}

TEST_CASE("what was in flight when the connection broke is sent again, first and in order") {
  SendWorld world;
  world.ack(world.enqueue("first"));
  const std::string a = world.enqueue("a");
  const std::string b = world.enqueue("b");
  CHECK(world.sent_ids().size() == 3);
  world.disconnect();
  const std::string c = world.enqueue("c");
  world.connect();
  CHECK(world.sent_ids() == std::vector<std::string>{a, b, c});
  for (const auto& id : {a, b, c}) world.ack(id);
  CHECK(world.events() == Lines{"sent first", "sent a", "sent b", "sent c"});
}

TEST_CASE("after a restart the queue goes on with the same ids") {
  SendWorld world;
  world.ack(world.enqueue("first"));
  const std::string a = world.enqueue("a");
  world.messages();
  world.restart();
  CHECK(world.sent_ids() == std::vector<std::string>{a});
  world.ack(a);
  CHECK(world.status(a) == "sent");
}

TEST_CASE("a message whose time is over expires, also without a connection") {
  SendWorld world;
  world.disconnect();
  auto message = world.text("late");
  message.expires_in_s = 60;
  const std::string id = world.enqueue(message);
  const std::string other = world.enqueue("patient");
  world.elapse(59'999);
  CHECK(world.status(id) == "queued");
  world.elapse(1);
  CHECK(world.status(id) == "expired");
  CHECK(world.events() == Lines{"expired late"});
  world.connect();
  CHECK(world.sent_ids() == std::vector<std::string>{other});
}

TEST_CASE("one that may have left before the connection broke expires too") {
  SendWorld world;
  auto message = world.text("late");
  message.expires_in_s = 60;
  const std::string id = world.enqueue(message);
  CHECK(world.messages().size() == 1);
  world.disconnect();
  world.elapse(61'000);
  world.connect();
  CHECK(world.messages().empty());
  CHECK(world.status(id) == "expired");
}

TEST_CASE("a queued message can be cancelled, one on its way cannot") {
  SendWorld world;
  world.disconnect();
  const std::string id = world.enqueue("no");
  const auto cancelled = run_task(world.io, world.account->cancel(id));
  REQUIRE(cancelled);
  CHECK(cancelled->status == MessageStatus::cancelled);
  CHECK(world.events() == Lines{"cancelled no"});
  CHECK(run_task(world.io, world.account->cancel(id)).error().code == ErrorCode::conflict);
  world.connect();
  CHECK(world.messages().empty());
  const std::string sent = world.enqueue("yes");
  CHECK(world.messages().size() == 1);
  CHECK(run_task(world.io, world.account->cancel(sent)).error().code == ErrorCode::conflict);
  CHECK(run_task(world.io, world.account->cancel("nope")).error().code ==
        ErrorCode::message_not_found);
}

TEST_CASE("a scheduled message waits for its time and holds nobody up") {
  SendWorld world;
  auto later = world.text("later");
  later.not_before = runtime::unix_millis(world.clock) + 5000;
  const std::string id = world.enqueue(later);
  const std::string now = world.enqueue("now");
  CHECK(world.sent_ids() == std::vector<std::string>{now});
  world.elapse(4999);
  CHECK(world.messages().empty());
  world.elapse(1);
  CHECK(world.sent_ids() == std::vector<std::string>{id});
}

// The session is linked to this account instead.
void link_other(SendWorld& world, const char* phone, const char* lid) {
  world.network.add(phone, lid, {0, 5});
  world.view.session.jid = std::string(phone) + ":5@s.whatsapp.net";
  world.view.session.lid = std::string(lid) + ":5@lid";
  auto& own = *world.view.credentials->account;
  own.jid = wire::Jid::parse(world.view.session.jid).value();
  own.lid = wire::Jid::parse(world.view.session.lid).value();
}

TEST_CASE("what one account has queued does not leave from another") {
  SendWorld world;
  const std::string taken = world.enqueue("taken");
  CHECK(world.sent_ids() == std::vector<std::string>{taken});
  world.disconnect();
  const std::string waits = world.enqueue("waits");
  link_other(world, "447700900777", "100000000000777");
  const std::string ours = world.enqueue("ours");
  world.connect();
  CHECK(world.sent_ids() == std::vector<std::string>{ours});
  CHECK(world.row(taken).error == "ACCOUNT_CHANGED");
  CHECK(world.row(waits).error == "ACCOUNT_CHANGED");
  CHECK(world.events() == Lines{"failed taken", "failed waits"});
  CHECK(world.queued() == 1);
}

TEST_CASE("the same account may have another number or a LID that was not known") {
  SendWorld world;
  world.disconnect();
  const std::string id = world.enqueue("patient");
  link_other(world, kOurPhone, "100000000000777");
  world.connect();
  CHECK(world.sent_ids() == std::vector<std::string>{id});
}

TEST_CASE("a message that cannot be opened any more fails instead of leaving empty") {
  SendWorld world;
  world.disconnect();
  const std::string id = world.enqueue("hello");
  world.in_store([&](store::Tx& tx) -> Status {
    auto row = tx.outbox.find(world.id(), id).value();
    row.message.clear();
    tx.outbox.remove(world.id(), id);
    return tx.outbox.enqueue(row, 10);
  });
  world.connect();
  CHECK(world.messages().empty());
  CHECK(world.row(id).error == "KEY_MISMATCH");
}

TEST_CASE("a held queue sends nothing until it is released") {
  SendWorld world;
  world.view.session.queue_held = true;
  world.account->settings_changed();
  const std::string id = world.enqueue("hello");
  CHECK(world.messages().empty());
  world.view.session.queue_held = false;
  world.account->settings_changed();
  CHECK(world.sent_ids() == std::vector<std::string>{id});
}

TEST_CASE("waiting ends with the goal, with the end of the message, or at the deadline") {
  SendWorld world;
  const std::string id = world.enqueue("hello");
  const auto deadline = world.clock.now_steady() + runtime::Duration{10'000};
  std::optional<store::MessageRow> row;
  boost::asio::co_spawn(world.io, world.account->wait(id, MessageStatus::sent, deadline),
                        [&row](const std::exception_ptr&, auto result) { row = *result; });
  world.settle();
  CHECK_FALSE(row);
  world.ack(id);
  REQUIRE(row);
  CHECK(row->status == MessageStatus::sent);
  CHECK(run_task(world.io, world.account->wait(id, MessageStatus::sent, deadline))->status ==
        MessageStatus::sent);
  row.reset();
  boost::asio::co_spawn(world.io, world.account->wait(id, MessageStatus::delivered, deadline),
                        [&row](const std::exception_ptr&, auto result) { row = *result; });
  world.elapse(10'000);
  REQUIRE(row);
  CHECK(row->status == MessageStatus::sent);
  CHECK(
      run_task(world.io, world.account->wait("nope", MessageStatus::sent, deadline)).error().code ==
      ErrorCode::message_not_found);
}

}  // namespace
}  // namespace wasphere::test
