#include "core/stanza/pairing.h"

#include <catch2/catch.hpp>

#include "core/stanza/adv.h"
#include "core/util/encoding.h"
#include "core/wire/node_codec.h"
#include "tests/unit/core/stanza/support.h"

namespace wasphere::stanza {
namespace {

using test::node;
using test::SeededRng;

const nlohmann::json& vectors() {
  return test::vectors().at("adv");
}

Device vector_device() {
  Device device;
  device.identity_key = test::key_pair(vectors().at("companion_identity"));
  device.adv_secret = test::secret(vectors().at("adv_secret"));
  return device;
}

wire::Node decoded(const nlohmann::json& hex) {
  auto out = wire::decode_node(test::hex(hex));
  REQUIRE(out);
  return *out;
}

const wire::Node& signed_identity_in(const wire::Node& reply) {
  const wire::Node* sign = reply.child("pair-device-sign");
  REQUIRE(sign != nullptr);
  const wire::Node* identity = sign->child("device-identity");
  REQUIRE(identity != nullptr);
  return *identity;
}

TEST_CASE("pair-success of every kind is accepted and answered like another client does") {
  for (const auto& item : vectors().at("cases")) {
    INFO(item.at("label"));
    SeededRng rng;
    wire::Node iq = decoded(item.at("pair_success_stanza"));
    auto success = accept_pair_success(iq, vector_device(), rng);
    REQUIRE(success);
    CHECK(success->account.jid == wire::Jid{"5511999999999", "s.whatsapp.net", 3});
    CHECK(success->account.lid == wire::Jid{"123456789012345", "lid", 3});
    CHECK(success->account.key_index == 4);
    CHECK(to_hex(success->account.account_signature_key) ==
          test::text(vectors().at("primary_identity").at("public")));

    wire::Node expected = decoded(item.at("reply_stanza"));
    CHECK(success->reply.attr("id") == expected.attr("id"));
    CHECK(success->reply.attr("type") == "result");
    CHECK(wire::is_server_jid(success->reply, "to"));
    const wire::Node& identity = signed_identity_in(success->reply);
    CHECK(identity.attr("key-index") == item.at("reply_key_index").get<std::string>());
    // All but the signature, which is randomised: it is the last member, 64 bytes.
    std::string theirs = item.at("reply_device_identity");
    std::string ours = to_hex(identity.content_bytes());
    REQUIRE(ours.size() == theirs.size());
    CHECK(ours.substr(0, ours.size() - 128) == theirs.substr(0, theirs.size() - 128));
    CHECK(check_pair_device_sign(success->reply, vector_device().identity_key.public_key,
                                 test::hex(item.at("device_identity_node_content"))));
  }
}

TEST_CASE("the account keeps the identity with all four members") {
  SeededRng rng;
  const auto& item = vectors().at("cases").at(0);
  auto success = accept_pair_success(decoded(item.at("pair_success_stanza")), vector_device(), rng);
  REQUIRE(success);
  auto stored = read_signed_identity(success->account.signed_identity);
  REQUIRE(stored);
  CHECK(to_hex(stored->account_key) == test::text(vectors().at("primary_identity").at("public")));
  CHECK(to_hex(stored->details) == test::text(item.at("adv_device_identity")));
  CHECK(crypto::verify(vector_device().identity_key.public_key,
                       test::hex(item.at("device_signature_message")), stored->device_signature));
}

TEST_CASE("the server accepts the replies of other clients") {
  for (const auto& item : vectors().at("cases"))
    CHECK(check_pair_device_sign(decoded(item.at("reply_stanza")),
                                 vector_device().identity_key.public_key,
                                 test::hex(item.at("device_identity_node_content"))));
}

struct Linking {
  SeededRng rng{3};
  Device device = Device::generate(rng);
  PhoneIdentity phone{crypto::KeyPair::generate(rng), 77};
  CompanionGrant grant = grant_companion(phone, device.identity_key.public_key, device.adv_secret,
                                         1, {0, 1}, 1700000000, rng);
  PairSuccessContent content{.id = "5",
                             .time = 1700000001,
                             .jid = {"447700900123", "s.whatsapp.net", 1},
                             .lid = {"99887766554433", "lid", 1},
                             .platform = "android",
                             .business_name = "Café",
                             .device_identity_hmac = grant.device_identity_hmac};

