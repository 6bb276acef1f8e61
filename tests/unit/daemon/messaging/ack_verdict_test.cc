#include "daemon/messaging/ack_verdict.h"

#include <catch2/catch.hpp>

namespace wasphere::messaging {
namespace {

AckVerdict judged(std::uint32_t code, bool group = false, Tried tried = {}) {
  stanza::MessageAck ack;
  if (code != 0) ack.error = code;
  return judge_ack(ack, group, tried);
}

TEST_CASE("an acknowledgement without error means sent") {
  CHECK(judged(0).action == AckAction::sent);
}

TEST_CASE("what passes is tried again later, with the same message") {
  const auto code = GENERATE(408U, 429U, 500U, 503U);
  CHECK(judged(code).action == AckAction::later);
  CHECK(no_ack().action == AckAction::later);
}

TEST_CASE("what may be out of date is renewed once") {
  CHECK(judged(406).action == AckAction::refresh_devices);
  CHECK(judged(406, false, {true, false, false}).action == AckAction::failed);
  CHECK(judged(406, false, {true, false, false}).error == "NOT_ON_WHATSAPP");
  CHECK(judged(421, true).action == AckAction::refresh_group);
  CHECK(judged(421, true, {false, true, false}).action == AckAction::failed);
  CHECK(judged(421, false).action == AckAction::failed);
  CHECK(judged(463).action == AckAction::issue_token);
  CHECK(judged(463, false, {false, false, true}).action == AckAction::failed);
  CHECK(judged(463, true).action == AckAction::failed);
}

TEST_CASE("everything else fails at once, with the server's code and a public name") {
  const auto code = GENERATE(400U, 401U, 403U, 404U, 405U, 420U, 475U, 479U, 499U, 550U);
  const AckVerdict verdict = judged(code);
  CHECK(verdict.action == AckAction::failed);
  CHECK(verdict.code == static_cast<int>(code));
  CHECK(error_from_name(verdict.error) != ErrorCode::internal);
  CHECK_FALSE(verdict.detail.empty());
}

TEST_CASE("pauses double up to a minute") {
  CHECK(retry_pause(1).count() == 2000);
  CHECK(retry_pause(2).count() == 4000);
  CHECK(retry_pause(5).count() == 32'000);
  CHECK(retry_pause(6).count() == 60'000);
  CHECK(retry_pause(1000).count() == 60'000);
}

}  // namespace
}  // namespace wasphere::messaging
