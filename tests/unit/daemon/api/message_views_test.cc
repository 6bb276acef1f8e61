#include "daemon/api/message_views.h"

#include <catch2/catch.hpp>

#include "daemon/api/paging.h"

using namespace wasphere;
using store::MessageStatus;

TEST_CASE("receipts stand in a trace where they came") {
  store::MessageRow row;
  row.id = "3EB0";
  row.status = MessageStatus::read;
  const auto view = api::trace_view(
      row, {{1000, "queued", ""}, {2000, "sent", "server"}, {4000, "note", ""}},
      {{"1@lid", MessageStatus::read, 5000}, {"1@lid", MessageStatus::delivered, 3000}});
  REQUIRE(view.steps.size() == 5);
  CHECK(view.status == "read");
  CHECK(view.steps[0].step == "queued");
  CHECK_FALSE(view.steps[0].detail);
  CHECK(view.steps[2].step == "receipt");
  CHECK(view.steps[2].detail == "delivered by 1@lid");
  CHECK(view.steps[4].detail == "read by 1@lid");
}

TEST_CASE("an end is no progress") {
  CHECK(api::has_reached(MessageStatus::read, MessageStatus::delivered));
  CHECK(api::has_reached(MessageStatus::sent, MessageStatus::sent));
  CHECK_FALSE(api::has_reached(MessageStatus::sending, MessageStatus::sent));
  CHECK_FALSE(api::has_reached(MessageStatus::failed, MessageStatus::sent));
  CHECK_FALSE(api::has_reached(MessageStatus::received, MessageStatus::sent));
}

TEST_CASE("a failure has the code that its reason names, and the message's id") {
  store::MessageRow row;
  row.id = "3EB0";
  row.error = "NOT_ON_WHATSAPP";
  row.error_code = 406;
  CHECK(api::failure_of(row).code == ErrorCode::not_on_whatsapp);
  CHECK(api::failure_of(row).message == "Message 3EB0 was not sent: NOT_ON_WHATSAPP (406).");
  row.error = "SOMETHING";
  CHECK(api::failure_of(row).code == ErrorCode::whatsapp_error);
}

TEST_CASE("a message's state has its place only while it is queued") {
  api::Tracked message;
  message.row.id = "3EB0";
  message.row.chat = "100@lid";
  message.row.status = MessageStatus::queued;
  message.queued.emplace();
  message.queued->not_before = 1779704400000;
  message.position = 2;
  const auto waiting = api::message_state(message);
  CHECK(waiting.position == 2);
  CHECK(waiting.notBefore == "2026-05-25T10:20:00.000Z");
  CHECK(waiting.to == "100@lid");
  message.queued.reset();
  CHECK_FALSE(api::message_state(message).position);
}

TEST_CASE("cursors come back as the row they were made of") {
  CHECK(*api::row_after_cursor(api::cursor_at(77)) == 77);
  CHECK(*api::row_after_cursor(std::nullopt) == 0);
  CHECK_FALSE(api::cursor_at(0));
  for (const char* bad : {"", "0", "-1", "7x", "99999999999999999999"}) {
    CAPTURE(bad);
    const auto row = api::row_after_cursor(bad);
    REQUIRE_FALSE(row);
    CHECK(row.error().fields[0].pointer == "/cursor");
  }
}
