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
  // Throws unless the index has exactly what the messages up to its mark say.
  void check_index() {
    db().run("INSERT INTO messages_search (messages_search, rank) VALUES ('integrity-check', 1)");
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

TEST_CASE("messages are found however few or many came since the last search") {
  Searched t;
  for (int i = 1; i <= 200; ++i) {
    t.add("M" + std::to_string(i), "word w" + std::to_string(i) + "x");
    if (i % 37 == 0) CHECK(t.found("w" + std::to_string(i) + "x") == "M" + std::to_string(i));
  }
  CHECK(t.found("w200x") == "M200");
  CHECK(t.found("w1x") == "M1");
  t.check_index();
}

TEST_CASE("what changes or goes before the search has taken it in is not found as it was") {
  Searched t;
  for (const char* id : {"M1", "M2", "M3"}) t.add(id, std::string("first ") + id);
  const bool searched = GENERATE(false, true);
  if (searched) CHECK(t.found("first") == "M3 M2 M1");
  t.messages.set_content("sess_a", "M2", "second", "{}", 1);
  t.messages.set_content("sess_a", "M3", "", "{}", 1);
  CHECK(t.messages.retire(0, 2, 1) == 1);  // M1
  CHECK(t.found("first").empty());
  CHECK(t.found("second") == "M2");
  t.check_index();
}

TEST_CASE("numbers that are given again are searched again") {
  Searched t;
  for (int i = 0; i < 5; ++i) t.add("M" + std::to_string(i), "before");
  CHECK(t.found("before") == "M4 M3 M2 M1 M0");
  SECTION("after their session went") {
    t.sessions.remove("sess_a");
    t.add_session("sess_a");
  }
  SECTION("after they were retired") {
    CHECK(t.messages.retire(0, 1000, 100) == 5);
  }
  t.add("N1", "after");
  CHECK(t.found("after") == "N1");
  CHECK(t.found("before").empty());
  t.check_index();
}

TEST_CASE("an expression quotes every word") {
  CHECK(search_expression("").empty());
  CHECK(search_expression(" \t ").empty());
  CHECK(search_expression("one") == "\"one\"*");
  CHECK(search_expression(" one  two ") == "\"one\" \"two\"*");
  CHECK(search_expression("a\"b") == "\"a\"\"b\"*");
}

}  // namespace wasphere::store
