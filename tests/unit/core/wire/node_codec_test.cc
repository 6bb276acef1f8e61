#include "core/wire/node_codec.h"

#include <catch2/catch.hpp>

#include "core/util/encoding.h"
#include "core/wire/zlib_stream.h"
#include "tests/support/node_compare.h"
#include "tests/support/seeded_rng.h"
#include "tests/support/vectors.h"

using namespace wasphere;
using namespace wasphere::wire;
using test::hex;

namespace {

Node nested(std::size_t depth) {
  Node node{"leaf", {}, {}};
  for (std::size_t i = 1; i < depth; ++i) node = Node{"a", {}, Nodes{std::move(node)}};
  return node;
}

bool is_refused(const Result<Node>& result) {
  return !result && result.error().code == ErrorCode::protocol_error;
}

std::string encoded_attr(AttrValue value) {
  return to_hex(BytesView(encode_node({"to", {{"jid", std::move(value)}}, {}})).subspan(5));
}

Node read_back(const Node& node) {
  return decode_node(encode_node(node)).value();
}

}  // namespace

TEST_CASE("stanzas nest 128 deep and no deeper") {
  CHECK(decode_node(encode_node(nested(1))).has_value());
  CHECK(decode_node(encode_node(nested(128))) == nested(128));
  CHECK(is_refused(decode_node(encode_node(nested(129)))));
  Bytes bottomless{0};
  for (int i = 0; i < 1000000; ++i) append(bottomless, Bytes{0xF8, 2, 19, 0xF8, 1});
  CHECK(is_refused(decode_node(bottomless)));
}

TEST_CASE("lists that claim more than there is are refused before memory is taken") {
  CHECK(is_refused(decode_node(hex("00f9ffff13"))));      // 32767 attributes
  CHECK(is_refused(decode_node(hex("00f80213f9ffff"))));  // 65535 children
  // Each level claims 65535 children: 32 levels stay below the limit, the next one does not.
  for (auto [levels, why] :
       {std::pair{32, "stanza is cut short"}, {33, "stanza has too many parts"}}) {
    Bytes greedy{0};
    for (int i = 0; i < levels; ++i) append(greedy, Bytes{0xF8, 2, 19, 0xF9, 0xFF, 0xFF});
    auto result = decode_node(greedy);
    REQUIRE(is_refused(result));
    CHECK(result.error().message == why);
  }
}

TEST_CASE("texts that claim more than there is are refused") {
  CHECK(is_refused(decode_node(hex("00f80213fc05616263"))));
  CHECK(is_refused(decode_node(hex("00f80213fd0fffff616263"))));
  CHECK(is_refused(decode_node(hex("00f80213feffffffff616263"))));
  CHECK(is_refused(decode_node(hex("00f80213fd0000"))));
  CHECK(is_refused(decode_node(hex("00f80213fe000000"))));
  CHECK(is_refused(decode_node(hex("00f80213ff7f12"))));
  CHECK(is_refused(decode_node(hex("00f80213fb"))));
  CHECK(is_refused(decode_node(hex("00f80213ec"))));
}

TEST_CASE("every prefix of a stanza is refused") {
  Node node{"iq",
            {{"id", "3EB0AB"}, {"from", Jid{"5511", "s.whatsapp.net", 2}}, {"x", "free text"}},
            Nodes{{"a", {}, Bytes(300, 7)}, {"b", {{"jid", Jid{"5", "interop", 1, 2}}}, {}}}};
  Bytes whole = encode_node(node);
  REQUIRE(decode_node(whole) == node);
  for (std::size_t size = 0; size < whole.size(); ++size)
    CHECK(is_refused(decode_node(BytesView(whole).first(size))));
}

TEST_CASE("bytes that stand for nothing are refused") {
  CHECK(is_refused(decode_node({})));
  CHECK(is_refused(decode_node(hex("00"))));
  CHECK(is_refused(decode_node(hex("0000"))));
  CHECK(is_refused(decode_node(hex("00f900"))));
  CHECK(is_refused(decode_node(hex("00f801fc00"))));      // a tag of no characters
  CHECK(is_refused(decode_node(hex("00f801fa000300"))));  // an address for a tag
  CHECK(is_refused(decode_node(hex("00f803130019"))));    // nothing for a key
  CHECK(is_refused(decode_node(hex("00f80213ff80"))));    // packed, odd, and empty
  CHECK(is_refused(decode_node(hex("00f80213ff01d1"))));
  CHECK(is_refused(decode_node(hex("00f80213ff01e1"))));
  CHECK(is_refused(decode_node(hex("00f80213ff011f"))));  // padding where no padding is
  for (const char* tag : {"f0", "f1", "f2", "f3", "f4"}) {
    INFO(tag);
    CHECK(is_refused(decode_node(hex(std::string("00f80213") + tag))));
    CHECK(is_refused(decode_node(hex(std::string("00f8031319") + tag))));
    CHECK(is_refused(decode_node(hex(std::string("00f801") + tag))));
  }
}

