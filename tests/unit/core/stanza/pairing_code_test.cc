#include "core/stanza/pairing_code.h"

#include <catch2/catch.hpp>

#include "core/stanza/key_bundle.h"
#include "core/stanza/link_code_server.h"
#include "core/util/encoding.h"
#include "core/wire/node_codec.h"
#include "tests/unit/core/stanza/support.h"

namespace wasphere::stanza {
namespace {

using test::node;
using test::ScriptedRng;
using test::SeededRng;

const nlohmann::json& vectors() {
  return test::vectors().at("pairing_code");
}
Bytes hex(const char* key) {
  return test::hex(vectors().at(key));
}
crypto::KeyPair keys(const char* name) {
  return test::key_pair(vectors().at(name));
}
std::string code() {
  return vectors().at("code");
}
Bytes hex_private(const char* name) {
  return test::hex(vectors().at(name).at("private"));
}
const wire::Jid kPhone{"5511999999999", "s.whatsapp.net"};

Device vector_device() {
  Device device;
  device.identity_key = keys("companion_identity");
  return device;
}

wire::Node over_the_wire(const wire::Node& sent) {
  return wire::decode_node(wire::encode_node(sent)).value();
}

TEST_CASE("five random bytes make a code") {
  for (const auto& item : vectors().at("crockford")) {
    ScriptedRng rng{test::hex(item.at("bytes"))};
    CHECK(make_pairing_code(rng) == item.at("code_baileys").get<std::string>());
  }
}

TEST_CASE("a code is shown with a dash and read without") {
  CHECK(display_pairing_code("ABCD1234") == "ABCD-1234");
  CHECK(normalize_pairing_code("ABCD-1234") == "ABCD1234");
  CHECK(normalize_pairing_code(" abcd 1234 ") == "ABCD1234");
  for (const char* bad : {"", "ABCD123", "ABCD12345", "ABCD-123O", "ABCD123U", "ÄBCD1234"})
    CHECK_FALSE(normalize_pairing_code(bad));
}

TEST_CASE("the wrapped ephemeral keys are those of other clients") {
  ScriptedRng companion{hex_private("companion_ephemeral"), hex("companion_salt"),
                        hex("companion_iv")};
  auto wrapped = wrap_ephemeral(code(), companion);
  CHECK(wrapped.wrapped == hex("wrapped_companion_ephemeral_pub"));
  CHECK(wrapped.ephemeral.public_key == keys("companion_ephemeral").public_key);
  ScriptedRng primary{hex_private("primary_ephemeral"), hex("primary_salt"), hex("primary_iv")};
  CHECK(wrap_ephemeral(code(), primary).wrapped == hex("wrapped_primary_ephemeral_pub"));
}

TEST_CASE("a wrapped ephemeral key opens with its code; another code gives another key") {
  Bytes wrapped = hex("wrapped_primary_ephemeral_pub");
  CHECK(unwrap_ephemeral(code(), wrapped).value() == keys("primary_ephemeral").public_key);
  CHECK(unwrap_ephemeral("ABCD1235", wrapped).value() != keys("primary_ephemeral").public_key);
  wrapped.pop_back();
  CHECK_FALSE(unwrap_ephemeral(code(), wrapped));
  CHECK_FALSE(unwrap_ephemeral(code(), {}));
}

PrimaryHello vector_hello() {
  return {hex("wrapped_primary_ephemeral_pub"), keys("primary_identity").public_key, "the-ref"};
}

TEST_CASE("companion_finish is that of other clients, and gives the same secret") {
  ScriptedRng rng{hex("adv_random"), hex("bundle_salt"), hex("bundle_iv")};
  auto finish = companion_finish("9", kPhone, vector_device(), code(), keys("companion_ephemeral"),
                                 vector_hello(), rng);
  REQUIRE(finish);
  CHECK(rng.left() == 0);
  CHECK(finish->adv_secret == test::secret(vectors().at("adv_secret")));
  auto content = parse_companion_finish(over_the_wire(finish->request));
  REQUIRE(content);
  CHECK(to_hex(content->wrapped_key_bundle) == test::text(vectors().at("wrapped_key_bundle")));
  CHECK(content->companion_identity == keys("companion_identity").public_key);
  CHECK(content->ref == "the-ref");
  CHECK(content->phone == kPhone);
  CHECK(finish->request.attr("xmlns") == "md");
  CHECK(finish->request.attr("type") == "set");
}

TEST_CASE("the phone opens the bundle and derives the same secret") {
  auto opened = open_key_bundle(hex("wrapped_key_bundle"), keys("primary_ephemeral"),
                                keys("companion_ephemeral").public_key, keys("primary_identity"));
  REQUIRE(opened);
  CHECK(opened->companion_identity == keys("companion_identity").public_key);
  CHECK(opened->adv_secret == test::secret(vectors().at("adv_secret")));
}

TEST_CASE("a bundle under another code, for another phone or of another size does not open") {
  auto open = [](Bytes bundle, const char* ephemeral, const char* identity) {
    return open_key_bundle(bundle, keys(ephemeral), keys("companion_ephemeral").public_key,
                           keys(identity));
  };
  Bytes good = hex("wrapped_key_bundle");
  REQUIRE(open(good, "primary_ephemeral", "primary_identity"));
  auto other_code = open(good, "primary_identity", "primary_identity");
  REQUIRE_FALSE(other_code);
  CHECK(other_code.error().code == ErrorCode::crypto_error);
  CHECK_FALSE(open(good, "primary_ephemeral", "companion_identity"));
  Bytes changed = good;
  changed.back() ^= 1;
  CHECK_FALSE(open(changed, "primary_ephemeral", "primary_identity"));
  good.pop_back();
  CHECK_FALSE(open(good, "primary_ephemeral", "primary_identity"));
}

TEST_CASE("a low-order key of the other side is refused") {
  SeededRng rng;
  PrimaryHello hello = vector_hello();
  hello.primary_identity = {};
  CHECK_FALSE(companion_finish("9", kPhone, vector_device(), code(), keys("companion_ephemeral"),
                               hello, rng));
}

TEST_CASE("companion_hello says what the server needs") {
  Device device = test::linked_device();
  ClientProfile profile;
  wire::Node request = companion_hello("4", kPhone, device, profile, Bytes(80, 7));
  CHECK(link_code_stage(request) == LinkCodeStage::companion_hello);
  const wire::Node* stage = request.child("link_code_companion_reg");
  REQUIRE(stage != nullptr);
  CHECK(stage->attr("should_show_push_notification") == "true");
  CHECK(child_bytes(*stage, "link_code_pairing_nonce") == Bytes{0});
  auto hello = parse_companion_hello(over_the_wire(request));
  REQUIRE(hello);
  CHECK(hello->phone == kPhone);
  CHECK(hello->wrapped_companion_ephemeral == Bytes(80, 7));
  CHECK(hello->companion_noise_key == device.noise_key.public_key);
  CHECK(hello->platform_id == "1");
  CHECK(hello->platform_display == "Chrome (Linux)");
}

TEST_CASE("the result of companion_hello carries the ref, or the server's refusal") {
  wire::Node request = companion_hello("4", kPhone, test::linked_device(), {}, Bytes(80, 7));
  auto ref = parse_companion_hello_result(over_the_wire(companion_hello_answer(request, "R-1")));
  REQUIRE(ref);
  CHECK(*ref == "R-1");
  CHECK_FALSE(parse_companion_hello_result(node("iq", {{"type", "result"}})));
  auto refused = parse_companion_hello_result(
      node("iq", {{"type", "error"}}, {node("error", {{"code", "400"}, {"text", "bad-request"}})}));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::whatsapp_error);
  CHECK(refused.error().message == "WhatsApp answered 400 (bad-request)");
}

TEST_CASE("primary_hello goes through the server unchanged") {
  auto hello =
      parse_primary_hello(over_the_wire(build_primary_hello("8", 1700000000, vector_hello())));
  REQUIRE(hello);
  CHECK(hello->wrapped_primary_ephemeral == hex("wrapped_primary_ephemeral_pub"));
  CHECK(hello->primary_identity == keys("primary_identity").public_key);
  CHECK(hello->ref == "the-ref");
}

TEST_CASE("a primary_hello that lacks something is refused") {
  auto spoiled = [](auto spoil) {
    wire::Node notification = build_primary_hello("8", 0, vector_hello());
    spoil(std::get<wire::Nodes>(notification.content).at(0));
    return parse_primary_hello(notification).has_value();
  };
  CHECK(spoiled([](wire::Node&) {}));
  CHECK_FALSE(spoiled([](wire::Node& reg) { reg.set("stage", "refresh_code"); }));
  CHECK_FALSE(spoiled([](wire::Node& reg) { reg.tag = "other"; }));
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK_FALSE(
        spoiled([i](wire::Node& reg) { std::get<wire::Nodes>(reg.content).at(i).content = {}; }));
    CHECK_FALSE(spoiled([i](wire::Node& reg) {
      auto& children = std::get<wire::Nodes>(reg.content);
      children.erase(children.begin() + static_cast<std::ptrdiff_t>(i));
    }));
  }
  CHECK_FALSE(parse_primary_hello(node("notification")));
}

TEST_CASE("linking by code, both ends with fresh keys") {
  SeededRng rng(11);
  std::string fresh = make_pairing_code(rng);
  Device device = Device::generate(rng);
  auto phone = crypto::KeyPair::generate(rng);
  auto companion = wrap_ephemeral(fresh, rng);
  auto primary = wrap_ephemeral(fresh, rng);
  PrimaryHello hello{primary.wrapped, phone.public_key, "ref"};
  auto finish = companion_finish("1", kPhone, device, fresh, companion.ephemeral, hello, rng);
  REQUIRE(finish);
  auto content = parse_companion_finish(finish->request);
  REQUIRE(content);
  auto seen = unwrap_ephemeral(fresh, companion.wrapped);
  REQUIRE(seen);
  auto opened = open_key_bundle(content->wrapped_key_bundle, primary.ephemeral, *seen, phone);
  REQUIRE(opened);
  CHECK(opened->adv_secret == finish->adv_secret);
  CHECK(opened->companion_identity == device.identity_key.public_key);
}

}  // namespace
}  // namespace wasphere::stanza
