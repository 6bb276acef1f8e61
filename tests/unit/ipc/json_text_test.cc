#include "ipc/json_text.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "ipc/json.h"

using nlohmann::json;
using namespace wasphere::ipc;

namespace {

struct Leaf {
  std::int64_t size = 0;
  double share = 0;
  static constexpr auto fields =
      std::tuple{field("size", &Leaf::size, "Size."), field("share", &Leaf::share, "Share.")};
};

struct Tree {
  std::string name;
  bool tall = false;
  std::optional<std::string> nick;
  std::optional<std::optional<std::string>> other;
  std::vector<Leaf> leaves;
  std::optional<std::vector<std::string>> words;
  Json free;
  Leaf leaf;
  static constexpr auto fields =
      std::tuple{field("name", &Tree::name, "Name."),       field("tall", &Tree::tall, "Tall."),
                 field("nick", &Tree::nick, "Nick."),       field("other", &Tree::other, "Other."),
                 field("leaves", &Tree::leaves, "Leaves."), field("words", &Tree::words, "Words."),
                 field("free", &Tree::free, "Free."),       field("leaf", &Tree::leaf, "Leaf.")};
};

struct Nothing {
  static constexpr auto fields = std::tuple{};
};

Tree full_tree() {
  Tree out;
  out.name = "oak";
  out.tall = true;
  out.nick = "k\xC3\xA4\"\\\n\x7F";
  out.leaves = {{1, 0.5}, {-9223372036854775807, 1e300}};
  out.words = {{"a", ""}};
  out.free.text = "{ \"x\": [1,\n null] }";
  return out;
}

std::string text_of(const Tree& tree, EmptyOptionals empty) {
  return object_text(*object_type<Tree>(), &tree, empty);
}

}  // namespace

TEST_CASE("the text is that of the encoded object, in the order of the fields") {
  for (const Tree& tree : {Tree(), full_tree()}) {
    for (const auto empty : {EmptyOptionals::written_as_null, EmptyOptionals::left_out}) {
      const std::string text = text_of(tree, empty);
      CHECK(*parse_json(text) == encode_object(*object_type<Tree>(), &tree, empty));
      CHECK(text.find('\n') == text.npos);
      CHECK(text.starts_with("{\"name\":"));
    }
  }
  CHECK(answer_text(Nothing()) == "{}");
  CHECK(answer_text(Leaf{3, 0.25}) == R"({"size":3,"share":0.25})");
}

TEST_CASE("text that is no UTF-8, and free text that is no JSON, still make a line of JSON") {
  Tree tree;
  tree.name = "\xFF";
  tree.free.text = "no\njson";
  const auto parsed = parse_json(answer_text(tree));
  REQUIRE(parsed);
  CHECK((*parsed)["name"] == "\xEF\xBF\xBD");
  CHECK((*parsed)["free"] == "no\njson");
}
