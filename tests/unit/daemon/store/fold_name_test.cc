#include "daemon/store/fold_name.h"

#include <catch2/catch.hpp>

namespace wasphere::store {

TEST_CASE("names are folded letter by letter in every script") {
  CHECK(fold_name("Support") == "support");
  CHECK(fold_name("ÄÖÜ Straße") == "äöü straße");
  CHECK(fold_name("ПРИВЕТ") == "привет");
  CHECK(fold_name("ΑΒΓ") == "αβγ");
  CHECK(fold_name("日本 🙂") == "日本 🙂");
  CHECK(fold_name("𐐀") == "𐐨");
  CHECK(fold_name("") == "");
}

TEST_CASE("what is not UTF-8 is left alone") {
  CHECK(fold_name("A\xff") == "A\xff");
}

}  // namespace wasphere::store
