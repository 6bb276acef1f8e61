#include "core/util/id.h"

#include <catch2/catch.hpp>
#include <set>

#include "core/util/encoding.h"

namespace wasphere {
namespace {

class FilledRng : public Rng {
 public:
  explicit FilledRng(std::uint8_t byte) : byte_(byte) {}
  void fill(std::span<std::uint8_t> out) override {
    for (auto& byte : out) byte = byte_;
  }

 private:
  std::uint8_t byte_;
};

class CountingRng : public Rng {
 public:
  void fill(std::span<std::uint8_t> out) override {
    for (auto& byte : out) byte = 0;
    out.back() = next_++;
  }

 private:
  std::uint8_t next_ = 0;
};

}  // namespace

TEST_CASE("an id is the base32 form of a UUIDv7") {
  FilledRng rng(0xFF);
  // 2022-02-22T19:22:22Z, the example of RFC 9562: 017F22E2-79B0-7…
  std::string id = make_id("evt", 1645557742000, rng);
  ByteArray<16> uuid{0x01, 0x7F, 0x22, 0xE2, 0x79, 0xB0, 0x7F, 0xFF,
                     0xBF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
  CHECK(id == "evt_" + to_base32_lower(uuid));
  CHECK(id.size() == 4 + kIdTail);
  CHECK(is_id("evt", id));
}

TEST_CASE("ids of one millisecond differ") {
  CountingRng rng;
  std::set<std::string> seen;
  for (int i = 0; i < 200; ++i) seen.insert(make_id("sess", 1645557742000, rng));
  CHECK(seen.size() == 200);
}

TEST_CASE("is_id takes nothing but ids, so that one may name a directory") {
  FilledRng rng(0x5A);
  std::string id = make_id("sess", 1, rng);
  CHECK(is_id("sess", id));
  CHECK_FALSE(is_id("evt", id));
  CHECK_FALSE(is_id("sess", id + "a"));
  CHECK_FALSE(is_id("sess", id.substr(1)));
  CHECK_FALSE(is_id("sess", "sess-" + id.substr(5)));
  CHECK_FALSE(is_id("sess", ""));
  for (char bad : {'/', '.', 'A', '0', '1', '8', '\0'}) {
    std::string changed = id;
    changed[10] = bad;
    CHECK_FALSE(is_id("sess", changed));
  }
}

}  // namespace wasphere
