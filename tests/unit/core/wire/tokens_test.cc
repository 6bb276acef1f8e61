#include "core/wire/tokens.h"

#include <catch2/catch.hpp>

#include "tests/support/vectors.h"

using namespace wasphere;
using namespace wasphere::wire;

namespace {

void check_dictionary(const char* file, Dictionary dictionary) {
  const auto& json = test::vector_file(file);
  const auto& singles = json["singleByteTokens"];
  REQUIRE(singles.size() == 236);
  for (TokenId i = 1; i < singles.size(); ++i) {
    const auto& word = singles[i].get_ref<const std::string&>();
    CHECK(token_text(i, dictionary) == word);
    CHECK(find_token(word, dictionary) == i);
  }
  REQUIRE(json["doubleByteTokens"].size() == 4);
  for (unsigned d = 0; d < 4; ++d) {
    REQUIRE(json["doubleByteTokens"][d].size() == 256);
    for (unsigned i = 0; i < 256; ++i) {
      const auto& word = json["doubleByteTokens"][d][i].get_ref<const std::string&>();
      CHECK(token_text(dictionary_token(d, i), dictionary) == word);
      CHECK(find_token(word, dictionary) == dictionary_token(d, i));
    }
  }
}

}  // namespace

TEST_CASE("dictionary 3 is the published one") {
  check_dictionary("wa-tokens.json", Dictionary::v3);
}

TEST_CASE("dictionary 2 is the published one") {
  check_dictionary("wa-tokens-v2.json", Dictionary::v2);
}

TEST_CASE("what is no token") {
  for (const char* text : {"", "x", "xmlstreamstar", "xmlstreamstart ", "XMLSTREAMSTART",
                           "s.whatsapp.net s.whatsapp.net"}) {
    INFO(text);
    CHECK_FALSE(find_token(text, Dictionary::v3));
    CHECK_FALSE(find_token(text, Dictionary::v2));
  }
  for (unsigned id : {0U, 236U, 255U, 1280U, 65535U}) {
    INFO(id);
    CHECK_FALSE(token_text(static_cast<TokenId>(id), Dictionary::v3));
  }
}
