#include "cli/table.h"

#include <catch2/catch.hpp>

#include "cli/text.h"

using wasphere::cli::painted;
using wasphere::cli::render_fields;
using wasphere::cli::render_table;
using wasphere::cli::Row;
using wasphere::cli::Tone;

TEST_CASE("columns are aligned by what they take on the screen") {
  const std::vector<Row> rows{{{"support"}, {"connected"}, {"x"}},
                              {{"日本"}, {"Zu\u0308rich"}, {"y"}}};
  CHECK(render_table({"NAME", "STATUS", "Z"}, rows, false) ==
        "NAME     STATUS     Z\n"
        "support  connected  x\n"
        "日本     Zu\u0308rich     y\n");
}

TEST_CASE("what is missing shows as a dash, and no line ends in spaces") {
  CHECK(render_table({"A", "LONGER"}, {{{""}, {""}}, {{"b"}}}, false) ==
        "A  LONGER\n"
        "-  -\n"
        "b\n");
}

TEST_CASE("colours do not move columns and cells cannot bring their own") {
  const std::vector<Row> rows{{{"\x1b[2J", Tone::good}, {"x"}}};
  CHECK(render_table({"A", "B"}, rows, false) == "A     B\n\uFFFD[2J  x\n");
  CHECK(render_table({"A", "B"}, rows, true) ==
        "\x1b[1mA\x1b[0m     \x1b[1mB\x1b[0m\n\x1b[32m\uFFFD[2J\x1b[0m  x\n");
}

TEST_CASE("fields stand in two columns") {
  CHECK(render_fields({{"name", {"support"}}, {"last seen", {""}}}, false) ==
        "name       support\nlast seen  -\n");
  CHECK(render_fields({}, false).empty());
}

TEST_CASE("plain text has no escapes even where colours are allowed") {
  CHECK(painted("x", Tone::plain, true) == "x");
  CHECK(painted("x", Tone::bad, false) == "x");
  CHECK(painted("x", Tone::bad, true) == "\x1b[31mx\x1b[0m");
}
