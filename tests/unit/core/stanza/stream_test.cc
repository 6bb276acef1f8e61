#include "core/stanza/stream.h"

#include <catch2/catch.hpp>
#include <cstdlib>

#include "tests/unit/core/stanza/support.h"

namespace wasphere::stanza {
namespace {

using test::node;

struct FailureRow {
  const char* reason;
  EndClass kind;
  const char* word;
};

TEST_CASE("every failure reason ends the login in its class") {
  auto row = GENERATE(values<FailureRow>({
      {"400", EndClass::refused, "generic_failure"},
      {"401", EndClass::logged_out, "logged_out"},
      {"402", EndClass::banned_temporary, "temporary_ban"},
      {"403", EndClass::banned_locked, "account_locked"},
      {"405", EndClass::outdated, "client_outdated"},
      {"406", EndClass::banned_permanent, "banned"},
      {"409", EndClass::refused, "bad_user_agent"},
      {"413", EndClass::refused, "token_expired"},
      {"414", EndClass::refused, "token_invalid"},
      {"415", EndClass::refused, "not_found"},
      {"418", EndClass::refused, "client_unknown"},
      {"500", EndClass::retry, "internal_server_error"},
      {"501", EndClass::refused, "experimental"},
      {"503", EndClass::retry, "service_unavailable"},
      {"499", EndClass::refused, "unknown_failure"},
      {"599", EndClass::retry, "unknown_failure"},
  }));
  StreamEnd end = parse_failure(node("failure", {{"reason", row.reason}, {"location", "cln"}}));
  CHECK(end.kind == row.kind);
  CHECK(end.reason == row.word);
  CHECK(end.code == std::atoi(row.reason));
  CHECK(end.ban_code == 0);
  CHECK_FALSE(end.ban_seconds);
}

TEST_CASE("a failure without a reason, or with a senseless one, is a refusal") {
  auto attrs = GENERATE(values<wire::Attrs>({{},
                                             {{"location", "cln"}},
                                             {{"reason", "banned"}},
                                             {{"reason", "-1"}},
                                             {{"reason", "99999999999999999999999"}},
                                             {{"reason", "0"}}}));
  StreamEnd end = parse_failure(node("failure", attrs));
  CHECK(end.kind == EndClass::refused);
  CHECK(end.code == 0);
  CHECK(end.reason == "no_reason");
}

TEST_CASE("a temporary ban tells why and for how long") {
  StreamEnd end =
      parse_failure(node("failure", {{"reason", "402"}, {"code", "104"}, {"expire", "86400"}}));
  CHECK(end.kind == EndClass::banned_temporary);
  CHECK(end.ban_code == 104);
  CHECK(end.ban_seconds == 86400);
}

TEST_CASE("a temporary ban without an end has none, and one beyond all clocks is capped") {
  CHECK_FALSE(parse_failure(node("failure", {{"reason", "402"}, {"code", "101"}})).ban_seconds);
  StreamEnd end =
      parse_failure(node("failure", {{"reason", "402"}, {"expire", "18446744073709551615"}}));
  REQUIRE(end.ban_seconds);
  CHECK(*end.ban_seconds < 400ULL * 366 * 86400);
}

TEST_CASE("only a temporary ban carries ban data") {
  StreamEnd end =
      parse_failure(node("failure", {{"reason", "403"}, {"code", "104"}, {"expire", "5"}}));
  CHECK(end.ban_code == 0);
  CHECK_FALSE(end.ban_seconds);
}

struct StreamRow {
  const char* code;      // null: no attribute
  const char* conflict;  // null: no child
  const char* child;     // null: no child
  EndClass kind;
  const char* word;
};

TEST_CASE("every stream error ends the stream in its class") {
  auto row = GENERATE(values<StreamRow>({
      {"515", nullptr, nullptr, EndClass::restart, "restart_required"},
      {"516", nullptr, nullptr, EndClass::logged_out, "forced_logout"},
      {"401", "device_removed", nullptr, EndClass::logged_out, "device_removed"},
      {nullptr, "device_removed", nullptr, EndClass::logged_out, "device_removed"},
      {"401", nullptr, nullptr, EndClass::logged_out, "logged_out"},
      {nullptr, "replaced", nullptr, EndClass::replaced, "replaced"},
      {"409", nullptr, nullptr, EndClass::replaced, "replaced"},
      {"503", nullptr, nullptr, EndClass::retry, "service_unavailable"},
      {"500", nullptr, nullptr, EndClass::retry, "internal_server_error"},
      {"429", nullptr, nullptr, EndClass::retry, "rate_limited"},
      {"413", nullptr, nullptr, EndClass::retry, "unknown_stream_error"},
      {"414", nullptr, nullptr, EndClass::retry, "unknown_stream_error"},
      {nullptr, nullptr, "ack", EndClass::retry, "ack_required"},
      {nullptr, nullptr, "xml-not-well-formed", EndClass::retry, "malformed_stanza"},
      {"777", nullptr, nullptr, EndClass::retry, "unknown_stream_error"},
      {"12345678", nullptr, nullptr, EndClass::retry, "unknown_stream_error"},
      {nullptr, nullptr, "surprise", EndClass::retry, "unknown_stream_error"},
      {nullptr, nullptr, nullptr, EndClass::retry, "unknown_stream_error"},
      // the conflict decides before the code
      {"515", "replaced", nullptr, EndClass::replaced, "replaced"},
      {"503", "device_removed", nullptr, EndClass::logged_out, "device_removed"},
      // and the code before any other child
      {"515", nullptr, "ack", EndClass::restart, "restart_required"},
      {"515", "mystery", nullptr, EndClass::restart, "restart_required"},
  }));
  wire::Node error = node("stream:error");
  wire::Nodes children;
  if (row.conflict != nullptr) children.push_back(node("conflict", {{"type", row.conflict}}));
  if (row.child != nullptr) children.push_back(node(row.child, {{"id", "1"}}));
  if (row.code != nullptr) error.set("code", row.code);
  if (!children.empty()) error.content = children;
  StreamEnd end = parse_stream_error(error);
  CHECK(end.kind == row.kind);
  CHECK(end.reason == row.word);
}

TEST_CASE("a conflict without a type means replaced") {
  CHECK(parse_stream_error(node("stream:error", {}, {node("conflict")})).kind ==
        EndClass::replaced);
}

TEST_CASE("the code of a stream error is kept") {
  CHECK(parse_stream_error(node("stream:error", {{"code", "777"}})).code == 777);
}

TEST_CASE("success gives time, LID and name") {
  wire::Jid lid{"123456789012345", "lid", 3};
  auto success =
      parse_success(node("success", {{"t", "1700000000"}, {"lid", lid}, {"display_name", "Ana"}}));
  REQUIRE(success);
  CHECK(success->server_time == 1700000000);
  CHECK(success->lid == lid);
  CHECK(success->display_name == "Ana");
}

TEST_CASE("success without attributes is success all the same, and nothing else is") {
  auto bare = parse_success(node("success"));
  REQUIRE(bare);
  CHECK(bare->server_time == 0);
  CHECK(bare->lid.server.empty());
  CHECK_FALSE(parse_success(node("failure")));
}

TEST_CASE("a display name that is no text is dropped") {
  auto success = parse_success(node("success", {{"display_name", "\xff\xfe"}}));
  REQUIRE(success);
  CHECK(success->display_name.empty());
}

}  // namespace
}  // namespace wasphere::stanza