TEST_CASE("addresses that could be taken for others are refused") {
  for (const char* bad : {
           "fafc0361406203",       // user with an '@'
           "faff811f00",           // no server
           "fafc02613a03",         // user with an empty device
           "fafc0361206203",       // user with a space
           "fafc01c303",           // user that is not ASCII
           "faff811ffc0161fc0162"  // (trailing bytes)
       }) {
    INFO(bad);
    bool trailing = std::string_view(bad).ends_with("0162");
    CHECK(is_refused(decode_node(hex(std::string("00f803110c") + bad))) != trailing);
  }
  CHECK(is_refused(decode_node(hex("00f803110cf7000300"))));            // AD without a user
  CHECK(is_refused(decode_node(hex("00f803110cf70003fc03313a32"))));    // AD with two devices
  CHECK(is_refused(decode_node(hex("00f803110cf6ff811f000503"))));      // FB of another server
  CHECK(is_refused(decode_node(hex("00f803110cf5ff811f0001000203"))));  // interop of another
}

TEST_CASE("addresses take the tag their server asks for") {
  CHECK(encoded_attr(Jid{"5511", "s.whatsapp.net"}) == "faff02551103");
  CHECK(encoded_attr(Jid{"5511", "s.whatsapp.net", 3}) == "f70003ff025511");
  CHECK(encoded_attr(Jid{"5511", "lid", 255}) == "f701ffff025511");
  CHECK(encoded_attr(Jid{"5511", "hosted"}) == "f78000ff025511");
  CHECK(encoded_attr(Jid{"5511", "hosted.lid", 99}) == "f78163ff025511");
  CHECK(encoded_attr(Jid{"5511", "msgr", 5}) == "f6ff0255110005cc");
  CHECK(encoded_attr(Jid{"5511", "interop", 1, 2}) == "f5ff02551100010002fc07696e7465726f70");
  CHECK(encoded_attr(Jid::server_only()) == "fa0003");
  CHECK(encoded_attr(std::string("@s.whatsapp.net")) == "fa0003");
  CHECK(encoded_attr(std::string("s.whatsapp.net")) == "03");
  CHECK(encoded_attr(std::string("2-5511:1@interop")) == "f5ff02551100010002fc07696e7465726f70");
}

TEST_CASE("every address comes back as it was") {
  for (const Jid& jid :
       {Jid{"12", "s.whatsapp.net"}, Jid{"12", "s.whatsapp.net", 255}, Jid{"12", "lid", 256},
        Jid{"12", "g.us", 7}, Jid{"12", "hosted"}, Jid{"12", "hosted.lid", 300}, Jid{"12", "msgr"},
        Jid{"12", "msgr", 65535}, Jid{"12", "interop"}, Jid{"2-12", "interop", 0, 0},
        Jid{"12", "interop", 65535, 65535}, Jid{"status", "broadcast"}, Jid{"1", "newsletter"},
        Jid::server_only("call"), Jid{"5511-16", "g.us"}}) {
    INFO(jid.to_string());
    Node node{"to", {{"jid", jid}}, {}};
    CHECK(read_back(node) == node);
    CHECK(read_back({"to", {{"jid", jid.to_string()}}, {}}).jid("jid") == jid);
  }
}

TEST_CASE("a text is never changed on its way, though it may look like an address") {
  for (const char* text : {"a@b@c", "1_2@s.whatsapp.net", "007:05@lid", "x:0@g.us", "@", "a@",
                           "@ home", "me@example.com", "J\xC3\xBCrgen@home", "1:65536@lid",
                           "0-5@interop", "lower3eb0", "", " ", "\xFF\xFE"}) {
    INFO(text);
    Node sent{"body", {{"v", text}}, text};
    Node received = read_back(sent);
    CHECK(received.attr("v") == text);
    CHECK(received.content_text() == text);
  }
}

