#include "daemon/store/message_search.h"

#include <catch2/catch.hpp>

#include "tests/unit/daemon/store/messaging_fixture.h"

namespace wasphere::store {
namespace {

class Searched : public MessagingDatabase {
 public:
  void add(const std::string& id, const std::string& text) {
    auto row = message(id);
    row.text = text;
    REQUIRE(messages.insert(row));
  }
  std::string found(const std::string& typed) {
    auto query = query_of("sess_a");
    query.search = typed;
    std::string out;
    for (const auto& row : messages.list(query).rows) out += (out.empty() ? "" : " ") + row.id;
    return out;
  }
};

}  // namespace

TEST_CASE("words are found in any order, case and accent, the last one by its beginning") {
  Searched t;
  t.add("M1", "Your order has shipped");
  t.add("M2", "Caf\u00e9 cr\u00e8me for M\u00fcller");
  t.add("M3", "\u041f\u0440\u0438\u0432\u0435\u0442 order \U0001F680");
  CHECK(t.found("order") == "M3 M1");
  CHECK(t.found("SHIPPED your") == "M1");
  CHECK(t.found("ship") == "M1");
  CHECK(t.found("ship order").empty());  // only the last word may be unfinished
  CHECK(t.found("cafe muller") == "M2");
  CHECK(t.found("\u043f\u0440\u0438\u0432\u0435\u0442") == "M3");
  CHECK(t.found("\U0001F680") == "M3");
  CHECK(t.found("order \U0001F680") == "M3");
  CHECK(t.found("order \u2014 shipped") == "M1");  // a word without letters says nothing
}

TEST_CASE("nothing that is typed is an error") {
  Searched t;
  t.add("M1", R"(say "hello" AND goodbye, it's 50% * 2)");
  for (const char* typed : {"\"",
                            "\"\"",
                            "AND",
                            "OR NOT",
                            "*",
                            "NEAR(",
                            "a:b",
                            "text:hello",
                            "^hello",
                            "-",
                            "(",
                            ")",
                            "{a b}:",
                            "'",
                            "%",
                            "\xff\xfe",
                            "\xF0\x9F",
                            "--",
                            ";DROP TABLE messages",
                            " ",
                            "\t\n",
                            "\U0001F44D\U0001F3FD",
                            "+ +",
                            "\\"}) {
    INFO(typed);
    CHECK_NOTHROW(t.found(typed));
  }
  CHECK_NOTHROW(t.found(std::string("a\0b", 3)));
  CHECK_NOTHROW(t.found(std::string(100'000, '"')));
  CHECK(t.found("\"hello\"") == "M1");
  CHECK(t.found("and") == "M1");
  CHECK(t.found("50%") == "M1");
  CHECK(t.found("it's") == "M1");
  CHECK(t.found(" ").empty());
  CHECK(t.found("hello OR nothing").empty());  // a word like others
}

TEST_CASE("an expression quotes every word") {
  CHECK(search_expression("").empty());
  CHECK(search_expression(" \t ").empty());
  CHECK(search_expression("one") == "\"one\"*");
  CHECK(search_expression(" one  two ") == "\"one\" \"two\"*");
  CHECK(search_expression("a\"b") == "\"a\"\"b\"*");
}

}  // namespace wasphere::store
