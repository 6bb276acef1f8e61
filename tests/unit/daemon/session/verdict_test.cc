#include "daemon/session/verdict.h"

#include <catch2/catch.hpp>

namespace wasphere::session {
namespace {

using runtime::Duration;
using store::Status;

constexpr std::int64_t kNow = 1'780'000'000'000;

store::SessionRow linked_row(Status status, std::string detail, int attempt = 0) {
  store::SessionRow row;
  row.linked = true;
  row.jid = "447700900123:3@s.whatsapp.net";
  row.lid = "1632:3@lid";
  row.push_name = "Acme";
  row.phone_number = "+447700900123";
  row.status = status;
  row.status_detail = std::move(detail);
  row.reconnect_attempt = attempt;
  return row;
}

std::vector<std::string> names(const Verdict& verdict) {
  std::vector<std::string> out;
  for (const events::Event& event : verdict.events) {
    constexpr const char* kNames[] = {
        "created",   "deleted",      "config_updated", "status",     "qr",     "code",
        "connected", "reconnecting", "disconnected",   "logged_out", "banned", "failed"};
    out.emplace_back(kNames[event.index()]);
  }
  return out;
}

struct Case {
  wire::Node stanza;
  Status status;
  std::string detail;
  std::vector<std::string> events;
  bool wiped = false;
};

wire::Node error(const std::string& code, const std::string& child = {},
                 const std::string& type = {}) {
  wire::Node node{"stream:error", {}, {}};
  if (!code.empty()) node.set("code", code);
  if (child.empty()) return node;
  wire::Node inner{child, {}, {}};
  if (!type.empty()) inner.set("type", type);
  node.content = wire::Nodes{std::move(inner)};
  return node;
}

wire::Node failure(const std::string& reason) {
  wire::Node node{"failure", {}, {}};
  if (!reason.empty()) node.set("reason", reason);
  return node;
}

LinkEnd end_for(const wire::Node& node) {
  return end_of(node.tag == "failure" ? stanza::parse_failure(node)
                                      : stanza::parse_stream_error(node));
}

TEST_CASE("every stream error and failure has its state and events", "[session][verdict]") {
  const std::vector<std::string> retry{"reconnecting"};
  const std::vector<std::string> down{"disconnected"};
  const std::vector<std::string> out{"logged_out", "disconnected"};
  const std::vector<std::string> ban{"banned"};
  const std::vector<std::string> fatal{"failed", "disconnected"};
  const std::vector<Case> cases{
      {error("515"), Status::reconnecting, "dialing", {"status"}},
      {error("516"), Status::disconnected, "logged_out", out, true},
      {error("401"), Status::disconnected, "logged_out", out, true},
      {error("401", "conflict", "device_removed"), Status::disconnected, "logged_out", out, true},
      {error("", "conflict", "device_removed"), Status::disconnected, "logged_out", out, true},
      {error("", "conflict", "replaced"), Status::disconnected, "replaced", down},
      {error("409"), Status::disconnected, "replaced", down},
      {error("503"), Status::reconnecting, "backoff", retry},
      {error("500"), Status::reconnecting, "backoff", retry},
      {error("429"), Status::reconnecting, "backoff", retry},
      {error("", "ack"), Status::reconnecting, "backoff", retry},
      {error("", "xml-not-well-formed"), Status::reconnecting, "backoff", retry},
      {error("777"), Status::reconnecting, "backoff", retry},
      {error(""), Status::reconnecting, "backoff", retry},
      {failure("400"), Status::disconnected, "client_rejected", down},
      {failure("401"), Status::disconnected, "logged_out", out, true},
      {failure("402"), Status::banned, "temporary", ban},
      {failure("403"), Status::banned, "locked", ban},
      {failure("405"), Status::disconnected, "client_outdated", fatal},
      {failure("406"), Status::banned, "permanent", ban},
      {failure("409"), Status::disconnected, "client_rejected", down},
      {failure("415"), Status::disconnected, "client_rejected", down},
      {failure("418"), Status::disconnected, "client_rejected", down},
      {failure("500"), Status::reconnecting, "backoff", retry},
      {failure("501"), Status::disconnected, "client_rejected", down},
      {failure("503"), Status::reconnecting, "backoff", retry},
      {failure(""), Status::disconnected, "client_rejected", down},
  };
  for (const Case& one : cases) {
    const store::SessionRow row = linked_row(Status::connected, "online");
    const Verdict verdict = judge(end_for(one.stanza), row, {}, kNow);
    INFO(one.stanza.tag << " " << one.stanza.attr_or("code", one.stanza.attr_or("reason", "-")));
    CHECK(verdict.status == one.status);
    CHECK(verdict.detail == one.detail);
    CHECK(names(verdict) == one.events);
    CHECK(verdict.wipe == one.wiped);
    CHECK_FALSE(verdict.reason.empty());
    CHECK(verdict.wait.has_value() == (one.status == Status::reconnecting));
  }
}

TEST_CASE("the ladder has five steps and no jitter", "[session][verdict]") {
  const LinkEnd drop{EndKind::retry, "connection_lost", "reset"};
  store::SessionRow row = linked_row(Status::connected, "online");
  for (const int seconds : {5, 10, 20, 40, 80}) {
    const Verdict verdict = judge(drop, row, {}, kNow);
    CHECK(verdict.wait == Duration{seconds * 1000});
    carry_out(verdict, row, kNow);
    CHECK(row.next_attempt_at == kNow + seconds * 1000);
  }
  CHECK(row.reconnect_attempt == 5);
  const Verdict over = judge(drop, row, {}, kNow);
  CHECK(over.detail == "retries_exhausted");
  CHECK(names(over) == std::vector<std::string>{"disconnected"});
  CHECK(std::get<events::SessionDisconnected>(over.events[0]).attempts == 5);
  CHECK(over.wait == Duration{15 * 60'000});
  carry_out(over, row, kNow);

  const Verdict quiet = judge(drop, row, {}, kNow);
  CHECK(quiet.detail == "retries_exhausted");
  CHECK(quiet.events.empty());
  CHECK(quiet.wait == Duration{15 * 60'000});
}

TEST_CASE("without slow retries exhaustion is the end", "[session][verdict]") {
  ReconnectPolicy policy;
  policy.slow_after_exhaustion = false;
  const LinkEnd drop{EndKind::retry, "connection_lost", "reset"};
  const Verdict over = judge(drop, linked_row(Status::reconnecting, "dialing", 5), policy, kNow);
  CHECK(over.detail == "retries_exhausted");
  CHECK_FALSE(over.wait);
}

TEST_CASE("a link that was never made ends as connect_failed", "[session][verdict]") {
  const LinkEnd unreachable{EndKind::retry, "network_unreachable", "refused"};
  store::SessionRow row;
  row.status = Status::connecting;
  row.status_detail = "dialing";
  const Verdict first = judge(unreachable, row, {}, kNow);
  CHECK(first.status == Status::connecting);
  CHECK(first.detail == "dialing");
  CHECK(first.wait == Duration{5000});
  row.reconnect_attempt = 5;
  const Verdict last = judge(unreachable, row, {}, kNow);
  CHECK(last.status == Status::disconnected);
  CHECK(last.detail == "connect_failed");
  CHECK_FALSE(last.wait);
}

TEST_CASE("a temporary ban lasts as long as the server says", "[session][verdict]") {
  wire::Node node = failure("402");
  node.set("code", "104");
  node.set("expire", "3600");
  store::SessionRow row = linked_row(Status::connected, "online");
  const Verdict verdict = judge(end_for(node), row, {}, kNow);
  carry_out(verdict, row, kNow);
  REQUIRE(row.ban);
  CHECK(row.ban->kind == "temporary");
  CHECK(row.ban->code == 104);
  CHECK(row.ban->expires_at == kNow + 3'600'000);
  CHECK(row.next_attempt_at == kNow + 3'600'000);
  CHECK(row.linked);

  const Verdict open_ended = judge(end_for(failure("402")), row, {}, kNow);
  CHECK_FALSE(open_ended.ban->expires_at);
  CHECK_FALSE(open_ended.wait);
}

TEST_CASE("a rejected certificate keeps its name while it is retried", "[session][verdict]") {
  const LinkEnd rejected = end_of(Error{ErrorCode::certificate_rejected, "wrong root"});
  store::SessionRow row = linked_row(Status::reconnecting, "dialing");
  const Verdict first = judge(rejected, row, {}, kNow);
  CHECK(first.status == Status::disconnected);
  CHECK(first.detail == "certificate_rejected");
  CHECK(names(first) == std::vector<std::string>{"disconnected"});
  CHECK(first.wait == Duration{5000});
  carry_out(first, row, kNow);
  const Verdict second = judge(rejected, row, {}, kNow);
  CHECK(second.detail == "certificate_rejected");
  CHECK(second.events.empty());
  CHECK(second.wait == Duration{10'000});
}

TEST_CASE("logging out forgets the account but not whose it was", "[session][verdict]") {
  store::SessionRow row = linked_row(Status::connected, "online", 2);
  carry_out(judge(end_for(failure("401")), row, {}, kNow), row, kNow);
  CHECK_FALSE(row.linked);
  CHECK(row.jid.empty());
  CHECK(row.push_name.empty());
  CHECK(row.phone_number == "+447700900123");
  CHECK(row.reconnect_attempt == 0);
}

TEST_CASE("at boot a linked session that is wanted up dials", "[session][verdict][boot]") {
  for (const auto& [status, detail] :
       std::vector<std::pair<Status, std::string>>{{Status::connected, "online"},
                                                   {Status::connecting, "pairing"},
                                                   {Status::connecting, "syncing"},
                                                   {Status::reconnecting, "dialing"},
                                                   {Status::disconnected, "client_outdated"},
                                                   {Status::disconnected, "store_error"}}) {
    INFO(detail);
    const auto verdict = judge_at_boot(linked_row(status, detail, 2), kNow);
    REQUIRE(verdict);
    CHECK(verdict->status == Status::reconnecting);
    CHECK(verdict->detail == "dialing");
    CHECK(verdict->attempt == 2);
    CHECK(verdict->wait == Duration{0});
  }
}

TEST_CASE("at boot what is over for good stays down", "[session][verdict][boot]") {
  for (const auto& [status, detail] :
       std::vector<std::pair<Status, std::string>>{{Status::disconnected, "logged_out"},
                                                   {Status::disconnected, "replaced"},
                                                   {Status::disconnected, "user"},
                                                   {Status::disconnected, "retries_exhausted"},
                                                   {Status::banned, "permanent"},
                                                   {Status::banned, "locked"},
                                                   {Status::banned, "temporary"}}) {
    INFO(detail);
    CHECK_FALSE(judge_at_boot(linked_row(status, detail), kNow));
  }
}

TEST_CASE("a restart of the process is no way around the back-off", "[session][verdict][boot]") {
  store::SessionRow row = linked_row(Status::reconnecting, "backoff", 4);
  row.next_attempt_at = kNow + 30'000;
  const auto waiting = judge_at_boot(row, kNow);
  REQUIRE(waiting);
  CHECK(waiting->detail == "backoff");
  CHECK(waiting->wait == Duration{30'000});
  CHECK(waiting->attempt == 4);
  CHECK(waiting->events.empty());
  row.next_attempt_at = kNow - 1;
  CHECK(judge_at_boot(row, kNow)->wait == Duration{0});
  row = linked_row(Status::banned, "temporary");
  row.ban = store::BanRecord{"temporary", 101, kNow + 5000, {}};
  row.next_attempt_at = kNow + 5000;
  CHECK(judge_at_boot(row, kNow)->status == Status::banned);
  CHECK(judge_at_boot(row, kNow + 5001)->status == Status::reconnecting);
}

TEST_CASE("after a failure of the store a new process does not wait", "[session][verdict][boot]") {
  store::SessionRow row = linked_row(Status::disconnected, "store_error");
  row.next_attempt_at = kNow + 900'000;
  CHECK(judge_at_boot(row, kNow)->wait == Duration{0});
}

TEST_CASE("at boot a QR that was waiting has expired", "[session][verdict][boot]") {
  store::SessionRow row;
  for (const char* detail :
       {"dialing", "awaiting_qr", "awaiting_pairing_code", "passkey_required"}) {
    row.status = Status::connecting;
    row.status_detail = detail;
    const auto verdict = judge_at_boot(row, kNow);
    REQUIRE(verdict);
    CHECK(verdict->detail == "qr_expired");
    CHECK(names(*verdict) == std::vector<std::string>{"disconnected"});
    CHECK_FALSE(verdict->wait);
  }
}

TEST_CASE("a session that is wanted down is down after a start", "[session][verdict][boot]") {
  store::SessionRow row = linked_row(Status::connected, "online");
  row.desired_up = false;
  const auto verdict = judge_at_boot(row, kNow);
  REQUIRE(verdict);
  CHECK(verdict->detail == "user");
  CHECK_FALSE(verdict->wait);
  row.status = Status::disconnected;
  CHECK_FALSE(judge_at_boot(row, kNow));
}

}  // namespace
}  // namespace wasphere::session
