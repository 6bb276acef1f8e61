#include "core/stanza/prekeys.h"

#include <catch2/catch.hpp>

#include "core/stanza/server.h"
#include "core/util/encoding.h"
#include "core/wire/node_codec.h"
#include "tests/unit/core/stanza/support.h"

namespace wasphere::stanza {
namespace {

using test::node;

const nlohmann::json& vectors() {
  return test::vectors().at("prekey_digest");
}

UploadedBundle vector_bundle() {
  UploadedBundle bundle;
  bundle.registration_id = vectors().at("registration_id");
  bundle.identity = test::hex_array<32>(vectors().at("identity_pub"));
  bundle.signed_pre_key_id = vectors().at("skey_id");
  bundle.signed_pre_key = test::hex_array<32>(vectors().at("skey_pub"));
  bundle.signed_pre_key_signature = test::hex_array<64>(vectors().at("skey_signature"));
  for (const auto& key : vectors().at("prekeys"))
    bundle.one_time.push_back({key.at("id"), test::hex_array<32>(key.at("pub"))});
  return bundle;
}

TEST_CASE("the digest of a bundle has the hash that clients expect") {
  wire::Node digest = build_digest(vector_bundle());
  CHECK(to_hex(*child_bytes(digest, "hash")) == test::text(vectors().at("hash_sha1")));
  CHECK(to_hex(*child_bytes(digest, "registration")) == "00003039");
  CHECK(to_hex(*child_bytes(digest, "type")) == "05");
  CHECK(to_hex(*child_bytes(digest, "identity")) == test::text(vectors().at("identity_pub")));
  const wire::Node* skey = digest.child("skey");
  REQUIRE(skey != nullptr);
  CHECK(to_hex(*child_bytes(*skey, "id")) == "000001");
  CHECK(to_hex(*child_bytes(*skey, "signature")) == test::text(vectors().at("skey_signature")));
  const auto& ids = digest.child("list")->children();
  REQUIRE(ids.size() == 3);
  CHECK(ids[2].tag == "id");
  CHECK(to_hex(ids[2].content_bytes()) == "000005");
}

TEST_CASE("an upload arrives as it was sent") {
  Device device = test::linked_device();
  device.signed_pre_key.id = 0xABCDEF;
  std::vector<PublicPreKey> keys{{1, {1}}, {0x010203, {2}}, {kMaxPreKeyId, {3}}};
  wire::Node iq = prekey_upload("12", device, keys);
  CHECK(iq.attr("xmlns") == "encrypt");
  CHECK(iq.attr("type") == "set");
  CHECK(classify_iq(iq) == IqKind::prekey_upload);
  auto bundle = parse_prekey_upload(wire::decode_node(wire::encode_node(iq)).value());
  REQUIRE(bundle);
  CHECK(bundle->registration_id == device.registration_id);
  CHECK(bundle->identity == device.identity_key.public_key);
  CHECK(bundle->signed_pre_key_id == 0xABCDEF);
  CHECK(bundle->signed_pre_key == device.signed_pre_key.key.public_key);
  CHECK(bundle->signed_pre_key_signature == device.signed_pre_key.signature);
  REQUIRE(bundle->one_time.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(bundle->one_time[i].id == keys[i].id);
    CHECK(bundle->one_time[i].key == keys[i].key);
  }
}

TEST_CASE("a full upload of 812 keys goes over the wire") {
  std::vector<PublicPreKey> keys(kInitialPreKeys);
  for (std::uint32_t i = 0; i < kInitialPreKeys; ++i) keys[i].id = i + 1;
  auto iq = wire::decode_node(wire::encode_node(prekey_upload("1", test::linked_device(), keys)));
  REQUIRE(iq);
  auto bundle = parse_prekey_upload(*iq);
  REQUIRE(bundle);
  CHECK(bundle->one_time.size() == 812);
  CHECK(bundle->one_time.back().id == 812);
}

TEST_CASE("an upload with a missing or wrong part is refused") {
  wire::Node good = prekey_upload("1", test::linked_device(), {{1, {1}}});
  REQUIRE(parse_prekey_upload(good));
  std::size_t parts = good.children().size();
  for (std::size_t i = 0; i < parts; ++i) {
    wire::Node iq = good;
    auto& children = std::get<wire::Nodes>(iq.content);
    children.erase(children.begin() + static_cast<std::ptrdiff_t>(i));
    CHECK_FALSE(parse_prekey_upload(iq));
  }
  auto spoil_key = [&](auto spoil) {
    wire::Node iq = good;
    auto& list = std::get<wire::Nodes>(iq.content).at(3);
    spoil(std::get<wire::Nodes>(list.content).at(0));
    return parse_prekey_upload(iq).has_value();
  };
  CHECK_FALSE(spoil_key([](wire::Node& key) { key.tag = "lock"; }));
  CHECK_FALSE(spoil_key([](wire::Node& key) { key.content = {}; }));
  CHECK_FALSE(spoil_key(
      [](wire::Node& key) { std::get<wire::Nodes>(key.content).at(0).content = Bytes{0, 1}; }));
  CHECK_FALSE(spoil_key(
      [](wire::Node& key) { std::get<wire::Nodes>(key.content).at(1).content = Bytes(33, 5); }));
}

TEST_CASE("the count of the server's pre-keys") {
  wire::Node request = prekey_count_request("3");
  CHECK(classify_iq(request) == IqKind::prekey_count);
  CHECK(parse_prekey_count(prekey_count_answer(request, 42)).value() == 42);
  CHECK_FALSE(parse_prekey_count(answer(request)));
  CHECK_FALSE(parse_prekey_count(answer(request, {node("count", {{"value", "many"}})})));
  CHECK_FALSE(parse_prekey_count(answer(request, {node("count", {{"value", "4294967296"}})})));
  auto refused = parse_prekey_count(answer_error(request, 500, "internal-server-error"));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::whatsapp_error);
}

TEST_CASE("a notification of few pre-keys gives their number") {
  CHECK(parse_low_prekeys(build_prekey_count_notification("1", 2, 3)) == 3);
  CHECK_FALSE(parse_low_prekeys(node("notification", {{"type", "encrypt"}}, {node("identity")})));
  CHECK_FALSE(parse_low_prekeys(
      node("notification", {{"type", "devices"}}, {node("count", {{"value", "3"}})})));
  CHECK_FALSE(
      parse_low_prekeys(node("message", {{"type", "encrypt"}}, {node("count", {{"value", "3"}})})));
}

TEST_CASE("a digest is asked for and answered, or 404 without a bundle") {
  wire::Node request = digest_request("8");
  CHECK(classify_iq(request) == IqKind::prekey_digest);
  UploadedBundle bundle = vector_bundle();
  CHECK(digest_answer(request, &bundle).child("digest") != nullptr);
  wire::Node none = digest_answer(request, nullptr);
  CHECK(none.attr("type") == "error");
  CHECK(none.child("error")->attr("code") == "404");
}

TEST_CASE("a rotation brings the new signed pre-key") {
  wire::Node upload = prekey_upload("1", test::linked_device(), {});
  wire::Node iq = node("iq", {{"xmlns", "encrypt"}, {"type", "set"}},
                       {node("rotate", {}, {*upload.child("skey")})});
  CHECK(classify_iq(iq) == IqKind::prekey_rotate);
  auto rotated = parse_prekey_rotate(iq);
  REQUIRE(rotated);
  CHECK(rotated->signed_pre_key == test::linked_device().signed_pre_key.key.public_key);
  CHECK_FALSE(parse_prekey_rotate(upload));
}

}  // namespace
}  // namespace wasphere::stanza
