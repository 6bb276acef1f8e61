// Stanzas that other implementations made: their bytes, and what they read in ours.
#include <catch2/catch.hpp>

#include "core/crypto/hash.h"
#include "core/util/encoding.h"
#include "core/wire/node_codec.h"
#include "tests/support/node_compare.h"
#include "tests/support/node_json.h"
#include "tests/support/vectors.h"

using namespace wasphere;
using namespace wasphere::wire;
using test::canonical;
using test::hex;
using test::node_from_json;

namespace {

const nlohmann::json& encode_vectors() {
  return test::vectors()["wabinary"]["encode"];
}
const nlohmann::json& decode_vectors() {
  return test::vectors()["wabinary"]["decode"];
}

// The servers that one implementation writes without an '@', and so reads back.
Node with_plain_servers(Node node) {
  for (auto& [key, value] : node.attrs) {
    const auto& text = std::get<std::string>(value);
    if (text == "s.whatsapp.net" || text == "g.us") value = "@" + text;
  }
  if (auto* children = std::get_if<Nodes>(&node.content))
    for (Node& child : *children) child = with_plain_servers(std::move(child));
  return node;
}

void check_bytes(const Bytes& made, const nlohmann::json& expected) {
  CHECK(made.size() == expected["length"].get<std::size_t>());
  if (expected.contains("hex")) {
    CHECK(to_hex(made) == expected["hex"].get<std::string>());
    return;
  }
  Bytes prefix = hex(expected["prefix_hex"]);
  CHECK(std::equal(prefix.begin(), prefix.end(), made.begin()));
  CHECK(to_hex(crypto::sha256(made)) == expected["sha256"].get<std::string>());
}

}  // namespace

TEST_CASE("vectors: encoded stanzas are the same bytes") {
  REQUIRE(encode_vectors().size() == 63);
  for (const auto& vector : encode_vectors()) {
    INFO(vector["name"].get<std::string>());
    check_bytes(encode_node(node_from_json(vector["node"])), vector["baileys"]);
  }
}

TEST_CASE("vectors: addresses given as addresses are the same bytes") {
  for (const auto& vector : encode_vectors()) {
    auto name = vector["name"].get<std::string>();
    INFO(name);
    Node node = test::with_addresses(node_from_json(vector["node"]));
    // An address has no explicit device 0: it comes out in the short form that others use.
    bool zero = name == "explicit device 0";
    check_bytes(encode_node(node), zero ? vector["zapo"] : vector["baileys"]);
  }
}

TEST_CASE("vectors: encoded stanzas are read back") {
  for (const auto& vector : encode_vectors()) {
    INFO(vector["name"].get<std::string>());
    Node node = node_from_json(vector["node"]);
    auto decoded = decode_node(encode_node(node));
    REQUIRE(decoded);
    CHECK(canonical(*decoded) == canonical(node));
    auto compressed = decode_node(encode_node_compressed(node));
    REQUIRE(compressed);
    CHECK(*compressed == *decoded);
    auto old_dictionary = decode_node(encode_node(node, Dictionary::v2), Dictionary::v2);
    REQUIRE(old_dictionary);
    CHECK(canonical(*old_dictionary) == canonical(node));
  }
}

TEST_CASE("vectors: the other encoder's bytes mean the same") {
  int compared = 0;
  for (const auto& vector : encode_vectors()) {
    if (!vector["zapo"].is_object() || !vector["zapo"].contains("hex")) continue;
    INFO(vector["name"].get<std::string>());
    auto decoded = decode_node(hex(vector["zapo"]["hex"]));
    REQUIRE(decoded);
    CHECK(with_plain_servers(canonical(*decoded)) == canonical(node_from_json(vector["node"])));
    ++compared;
  }
  CHECK(compared >= 10);
}

TEST_CASE("vectors: odd input is read, invalid input refused") {
  REQUIRE(decode_vectors().size() == 20);
  int refused = 0;
  for (const auto& vector : decode_vectors()) {
    INFO(vector["name"].get<std::string>());
    auto decoded = decode_node(hex(vector["hex"]));
    if (vector["baileys"].contains("error")) {
      REQUIRE_FALSE(decoded);
      CHECK(decoded.error().code == ErrorCode::protocol_error);
      ++refused;
    } else {
      REQUIRE(decoded);
      CHECK(canonical(*decoded) == canonical(node_from_json(vector["baileys"])));
    }
  }
  CHECK(refused == 5);
}

TEST_CASE("vectors: addresses come as addresses") {
  auto decoded = decode_node(hex("00f803110cf5ff82555f00010002fc07696e7465726f70"));
  REQUIRE(decoded);
  CHECK(std::get<Jid>(decoded->attrs[0].second) == Jid{"555", "interop", 1, 2});
  decoded = decode_node(hex("00f8031106fa0003"));
  CHECK(std::get<Jid>(decoded->attrs[0].second) == Jid::server_only());
  decoded = decode_node(hex("00f803110603"));
  CHECK(std::get<std::string>(decoded->attrs[0].second) == "s.whatsapp.net");
  CHECK(is_server_jid(*decoded, "from"));
}
