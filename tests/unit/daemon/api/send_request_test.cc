#include "daemon/api/send_request.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "ipc/codec.h"

using namespace wasphere;
using nlohmann::json;
using store::MessageStatus;

namespace {

constexpr std::int64_t kNow = 1779704400000;  // 2026-05-25T10:20:00Z

Result<std::int64_t> at(const char* text) {
  return api::start_time(ipc::Json{text}, kNow);
}

messaging::Accepted accepted(MessageStatus status) {
  messaging::Accepted out;
  out.message.id = "3EB0";
  out.message.chat = "100@lid";
  out.message.chat_phone = "447700900123@s.whatsapp.net";
  out.message.status = status;
  out.message.time = kNow;
  out.position = 3;
  out.estimated_send_at = kNow + 1000;
  return out;
}

}  // namespace

TEST_CASE("a start is ISO time or Unix milliseconds, and now when it is past") {
  CHECK(*api::start_time(std::nullopt, kNow) == 0);
  CHECK(*at(R"("2026-05-25T10:30:00Z")") == kNow + 600'000);
  CHECK(*at("1779704400500") == kNow + 500);
  CHECK(*at("1") == 0);
}

TEST_CASE("a start that is no time, or years away, is named") {
  for (const char* text : {R"("tomorrow")", "-5", "true", "1.5", R"("")", "99999999999999999999"}) {
    CAPTURE(text);
    const auto start = at(text);
    REQUIRE_FALSE(start);
    CHECK(start.error().fields[0].pointer == "/at");
  }
  const auto far = at("1879704400000");
  REQUIRE_FALSE(far);
  CHECK(far.error().fields[0].code == "RANGE");
}

TEST_CASE("mentions are people") {
  CHECK(*api::mentioned({"+44 7700 900123", "100@lid"}) ==
        std::vector<std::string>{"447700900123@s.whatsapp.net", "100@lid"});
  const auto group = api::mentioned({"+447700900123", "120363000000000001@g.us"});
  REQUIRE_FALSE(group);
  CHECK(group.error().fields[0].pointer == "/mentions/1");
}

TEST_CASE("the hash of a request leaves out key and patience, and nothing else") {
  ipc::MessageSend request;
  request.to = "1";
  request.text = "a";
  const auto hash = [&] { return api::request_hash("message.send", ipc::encode(request)); };
  const std::string first = hash();
  request.wait = 5;
  request.idempotencyKey = "k";
  CHECK(hash() == first);
  request.text = "b";
  CHECK(hash() != first);
  request.text = "a";
  CHECK(api::request_hash("message.edit", ipc::encode(request)) != first);
}

TEST_CASE("an answer says sent once it is, and where it stands before") {
  const auto waiting = api::send_answer(accepted(MessageStatus::sending));
  CHECK(waiting.status == "queued");
  CHECK(waiting.position == 3);
  CHECK(waiting.estimatedSendAt == "2026-05-25T10:20:01.000Z");
  CHECK(waiting.to == "447700900123@s.whatsapp.net");
  const auto sent = api::send_answer(accepted(MessageStatus::read));
  CHECK(sent.status == "sent");
  CHECK(sent.timestamp == kNow / 1000);
  CHECK_FALSE(sent.position);
  CHECK(api::send_answer(accepted(MessageStatus::failed)).status == "failed");
}
