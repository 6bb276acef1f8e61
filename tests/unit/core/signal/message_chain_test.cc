#include "core/signal/message_chain.h"

#include <catch2/catch.hpp>
#include <limits>

using namespace wasphere;
using namespace wasphere::signal;

namespace {

MessageChain chain_at(std::uint32_t index) {
  return {{Secret<32>(ByteArray<32>{42}), index}, {}};
}

// Reads message `index`, as a receiver that found it genuine.
Outcome<Secret<32>> read(MessageChain& chain, std::uint32_t index,
                         std::uint32_t max_jump = kMaxJump) {
  WS_TRY(ChainStep step, step_to(chain, index, max_jump));
  Secret<32> seed = step.seed;
  commit(chain, std::move(step));
  return seed;
}

Fault fault_of(MessageChain& chain, std::uint32_t index, std::uint32_t max_jump = kMaxJump) {
  return read(chain, index, max_jump).error().fault;
}

}  // namespace

TEST_CASE("message chain: order of arrival does not change the keys") {
  MessageChain in_order = chain_at(0);
  MessageChain mixed = chain_at(0);
  auto zero = read(in_order, 0).value();
  auto one = read(in_order, 1).value();
  auto two = read(in_order, 2).value();
  CHECK(read(mixed, 2).value() == two);
  CHECK(read(mixed, 0).value() == zero);
  CHECK(read(mixed, 1).value() == one);
  CHECK(mixed.skipped.empty());
  CHECK(mixed.next.key == in_order.next.key);
}

TEST_CASE("message chain: each key is given once") {
  MessageChain chain = chain_at(0);
  REQUIRE(read(chain, 3));
  CHECK(fault_of(chain, 3) == Fault::duplicate);
  REQUIRE(read(chain, 1));
  CHECK(fault_of(chain, 1) == Fault::duplicate);
}

TEST_CASE("message chain: a step changes nothing before it is committed") {
  MessageChain chain = chain_at(0);
  REQUIRE(step_to(chain, 5, kMaxJump));
  CHECK(chain.next.index == 0);
  CHECK(chain.skipped.empty());
  REQUIRE(read(chain, 5));
  REQUIRE(step_to(chain, 2, kMaxJump));
  CHECK(chain.skipped.size() == 5);
}

TEST_CASE("message chain: a jump of exactly the limit is allowed") {
  MessageChain chain = chain_at(10);
  CHECK(fault_of(chain, 10 + kMaxJump + 1) == Fault::future_message);
  CHECK(chain.next.index == 10);
  REQUIRE(read(chain, 10 + kMaxJump));
  CHECK(chain.skipped.size() == kMaxSkippedKeys);
}

TEST_CASE("message chain: beyond the limit of kept keys the oldest go") {
  MessageChain chain = chain_at(0);
  REQUIRE(read(chain, kMaxJump));
  REQUIRE(read(chain, kMaxJump + 3));
  CHECK(chain.skipped.size() == kMaxSkippedKeys);
  CHECK(fault_of(chain, 1) == Fault::duplicate);
  CHECK(read(chain, 2));
}

TEST_CASE("message chain: a longer jump keeps only the newest keys") {
  MessageChain chain = chain_at(0);
  MessageChain slow = chain_at(0);
  auto seed = read(chain, kMaxJumpOwnDevice, kMaxJumpOwnDevice).value();
  for (std::uint32_t i = 0; i < kMaxJumpOwnDevice; ++i) slow.next.advance();
  CHECK(read(slow, kMaxJumpOwnDevice).value() == seed);
  CHECK(chain.skipped.size() == kMaxSkippedKeys);
  CHECK(chain.skipped.front().index == kMaxJumpOwnDevice - kMaxSkippedKeys);
  CHECK(fault_of(chain, 2 * kMaxJumpOwnDevice + 2, kMaxJumpOwnDevice) == Fault::future_message);
}

TEST_CASE("message chain: the last index has no successor and is refused") {
  constexpr auto kLast = std::numeric_limits<std::uint32_t>::max();
  MessageChain chain = chain_at(kLast - 1);
  CHECK(fault_of(chain, kLast) == Fault::invalid_message);
  REQUIRE(read(chain, kLast - 1));
  CHECK(fault_of(chain, kLast) == Fault::invalid_message);
}
