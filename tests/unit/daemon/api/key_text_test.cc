#include "daemon/api/key_text.h"

#include <catch2/catch.hpp>

namespace wasphere::api {
namespace {

// The same byte over and over.
class FixedRng final : public Rng {
 public:
  explicit FixedRng(std::uint8_t byte) : byte_(byte) {}
  void fill(std::span<std::uint8_t> out) override {
    for (auto& each : out) each = byte_;
  }

 private:
  std::uint8_t byte_;
};

}  // namespace

TEST_CASE("a key is 32 bytes as a number of base 62, padded to 43 digits", "[key_text]") {
  FixedRng zero(0);
  CHECK(make_key(zero) == "wsk_" + std::string(43, '0'));
  // 2^256 - 1, worked out by Python's integers.
  FixedRng ones(0xFF);
  CHECK(make_key(ones) == "wsk_yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp1");
}

TEST_CASE("only the exact form is a key", "[key_text]") {
  FixedRng rng(0x5A);
  const std::string key = make_key(rng);
  CHECK(is_key(key));
  CHECK(key_prefix(key) == key.substr(0, 16));
  CHECK(!is_key(key + "0"));
  CHECK(!is_key(key.substr(1)));
  CHECK(!is_key("wsk-" + key.substr(4)));
  std::string odd = key;
  odd[20] = '-';
  CHECK(!is_key(odd));
}

}  // namespace wasphere::api
