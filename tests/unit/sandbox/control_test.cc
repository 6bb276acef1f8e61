// The control socket as the command line uses it.
#include "sandbox/control.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "core/util/encoding.h"
#include "ipc/commands.h"
#include "ipc/unix_client.h"
#include "sandbox/embedded.h"
#include "sandbox/faults.h"
#include "tests/support/temp_dir.h"

namespace wasphere::sandbox {
namespace {

using nlohmann::json;
using wasphere::test::TempDir;

struct Fixture {
  TempDir dir;
  EmbeddedSandbox sandbox;
  std::optional<ipc::UnixClient> client;

  Fixture() { start(); }
  void start() {
    auto info = sandbox.start({dir / "state", dir / "c.sock"});
    REQUIRE(info);
    auto connected = ipc::UnixClient::connect(info->control);
    REQUIRE(connected);
    client.emplace(*std::move(connected));
  }
  Result<json> call(std::string_view method, const json& params = json::object()) {
    return client->call(method, params, std::chrono::seconds(20));
  }
  json ok(std::string_view method, const json& params = json::object()) {
    auto result = call(method, params);
    if (!result) FAIL(result.error().message);
    return *std::move(result);
  }
  Error refused(std::string_view method, const json& params) {
    auto result = call(method, params);
    REQUIRE_FALSE(result);
    return result.error();
  }
};

TEST_CASE("sandbox.info tells where it listens and what it holds") {
  Fixture f;
  f.ok("phone.create");
  const auto info = f.ok("sandbox.info");
  CHECK(info["url"].get<std::string>().starts_with("ws://127.0.0.1:"));
  CHECK(info["noiseRoot"].get<std::string>().size() == 64);
  CHECK(info["control"] == f.dir / "c.sock");
  CHECK(info["phones"] == 1);
  CHECK(info["companions"] == 0);
  CHECK(info["links"] == 0);
}

TEST_CASE("phones are created, listed, and there again after a restart") {
  Fixture f;
  const auto phone = f.ok("phone.create", {{"phoneNumber", "+44 7700 900123"}, {"name", "Sam"}});
  CHECK(phone["phoneNumber"] == "+447700900123");
  CHECK(phone["jid"] == "447700900123@s.whatsapp.net");
  CHECK(phone["name"] == "Sam");
  const auto before = f.ok("phone.list");
  CHECK(before["phones"].size() == 1);
  CHECK(before["phones"][0]["companions"] == json::array());
  f.client.reset();
  f.sandbox.stop();
  f.start();
  CHECK(f.ok("phone.list") == before);
}

TEST_CASE("mistakes are named") {
  Fixture f;
  f.ok("phone.create", {{"phoneNumber", "+447700900123"}});
  CHECK(f.refused("phone.create", {{"phoneNumber", "+447700900123"}}).code ==
        ErrorCode::validation_failed);
  CHECK(f.refused("phone.create", {{"phoneNumber", "seven"}}).code ==
        ErrorCode::invalid_phone_number);
  CHECK(f.refused("phone.scan", {{"phone", "+447700900999"}, {"qr", "x"}}).code ==
        ErrorCode::not_found);
  CHECK(f.refused("phone.scan", {{"phone", "+447700900123"}, {"qr", "x"}}).code ==
        ErrorCode::validation_failed);
  CHECK(f.refused("phone.enterCode", {{"phone", "+447700900123"}, {"code", "ABCD-1234"}}).code ==
        ErrorCode::not_found);
  CHECK(f.refused("phone.enterCode", {{"phone", "+447700900123"}, {"code", "ABCD-123O"}}).code ==
        ErrorCode::validation_failed);
  CHECK(f.refused("phone.unlink", {{"phone", "+447700900123"}, {"device", 3}}).code ==
        ErrorCode::not_found);
  CHECK(f.refused("link.drop", {{"jid", "support"}}).code == ErrorCode::validation_failed);
  CHECK(f.refused("stream.error", {{"jid", "447700900123:1@s.whatsapp.net"}, {"code", 515}}).code ==
        ErrorCode::not_found);
  CHECK(f.refused("fault.handshake", {{"kind", "odd"}}).code == ErrorCode::validation_failed);
}

TEST_CASE("a well-formed QR of nobody is refused at once") {
  Fixture f;
  f.ok("phone.create", {{"phoneNumber", "+447700900123"}});
  const auto key = to_base64(Bytes(32, 9));
  const auto error = f.refused("phone.scan", {{"phone", "+447700900123"},
                                              {"qr", "2@x," + key + "," + key + "," + key + ",1"}});
  CHECK(error.code == ErrorCode::not_found);
}

TEST_CASE("nothing is linked, so nothing is listed, dropped or unlinked") {
  Fixture f;
  f.ok("phone.create", {{"phoneNumber", "+447700900123"}});
  CHECK(f.ok("link.list")["links"] == json::array());
  CHECK(f.ok("link.drop")["dropped"] == 0);
  CHECK(f.ok("phone.unlink", {{"phone", "+447700900123"}})["unlinked"] == json::array());
  CHECK(f.ok("link.silence", {{"silent", true}})["links"] == 0);
}

TEST_CASE("the clock moves forward and stays there") {
  Fixture f;
  const auto before = f.ok("sandbox.info")["now"].get<std::string>();
  const auto after =
      f.ok("clock", {{"advanceMs", 3'600'000 * 24 * 40LL}})["now"].get<std::string>();
  CHECK(after.substr(0, 10) > before.substr(0, 10));
  CHECK(f.ok("sandbox.info")["now"].get<std::string>() >= after);
}

TEST_CASE("every fault that the socket offers is known here") {
  for (const auto kind : ipc::kHandshakeFaults) CHECK(handshake_fault(kind));
  for (const auto kind : ipc::kPairingFaults) CHECK(pairing_fault(kind));
  Fixture f;
  CHECK(f.ok("fault.pairing", {{"kind", "bad_hmac"}, {"count", 2}})["count"] == 2);
  CHECK(f.ok("fault.pairing", {{"kind", "none"}})["kind"] == "none");
  CHECK(f.ok("failure", {{"reason", 503}})["count"] == 1);
}

}  // namespace
}  // namespace wasphere::sandbox
