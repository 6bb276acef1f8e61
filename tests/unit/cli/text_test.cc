#include "cli/text.h"

#include <catch2/catch.hpp>

using wasphere::cli::display_width;
using wasphere::cli::padded;
using wasphere::cli::printable;
using wasphere::cli::shorten;

TEST_CASE("width counts columns, not bytes") {
  CHECK(display_width("") == 0);
  CHECK(display_width("support") == 7);
  CHECK(display_width("Zürich") == 6);
  CHECK(display_width("Zu\u0308rich") == 6);  // the umlaut as a combining mark
  CHECK(display_width("日本") == 4);
  CHECK(display_width("한국") == 4);
  CHECK(display_width("📱") == 2);
  CHECK(display_width("a\u200Db") == 2);
  CHECK(display_width("█▀▄…") == 4);
}

TEST_CASE("bytes that are no UTF-8 count one column each") {
  CHECK(display_width("\xFF\xFE") == 2);
  CHECK(display_width("\xE6\x97") == 2);      // cut short
  CHECK(display_width("\xC0\x80") == 2);      // overlong
  CHECK(display_width("\xE6\x41\x42") == 3);  // a lead byte without its followers
}

TEST_CASE("nothing printable drives the terminal") {
  CHECK(printable("plain 日本") == "plain 日本");
  CHECK(printable("\x1b[31mred") == "\uFFFD[31mred");
  CHECK(printable("a\tb\nc\rd") == "a b c d");
  CHECK(printable("\u202Eevil") == "\uFFFDevil");
  CHECK(printable("\u009B31m") == "\uFFFD31m");
  CHECK(printable("\x7F\xFF") == "\uFFFD\uFFFD");
}

TEST_CASE("texts are cut and padded by columns") {
  CHECK(shorten("support", 7) == "support");
  CHECK(shorten("support", 5) == "supp…");
  CHECK(shorten("日本語", 5) == "日本…");
  CHECK(shorten("日本語", 4) == "日…");
  CHECK(padded("日本", 6) == "日本  ");
  CHECK(padded("support", 3) == "support");
}
