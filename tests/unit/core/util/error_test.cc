#include "core/util/error.h"

#include <catch2/catch.hpp>
#include <set>

#include "core/util/result.h"

using namespace wasphere;

namespace {

constexpr auto kLast = static_cast<std::size_t>(ErrorCode::internal);

Result<int> halved(int value) {
  if (value % 2 != 0) return fail(ErrorCode::validation_failed, "odd");
  return value / 2;
}

Result<int> quartered(int value) {
  WS_TRY(int half, halved(value));
  WS_TRY(int quarter, halved(half));
  return quarter;
}

Status checked(int value) {
  WS_CHECK(halved(value));
  return {};
}

}  // namespace

TEST_CASE("every error code has exactly one entry of its own") {
  REQUIRE(all_errors().size() == kLast + 1);
  std::set<ErrorCode> codes;
  for (const ErrorInfo& info : all_errors()) codes.insert(info.code);
  CHECK(codes.size() == kLast + 1);
  for (std::size_t i = 0; i <= kLast; ++i) {
    auto code = static_cast<ErrorCode>(i);
    CHECK(error_info(code).code == code);
  }
}

TEST_CASE("public names are unique and lead back to their code") {
  std::set<std::string_view> names;
  for (const ErrorInfo& info : all_errors()) {
    INFO(info.name);
    CHECK(names.insert(info.name).second);
    CHECK(error_from_name(info.name) == info.code);
    CHECK(info.name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == std::string_view::npos);
  }
  CHECK(error_from_name("NO_SUCH_ERROR") == ErrorCode::internal);
  CHECK(error_from_name("") == ErrorCode::internal);
}

TEST_CASE("every entry can be shown to a caller") {
  const std::set<int> exits{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13};
  for (const ErrorInfo& info : all_errors()) {
    INFO(info.name);
    CHECK((info.http_status >= 400 && info.http_status < 600));
    CHECK(exits.contains(info.exit_code));
    CHECK(info.title.ends_with('.'));
    CHECK_FALSE(info.remedy.empty());
    // Numbers of our own follow the exit code; the rest are JSON-RPC's.
    bool ours = info.rpc_code == -31000 - info.exit_code;
    bool json_rpc = info.rpc_code <= -32600 && info.rpc_code >= -32700;
    CHECK((ours || json_rpc));
  }
}

TEST_CASE("context goes in front of the message and leaves the rest") {
  Error error{ErrorCode::io_error, "no such file"};
  error.retry_after_ms = 5;
  error.remedy = "look";
  error.fields.push_back({"/a", "TYPE", "not a number"});
  Error out = with_context(error, "while opening the store");
  CHECK(out.message == "while opening the store: no such file");
  CHECK(out.code == ErrorCode::io_error);
  CHECK(out.retry_after_ms == 5);
  CHECK(out.remedy == "look");
  CHECK(out.fields.size() == 1);
}

TEST_CASE("errors travel through functions that try") {
  CHECK(quartered(8) == 2);
  REQUIRE_FALSE(quartered(6));
  CHECK(quartered(6).error().message == "odd");
  CHECK(checked(2).has_value());
  CHECK(checked(3).error().code == ErrorCode::validation_failed);
}