  wire::Node over_the_wire(const wire::Node& sent) const {
    return wire::decode_node(wire::encode_node(sent)).value();
  }
};

TEST_CASE("QR linking from the scan to the companion's answer, over the wire") {
  Linking link;
  wire::Node iq = link.over_the_wire(build_pair_success(link.content));
  auto success = accept_pair_success(iq, link.device, link.rng);
  REQUIRE(success);
  CHECK(success->account.jid == link.content.jid);
  CHECK(success->account.lid == link.content.lid);
  CHECK(success->account.platform == "android");
  CHECK(success->account.business_name == "Café");
  CHECK(success->account.key_index == 1);
  CHECK(success->account.account_signature_key == link.phone.key.public_key);
  wire::Node reply = link.over_the_wire(success->reply);
  CHECK(check_pair_device_sign(reply, link.device.identity_key.public_key,
                               link.grant.device_identity_hmac));
  auto list = verify_key_index_list(link.grant.key_index_list, link.phone.key.public_key);
  REQUIRE(list);
  CHECK(list->raw_id == 77);
  CHECK(list->current_index == 1);
  CHECK(list->valid_indexes == std::vector<std::uint32_t>{0, 1});
}

TEST_CASE("pair-success carries addresses as JIDs, the time, and the three client props") {
  Linking link;
  wire::Node iq = build_pair_success(link.content);
  CHECK(iq.attr("t") == "1700000001");
  CHECK(std::holds_alternative<wire::Jid>(iq.attrs.at(0).second));
  const wire::Node& pair = *iq.child();
  CHECK(pair.tag == "pair-success");
  for (const auto& [key, value] : pair.child("device")->attrs)
    CHECK(std::holds_alternative<wire::Jid>(value));
  CHECK(to_hex(*child_bytes(pair, "client-props")) == "080110011801");
}

TEST_CASE("a private account has no biz child, and an account without a LID none") {
  Linking link;
  link.content.business_name.clear();
  link.content.lid = {};
  wire::Node iq = build_pair_success(link.content);
  CHECK(iq.child()->child("biz") == nullptr);
  auto success = accept_pair_success(link.over_the_wire(iq), link.device, link.rng);
  REQUIRE(success);
  CHECK(success->account.business_name.empty());
  CHECK(success->account.lid.server.empty());
}

void check_refused(const Linking& link, const wire::Node& iq, const char* code, const char* text) {
  SeededRng rng;
  auto success = accept_pair_success(iq, link.device, rng);
  REQUIRE_FALSE(success);
  const wire::Node& reply = success.error().reply;
  CHECK(reply.attr("type") == "error");
  CHECK(reply.attr_or("id", "") == iq.attr_or("id", ""));
  REQUIRE(reply.child("error") != nullptr);
  CHECK(reply.child("error")->attr("code") == code);
  CHECK(reply.child("error")->attr("text") == text);
  CHECK_FALSE(success.error().error.message.empty());
}

TEST_CASE("a scan of another QR is refused with hmac-mismatch") {
  Linking link;
  wire::Node iq = build_pair_success(link.content);
  link.device.adv_secret.mutable_array()[31] ^= 1;
  check_refused(link, iq, "401", "hmac-mismatch");
}

TEST_CASE("an account signature for another companion is refused with signature-mismatch") {
  Linking link;
  auto grant = grant_companion(link.phone, link.phone.key.public_key, link.device.adv_secret, 1,
                               {0, 1}, 1700000000, link.rng);
  link.content.device_identity_hmac = grant.device_identity_hmac;
  check_refused(link, build_pair_success(link.content), "401", "signature-mismatch");
}

TEST_CASE("a pair-success with something missing or wrong is refused with internal-error") {
  Linking link;
  auto refuse = [&](auto spoil) {
    PairSuccessContent content = link.content;
    wire::Node iq = build_pair_success(content);
    wire::Nodes& pair = std::get<wire::Nodes>(iq.content);
    spoil(iq, std::get<wire::Nodes>(pair.at(0).content));
    check_refused(link, iq, "500", "internal-error");
  };
  using wire::Node;
  using wire::Nodes;
  refuse([](Node&, Nodes& children) { children.erase(children.begin()); });
  refuse([](Node&, Nodes& children) { children.erase(children.begin() + 1); });
  refuse([](Node&, Nodes& children) { children.at(0).content = Bytes{0xFF}; });
  refuse([](Node&, Nodes& children) { children.at(1).set("jid", wire::Jid::server_only()); });
  refuse([](Node&, Nodes& children) { children.at(1).set("jid", "not a number@lid"); });
  refuse([](Node&, Nodes& children) { children.at(1).set("lid", "x@lid"); });
  refuse([](Node& iq, Nodes&) { std::get<Nodes>(iq.content).at(0).tag = "pair-device"; });
  check_refused(link, node("iq"), "500", "internal-error");
}

TEST_CASE("names that are no text are dropped") {
  Linking link;
  link.content.platform = "\xff";
  link.content.business_name = "\xc3";
  auto success = accept_pair_success(build_pair_success(link.content), link.device, link.rng);
  REQUIRE(success);
  CHECK(success->account.platform.empty());
  CHECK(success->account.business_name.empty());
}

TEST_CASE("the server refuses a reply that does not prove the companion's key") {
  Linking link;
  auto success = accept_pair_success(build_pair_success(link.content), link.device, link.rng);
  REQUIRE(success);
  auto own = link.device.identity_key.public_key;
  BytesView granted = link.grant.device_identity_hmac;
  CHECK_FALSE(check_pair_device_sign(success->reply, link.phone.key.public_key, granted));
  CHECK_FALSE(check_pair_device_sign(success->reply, own, Bytes{1}));
  CHECK_FALSE(check_pair_device_sign(node("iq", {{"type", "result"}}), own, granted));

  auto other =
      grant_companion(link.phone, own, link.device.adv_secret, 1, {0, 1}, 1700000009, link.rng);
  CHECK_FALSE(check_pair_device_sign(success->reply, own, other.device_identity_hmac));

  auto spoiled = [&](auto spoil) {
    wire::Node reply = success->reply;
    auto& sign = std::get<wire::Nodes>(reply.content).at(0);
    spoil(std::get<wire::Nodes>(sign.content).at(0));
    return check_pair_device_sign(reply, own, granted).has_value();
  };
  CHECK(spoiled([](wire::Node&) {}));
  CHECK_FALSE(spoiled([](wire::Node& identity) { identity.set("key-index", "2"); }));
  CHECK_FALSE(spoiled([](wire::Node& identity) { identity.attrs.clear(); }));
  CHECK_FALSE(spoiled([](wire::Node& identity) { std::get<Bytes>(identity.content).back() ^= 1; }));
  CHECK_FALSE(spoiled([](wire::Node& identity) { std::get<Bytes>(identity.content).pop_back(); }));
}

}  // namespace
}  // namespace wasphere::stanza
