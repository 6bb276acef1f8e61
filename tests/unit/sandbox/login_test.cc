#include "sandbox/login.h"

#include <catch2/catch.hpp>

#include "core/stanza/iq.h"
#include "core/stanza/stream.h"
#include "sandbox/login_role.h"
#include "sandbox/registration.h"
#include "tests/unit/sandbox/test_network.h"

namespace wasphere::sandbox::test {
namespace {

std::string new_phone(TestNetwork& network) {
  return network.phones().create("", "Sam", "")->number;
}

// The failure's reason; the server must close after it.
std::string refused_with(TestNetwork& network, TestClient& client) {
  const auto failure = client.expect("failure");
  CHECK(failure.attr("location") == "sbx");
  CHECK_FALSE(client.receive());
  network.clock.advance(std::chrono::milliseconds(50));
  CHECK(client.closed());
  return failure.attr_or("reason", "");
}

TEST_CASE("a linked device logs in and is told who and where it is") {
  TestNetwork network;
  TestClient client(network);
  const auto phone = new_phone(network);
  client.link(phone);
  REQUIRE(client.connect());
  const auto success = client.expect("success");
  CHECK(success.attr("t") == std::to_string(runtime::unix_seconds(network.clock)));
  CHECK(success.jid("lid") == client.device.account->lid);
  CHECK(success.jid("lid")->device == 1);
  CHECK(success.attr("display_name") == "Sam");
  CHECK(client.expect("ib").child()->tag == "edge_routing");
  CHECK(client.expect("ib").child()->tag == "offline_preview");
  CHECK(client.expect("ib").child()->tag == "offline");
}

TEST_CASE("a device of nobody, or with another noise key, is refused") {
  TestNetwork network;
  TestClient client(network);
  client.link(new_phone(network));
  TestClient impostor(network, client.device);
  SECTION("another noise key") {
    impostor.device.noise_key = crypto::KeyPair::generate(network.rng);
  }
  SECTION("another device number") {
    impostor.device.account->jid.device = 7;
  }
  SECTION("another account") {
    impostor.device.account->jid.user = "447700900999";
  }
  client.hang_up();
  REQUIRE(impostor.connect());
  CHECK(refused_with(network, impostor) == "401");
}

TEST_CASE("a login without a device number is refused, as after an unfinished pairing code") {
  TestNetwork network;
  TestClient client(network);
  // username 447700900123, no device; appVersion 2.3000.1043857760
  REQUIRE(client.connect_with({0x08, 0x9b, 0xb2, 0xb6, 0xe8, 0x83, 0x0d, 0x2a,
                               0x0f, 0x08, 0x0e, 0x12, 0x0b, 0x08, 0x02, 0x10,
                               0xb8, 0x17, 0x18, 0xe0, 0x82, 0xe0, 0xf1, 0x03}));
  CHECK(refused_with(network, client) == "401");
}

TEST_CASE("a payload that is none is a bad request") {
  TestNetwork network;
  TestClient client(network);
  REQUIRE(client.connect_with({0xFF, 0xFF, 0xFF}));
  CHECK(refused_with(network, client) == "400");
}

TEST_CASE("a registration whose pre-key is signed by another key is refused") {
  TestNetwork network;
  TestClient client(network);
  client.device.signed_pre_key.signature[5] ^= 1;
  REQUIRE(client.connect());
  CHECK(refused_with(network, client) == "401");
}

TEST_CASE("a client that is too old is refused") {
  TestNetwork network;
  TestClient client(network);
  stanza::ClientProfile profile;
  profile.version.tertiary = network.network().limits.oldest_client - 1;
  REQUIRE(client.connect_with(stanza::client_payload(client.device, profile)));
  CHECK(refused_with(network, client) == "405");
}

TEST_CASE("an injected failure comes with its attributes, as often as asked for") {
  TestNetwork network;
  TestClient client(network);
  client.link(new_phone(network));
  stanza::FailureContent content;
  content.reason = 402;
  content.code = 104;
  content.expire = 3600;
  network.faults().add_failure(client.device.account->jid, content, 1);
  REQUIRE(client.connect());
  const auto failure = client.expect("failure");
  CHECK(failure.attr("reason") == "402");
  CHECK(failure.attr("code") == "104");
  CHECK(failure.attr("expire") == "3600");
  client.log_in();
}

TEST_CASE("a second connection of a device replaces the first") {
  TestNetwork network;
  TestClient first(network);
  first.link(new_phone(network));
  TestClient second(network, first.device);
  second.log_in();
  const auto end = first.expect("stream:error");
  CHECK_FALSE(end.has("code"));
  REQUIRE(end.child("conflict") != nullptr);
  CHECK(end.child("conflict")->attr("type") == "replaced");
  network.clock.advance(std::chrono::milliseconds(50));
  CHECK(first.closed());
  CHECK_FALSE(second.closed());
  CHECK(network.network().links.login_of(second.device.account->jid) != nullptr);
}

TEST_CASE("unlinking on the phone ends the live connection and every later login") {
  TestNetwork network;
  TestClient client(network);
  const auto phone = new_phone(network);
  client.link(phone);
  const auto gone = network.phones().unlink(phone, std::nullopt);
  REQUIRE(gone);
  CHECK(*gone == std::vector{client.device.account->jid});
  const auto end = client.expect("stream:error");
  CHECK(end.attr("code") == "401");
  CHECK(end.child("conflict")->attr("type") == "device_removed");
  network.clock.advance(std::chrono::milliseconds(50));
  CHECK(client.closed());
  REQUIRE(client.connect());
  CHECK(refused_with(network, client) == "401");
}

TEST_CASE("unlinking one device leaves the others, and an unknown one is named") {
  TestNetwork network;
  const auto phone = new_phone(network);
  TestClient first(network);
  TestClient second(network);
  first.link(phone);
  second.link(phone);
  CHECK(first.expect("notification").attr("type") == "account_sync");
  CHECK(second.device.account->key_index == 2);
  CHECK(network.phones().unlink(phone, 9).error().code == ErrorCode::not_found);
  REQUIRE(network.phones().unlink(phone, first.device.account->jid.device));
  first.expect("stream:error");
  CHECK(second.expect("notification").attr("type") == "account_sync");
  CHECK_FALSE(second.receive());
  CHECK(second.ask(stanza::ping("1")).attr("type") == "result");
}

TEST_CASE("accounts, phones and linked devices survive a crash, and the root stays") {
  TestNetwork network;
  const auto phone = new_phone(network);
  const auto root = network.network().certificates.root();
  TestClient client(network);
  client.link(phone);
  client.hang_up();
  network.restart();
  CHECK(network.network().certificates.root() == root);
  client.log_in();
  REQUIRE(network.phones().all().size() == 1);
  TestClient another(network);
  another.link(phone);
  CHECK(another.device.account->key_index == 2);
  CHECK(another.device.account->account_signature_key ==
        client.device.account->account_signature_key);
}

}  // namespace
}  // namespace wasphere::sandbox::test
