#include <catch2/catch.hpp>

#include "core/stanza/pairing.h"
#include "core/wire/node_codec.h"
#include "tests/unit/core/stanza/support.h"

namespace wasphere::stanza {
namespace {

using test::node;

const nlohmann::json& vectors() {
  return test::vectors().at("qr");
}
std::string ref() {
  return vectors().at("ref");
}

Device vector_device() {
  Device device;
  device.noise_key.public_key = test::hex_array<32>(vectors().at("noise_pub"));
  device.identity_key.public_key = test::hex_array<32>(vectors().at("identity_pub"));
  device.adv_secret = test::secret(vectors().at("adv_secret"));
  return device;
}

void check_content(const Result<QrContent>& qr, std::string_view platform_id) {
  REQUIRE(qr);
  Device device = vector_device();
  CHECK(qr->ref == ref());
  CHECK(qr->noise_key == device.noise_key.public_key);
  CHECK(qr->identity_key == device.identity_key.public_key);
  CHECK(qr->adv_secret == device.adv_secret);
  CHECK(qr->platform_id == platform_id);
}

TEST_CASE("the QR text is that of other clients, and the phone reads it") {
  for (const auto& item : vectors().at("cases")) {
    std::string platform_id = item.at("platform_id");
    std::string text = item.at("qr_baileys_rc14");
    CHECK(qr_text(ref(), vector_device(), platform_id) == text);
    check_content(parse_qr_text(text), platform_id);
  }
}

TEST_CASE("the QR text without the URL prefix") {
  std::string text = vectors().at("qr_zapo");
  CHECK(qr_text(ref(), vector_device(), "1", false) == text);
  check_content(parse_qr_text(text), "1");
}

TEST_CASE("the phone reads the form of four parts, a trailing help link and a final newline") {
  check_content(parse_qr_text(vectors().at("qr_baileys_6x_legacy").get<std::string>()), "");
  std::string text = vectors().at("qr_zapo");
  check_content(parse_qr_text(text + ",https://faq.whatsapp.com/1"), "1");
  check_content(parse_qr_text(text + "\n"), "1");
}

TEST_CASE("a ref full of commas stays whole") {
  std::string commas = "2@a,b,,c,";
  auto qr = parse_qr_text(qr_text(commas, vector_device(), "1"));
  REQUIRE(qr);
  CHECK(qr->ref == commas);
}

TEST_CASE("a text that is no linking QR is refused with the reason") {
  std::string good = vectors().at("qr_zapo");
  std::string key = "zse5E97r6jSrd+9lFDOFK2bHiZc7Hi73siiy8+t52jY=";
  struct Case {
    std::string text;
    const char* reason;
  };
  auto bad = GENERATE_COPY(values<Case>({
      {"", "the secret is missing"},
      {"hello", "the secret is missing"},
      {"https://example.org/a,bb", "the secret is not 32 bytes of base64"},
      {"ref," + key, "the identity key is missing"},
      {key + "," + key + "," + key, "the noise key is missing"},
      {"," + key + "," + key + "," + key, "the ref is missing or unprintable"},
      {"\x01," + key + "," + key + "," + key, "the ref is missing or unprintable"},
      {"ref," + key + "," + key + ",AAAA", "the secret is not 32 bytes of base64"},
      {"ref," + key + ",!" + key.substr(1) + "," + key,
       "the identity key is not 32 bytes of base64"},
      {"ref,AA==," + key + "," + key, "the noise key is not 32 bytes of base64"},
      {std::string(5000, 'x') + "," + good, "too long"},
  }));
  auto qr = parse_qr_text(bad.text);
  REQUIRE_FALSE(qr);
  CHECK(qr.error().code == ErrorCode::validation_failed);
  CHECK(qr.error().message == std::string("not a linking QR: ") + bad.reason);
}

TEST_CASE("the refs of pair-device come in order, also after the wire") {
  std::vector<std::string> refs{"2@one,two", "2@b", "3", "4", "5", "6"};
  wire::Node iq = build_pair_device("17", refs);
  CHECK(parse_pair_device(iq).value() == refs);
  auto decoded = wire::decode_node(wire::encode_node(iq));
  REQUIRE(decoded);
  CHECK(decoded->attr("type") == "set");
  CHECK(decoded->attr("xmlns") == "md");
  CHECK(decoded->attr("id") == "17");
  CHECK(wire::is_server_jid(*decoded, "from"));
  CHECK(parse_pair_device(*decoded).value() == refs);
}

TEST_CASE("the server's address goes out as a pair, which old clients insist on") {
  Bytes bytes = wire::encode_node(build_pair_device("17", {"r"}));
  CHECK(to_text(bytes).find(std::string("\xFA\x00\x03", 3)) != std::string::npos);
}

TEST_CASE("a pair-device that cannot be used is refused") {
  wire::Node ref_node = leaf("ref", "2@x");
  auto request = [](wire::Nodes children) {
    return node("iq", {{"type", "set"}, {"id", "1"}},
                {node("pair-device", {}, std::move(children))});
  };
  CHECK(parse_pair_device(request({ref_node})));
  CHECK_FALSE(parse_pair_device(request({})));
  CHECK_FALSE(parse_pair_device(request({leaf("ref", "")})));
  CHECK_FALSE(parse_pair_device(request({leaf("ref", "a\x1b[2J")})));
  CHECK_FALSE(parse_pair_device(request({leaf("ref", std::string(2000, 'x'))})));
  CHECK_FALSE(parse_pair_device(node("iq", {{"type", "set"}, {"id", "1"}})));
  CHECK_FALSE(
      parse_pair_device(node("iq", {{"type", "set"}}, {node("pair-device", {}, {ref_node})})));
  CHECK_FALSE(parse_pair_device(
      node("iq", {{"type", "get"}, {"id", "1"}}, {node("pair-device", {}, {ref_node})})));
}

}  // namespace
}  // namespace wasphere::stanza
