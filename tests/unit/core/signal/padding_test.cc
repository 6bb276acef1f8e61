#include "core/signal/padding.h"

#include <catch2/catch.hpp>
#include <set>

#include "tests/unit/core/signal/support.h"

using namespace wasphere;
using namespace wasphere::signal;
using test::hex;

TEST_CASE("padding: as others pad with the same random byte") {
  for (const auto& item : signal_test::known("padding")["pad"]) {
    Bytes random = hex(item["random_byte"]);
    test::ScriptedRng rng{random};
    CHECK(pad(hex(item["input"]), rng) == hex(item["padded"]));
  }
}

TEST_CASE("padding: taken off as others do, wherever it is even") {
  for (const auto& item : signal_test::known("padding")["unpad"]) {
    std::string input = item["input"];
    INFO(input);
    // These lack padding, or have it uneven; some others look at the last byte only.
    bool refused = input.empty() || input == "00" || input == "616103";
    auto plain = unpad(hex(input));
    CHECK(plain.has_value() != refused);
    if (plain) CHECK(*plain == hex(item["baileys"]));
  }
}

TEST_CASE("padding: every length from 1 to 16 comes up, and comes off") {
  test::SeededRng rng;
  std::set<std::size_t> lengths;
  for (int i = 0; i < 500; ++i) {
    Bytes padded = pad(as_bytes("text"), rng);
    lengths.insert(padded.size() - 4);
    CHECK(unpad(padded).value() == to_bytes(as_bytes("text")));
  }
  CHECK(lengths.size() == 16);
  CHECK(*lengths.begin() == 1);
  CHECK(*lengths.rbegin() == 16);
}

TEST_CASE("padding: longer than the text, or uneven, is refused") {
  CHECK(unpad(hex("61020302")).error().fault == Fault::invalid_message);
  CHECK(unpad(hex("0303")).error().fault == Fault::invalid_message);
  CHECK(unpad(hex("ff")).error().fault == Fault::invalid_message);
}