TEST_CASE("bytes are never taken for text") {
  for (const char* text : {"1", "type", "3EB0", "5511@s.whatsapp.net", ""}) {
    Node node{"enc", {}, to_bytes(as_bytes(text))};
    CHECK(read_back(node) == node);
  }
}

TEST_CASE("no content, no children and empty content are three things") {
  CHECK(to_hex(encode_node({"message", {}, {}})) == "00f80113");
  CHECK(to_hex(encode_node({"message", {}, Nodes{}})) == "00f8021300");
  CHECK(to_hex(encode_node({"message", {}, Bytes{}})) == "00f80213fc00");
  for (const Content& content : {Content{}, Content{Nodes{}}, Content{Bytes{}}}) {
    Node node{"message", {}, content};
    CHECK(read_back(node) == node);
  }
}

TEST_CASE("what no list can hold is not sent cut short") {
  Node node{"a", Attrs(32767, {"k", "1"}), {}};
  CHECK(decode_node(encode_node(node)) == node);
  node.content = Bytes{1};
  CHECK_THROWS_AS(encode_node(node), std::length_error);
  CHECK(read_back({"a", {}, Nodes(65535, Node{"b", {}, {}})}).children().size() == 65535);
  CHECK_THROWS_AS(encode_node({"a", {}, Nodes(65536, Node{"b", {}, {}})}), std::length_error);
}

TEST_CASE("the lengths of binary texts") {
  for (std::size_t size : {255U, 256U, 65536U, (1U << 20) - 1, 1U << 20}) {
    Node node{"enc", {}, Bytes(size, 'z')};
    CHECK(read_back(node) == node);
  }
  // The four bits above a 20-bit length mean nothing.
  CHECK(decode_node(hex("00f80213fdf00001aa"))->content_bytes() == Bytes{0xAA});
}

TEST_CASE("packed texts: odd ends are cut by the flag, not by their padding") {
  CHECK(decode_node(hex("00f80213ff82123f"))->content_text() == "123");
  CHECK(decode_node(hex("00f80213ff821230"))->content_text() == "123");
  CHECK(decode_node(hex("00f80213fb82abcf"))->content_text() == "ABC");
  CHECK(decode_node(hex("00f80213fb02abcf"))->content_text() == "ABCF");
  CHECK(decode_node(hex("00f80213ff00"))->content_text().empty());
}

TEST_CASE("the end of the stream comes in two forms") {
  CHECK(is_stream_end(decode_node(hex("00f80102")).value()));
  CHECK(is_stream_end(decode_node(hex("0002")).value()));
  CHECK(is_stream_end(decode_node(hex("0002"), Dictionary::v2).value()));
  CHECK_FALSE(is_stream_end(decode_node(hex("00f80103")).value()));
}

TEST_CASE("compressed stanzas: damage and cuts are refused") {
  Node node{"message", {}, Bytes(1000, 'x')};
  Bytes good = encode_node_compressed(node);
  REQUIRE(decode_node(good) == node);
  CHECK(good[0] == 2);
  for (std::size_t size = 1; size < good.size(); ++size)
    CHECK(is_refused(decode_node(BytesView(good).first(size))));
  for (std::size_t i = 1; i < good.size(); ++i) {
    Bytes touched = good;
    touched[i] ^= 0x55;
    auto result = decode_node(touched);  // a few bits of the format mean nothing
    CHECK((!result || *result == node));
  }
  Bytes longer = good;
  append(longer, Bytes{1, 2, 3});
  CHECK(decode_node(longer) == node);
}

TEST_CASE("what inflates beyond its limit is refused") {
  Bytes packed = deflate_all(Bytes(10000, 0));
  CHECK(inflate_bounded(packed, 10000)->size() == 10000);
  auto refused = inflate_bounded(packed, 9999);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message == "compressed stanza is too large");
  CHECK(inflate_bounded(deflate_all({}), 0)->empty());
  CHECK_FALSE(inflate_bounded({}, 100));

  Bytes bomb{2};
  append(bomb, deflate_all(Bytes(kMaxInflatedSize + 1, 0)));
  REQUIRE(bomb.size() < 100000);
  auto result = decode_node(bomb);
  REQUIRE_FALSE(result);
  CHECK(result.error().message == "compressed stanza is too large");
}

TEST_CASE("a stanza of one dictionary is another in the other") {
  Node node{"presence", {{"type", "available"}}, {}};
  Bytes v2 = encode_node(node, Dictionary::v2);
  CHECK(v2 != encode_node(node, Dictionary::v3));
  CHECK(decode_node(v2, Dictionary::v2) == node);
}
