#include "core/wire/node.h"

#include <catch2/catch.hpp>

using namespace wasphere;
using namespace wasphere::wire;

namespace {

Node sample() {
  return {"iq",
          {{"id", "12"},
           {"from", Jid{"5511", "s.whatsapp.net", 3}},
           {"to", "5512@lid"},
           {"t", "1785000000"}},
          Nodes{{"first", {}, Bytes{1, 2}}, {"second", {}, "text"}, {"first", {}, {}}}};
}

}  // namespace

TEST_CASE("attributes are read as text, address and number") {
  Node node = sample();
  CHECK(node.attr("id") == "12");
  CHECK(node.attr("from") == "5511:3@s.whatsapp.net");
  CHECK_FALSE(node.attr("none"));
  CHECK(node.attr_or("none", "x") == "x");
  CHECK(node.attr_or("id", "x") == "12");
  CHECK(node.has("t"));
  CHECK_FALSE(node.has("none"));
  CHECK(node.jid("from") == Jid{"5511", "s.whatsapp.net", 3});
  CHECK(node.jid("to") == Jid{"5512", "lid"});
  CHECK_FALSE(node.jid("none"));
  CHECK(node.number("t") == 1785000000U);
}

TEST_CASE("only whole unsigned decimal numbers are numbers") {
  for (const char* text :
       {"", "-1", "+1", " 1", "1 ", "1a", "0x1", "1.0", "18446744073709551616"}) {
    INFO(text);
    CHECK_FALSE(Node{"a", {{"n", text}}, {}}.number("n"));
  }
  CHECK(Node{"a", {{"n", "18446744073709551615"}}, {}}.number("n") == UINT64_MAX);
  CHECK_FALSE(Node{"a", {{"n", Jid{"1", "lid"}}}, {}}.number("n"));
  CHECK_FALSE(sample().number("none"));
}

TEST_CASE("set replaces in place or appends") {
  Node node = sample();
  node.set("id", "13");
  node.set("new", Jid{"1", "lid"});
  CHECK(node.attrs[0].first == "id");
  CHECK(node.attr("id") == "13");
  CHECK(node.attrs.back().first == "new");
  CHECK(node.attrs.size() == 5);
}

TEST_CASE("children are found by tag, in order") {
  Node node = sample();
  CHECK(node.child()->tag == "first");
  CHECK(node.child("first")->content_bytes() == Bytes{1, 2});
  CHECK(node.child("second")->content_text() == "text");
  CHECK(node.child("third") == nullptr);
  CHECK(node.children().size() == 3);
  CHECK(node.child("second")->children().empty());
  CHECK(node.child("second")->child() == nullptr);
}

TEST_CASE("content is bytes and text alike") {
  CHECK(Node{"a", {}, "ab"}.content_bytes() == Bytes{'a', 'b'});
  CHECK(Node{"a", {}, Bytes{'a', 'b'}}.content_text() == "ab");
  CHECK(Node{"a", {}, {}}.content_bytes().empty());
  CHECK(Node{"a", {}, {}}.content_text().empty());
  CHECK(sample().content_bytes().empty());
  CHECK(sample().content_text().empty());
}

TEST_CASE("the server's address in all its forms") {
  CHECK(is_server_jid({"a", {{"from", "s.whatsapp.net"}}, {}}, "from"));
  CHECK(is_server_jid({"a", {{"from", "@s.whatsapp.net"}}, {}}, "from"));
  CHECK(is_server_jid({"a", {{"from", Jid::server_only()}}, {}}, "from"));
  CHECK_FALSE(is_server_jid({"a", {{"from", "1@s.whatsapp.net"}}, {}}, "from"));
  CHECK_FALSE(is_server_jid({"a", {{"from", Jid::server_only("g.us")}}, {}}, "from"));
  CHECK_FALSE(is_server_jid({"a", {}, {}}, "from"));
}

TEST_CASE("an outline has names and sizes, and no values") {
  CHECK(outline(sample()) ==
        "iq id:2 from:21 to:8 t:10 [first <2 bytes>, second <4 bytes>, first]");
  CHECK(outline({"a", {{"secret", "hunter2"}}, "hunter2"}).find("hunter") == std::string::npos);
}

TEST_CASE("an outline stays one short line, whatever the other side sends") {
  Node wide{"a\nb\x1b[31m", {}, Nodes(50, Node{std::string(500, 'x'), {}, {}})};
  for (int i = 0; i < 100; ++i) wide.attrs.emplace_back("k\r" + std::to_string(i), "v");
  Node deep = wide;
  for (int i = 0; i < 20; ++i) deep = Node{"d", {}, Nodes{deep, wide}};
  for (const Node* node : {&wide, &deep}) {
    std::string line = outline(*node);
    CHECK(line.size() < 16384);
    CHECK(line.find_first_of("\r\n\x1b") == std::string::npos);
    CHECK(line.find(" more") != std::string::npos);
  }
}
