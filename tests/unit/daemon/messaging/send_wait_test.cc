// Who waits for a message to get somewhere, and the disk that learns of it a moment later.
#include <catch2/catch.hpp>

#include "daemon/messaging/message_watch.h"
#include "tests/unit/daemon/messaging/send_world.h"

namespace wasphere::test {
namespace {

using messaging::MessageWatch;
using store::MessageStatus;

store::MessageRow message(MessageStatus status) {
  store::MessageRow out;
  out.id = "3EB0";
  out.text = "hello";
  out.status = status;
  return out;
}

struct WatchWorld {
  std::shared_ptr<MessageWatch::Wait> wait_for(MessageStatus goal, MessageStatus now) {
    auto wait = std::make_shared<MessageWatch::Wait>();
    wait->goal = goal;
    watch.expect(wait, message(now));
    return wait;
  }
  ManualClock clock;
  MessageWatch watch{clock};
};

TEST_CASE("that the server has a message is enough for who waits for no more") {
  WatchWorld world;
  const auto sent = world.wait_for(MessageStatus::sent, MessageStatus::queued);
  const auto read = world.wait_for(MessageStatus::read, MessageStatus::queued);
  const auto unknown = world.watch.expect("3EB0", MessageStatus::sent);
  world.watch.sent("3EB0", 1779704400000, 2);
  REQUIRE(sent->row);
  CHECK(sent->row->status == MessageStatus::sent);
  CHECK(sent->row->text == "hello");
  CHECK(sent->row->sent_at == 1779704400000);
  CHECK(sent->row->time == 1779704400000);
  CHECK(sent->row->attempts == 2);
  CHECK_FALSE(read->row);
  CHECK_FALSE(unknown->row);  // how the message looks is not known yet
}

TEST_CASE("what was reached already is not waited for") {
  WatchWorld world;
  const auto wait = world.wait_for(MessageStatus::sent, MessageStatus::failed);
  REQUIRE(wait->row);
  CHECK(wait->row->status == MessageStatus::failed);
  CHECK(world.watch.idle());
}

TEST_CASE("who has heard is not waiting any more") {
  WatchWorld world;
  const auto sent = world.wait_for(MessageStatus::sent, MessageStatus::queued);
  CHECK_FALSE(world.watch.idle());
  world.watch.sent("3EB0", 1, 1);
  CHECK(world.watch.idle());
  world.watch.tell(message(MessageStatus::read));
  CHECK(sent->row->status == MessageStatus::sent);
}

// One message, whose caller waits until the server has it.
struct WaitWorld : SendWorld {
  void send() {
    auto task = account->send(text("hello"), clock.now_steady() + runtime::Duration{30'000});
    auto done = [this](const std::exception_ptr&, Result<messaging::Accepted> result) {
      answer.emplace(std::move(result));
      ask_next();
    };
    boost::asio::co_spawn(io, std::move(task), done);
    const auto sent = messages();
    REQUIRE(sent.size() == 1);
    message_id = sent.front().id;
    REQUIRE_FALSE(answer);
  }
  // What somebody finds who asks as soon as the caller has heard.
  void ask_next() {
    // By value: the test may be over before the store gets to it.
    auto look = [session = id(), message = message_id](store::Tx& tx) -> Result<MessageStatus> {
      return tx.messages.find(session, message).value().status;
    };
    auto found = [this](const std::exception_ptr&, Result<MessageStatus> status) {
      if (status) next = *status;  // the disk may fail just then
    };
    boost::asio::co_spawn(io, store->run(look), found);
  }
  std::string answered() {
    REQUIRE(run_until(io, [this] { return answer.has_value(); }));
    if (!*answer) return std::string(error_info(answer->error().code).name);
    return std::string(store::message_status_name((*answer)->message.status));
  }
  std::string message_id;
  std::optional<Result<messaging::Accepted>> answer;
  std::optional<MessageStatus> next;
};

TEST_CASE("the caller hears that a message is sent once the server has it") {
  WaitWorld world;
  world.send();
  world.hand_in_ack(world.message_id);
  CHECK(world.answered() == "sent");
  CHECK((*world.answer)->message.id == world.message_id);
  CHECK((*world.answer)->message.attempts == 1);
}

TEST_CASE("whoever asks after that finds it sent") {
  WaitWorld world;
  if (GENERATE(false, true)) world.view.session.settings = {0, 0, false, 20, false, true};  // paced
  world.send();
  world.hand_in_ack(world.message_id);
  CHECK(world.answered() == "sent");
  REQUIRE(run_until(world.io, [&] { return world.next.has_value(); }));
  CHECK(world.next == MessageStatus::sent);
  CHECK(world.status(world.message_id) == "sent");
  CHECK(world.queued() == 0);
  CHECK(world.events() == Lines{"sent hello"});
}

TEST_CASE("a disk that fails just then is written later, and nothing is sent twice") {
  WaitWorld world;
  world.send();
  world.store.faults().fail_commit(1);
  world.hand_in_ack(world.message_id);
  CHECK(world.answered() == "sent");
  world.elapse(5'000);
  CHECK(world.status(world.message_id) == "sent");
  CHECK(world.events() == Lines{"sent hello"});
  CHECK(world.messages().empty());
}

TEST_CASE("what the server has taken is on the disk when the session stops") {
  WaitWorld world;
  world.send();
  world.hand_in_ack(world.message_id);
  world.restart();
  CHECK(world.answered() == "sent");
  CHECK(world.status(world.message_id) == "sent");
  CHECK(world.messages().empty());
}

TEST_CASE("the caller hears of a refusal, and of a deadline") {
  WaitWorld world;
  world.send();
  SECTION("refused") {
    world.ack(world.message_id, 400);
    CHECK(world.answered() == "failed");
  }
  SECTION("no answer yet") {
    world.elapse(30'000);
    CHECK(world.answered() == "sending");
  }
}

TEST_CASE("a message that nobody can read fails before it leaves") {
  WaitWorld world;
  auto lost = world.text("hello", "447700900999");
  world.network.people["447700900999"].phone = wire::Jid{"447700900999", "s.whatsapp.net"};
  const auto deadline = world.clock.now_steady() + runtime::Duration{30'000};
  const auto accepted = run_task(world.io, world.account->send(std::move(lost), deadline));
  REQUIRE(accepted);
  CHECK(accepted->message.status == MessageStatus::failed);
  CHECK(accepted->message.error == "NOT_ON_WHATSAPP");
}

}  // namespace
}  // namespace wasphere::test
