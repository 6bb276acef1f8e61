#include "core/signal/message_chain.h"

#include <algorithm>
#include <limits>

namespace wasphere::signal {
namespace {

Outcome<ChainStep> kept_key(const MessageChain& chain, std::uint32_t index) {
  auto found = std::lower_bound(
      chain.skipped.begin(), chain.skipped.end(), index,
      [](const SkippedKey& key, std::uint32_t wanted) { return key.index < wanted; });
  if (found == chain.skipped.end() || found->index != index)
    return failed(Fault::duplicate, "the message was opened before");
  ChainStep step;
  step.seed = found->seed;
  step.kept = static_cast<std::size_t>(found - chain.skipped.begin());
  return step;
}

// Keys that would be dropped again at once are not even derived.
bool worth_keeping(std::uint32_t index, std::uint32_t target) {
  return target - index <= kMaxSkippedKeys;
}

}  // namespace

Outcome<ChainStep> step_to(const MessageChain& chain, std::uint32_t index, std::uint32_t max_jump) {
  if (index < chain.next.index) return kept_key(chain, index);
  if (index == std::numeric_limits<std::uint32_t>::max())
    return failed(Fault::invalid_message, "the message counter is out of range");
  std::uint32_t jump = index - chain.next.index;
  if (jump > max_jump) return failed(Fault::future_message, "the message is too far ahead");
  ChainStep step;
  step.next = chain.next;
  step.passed.reserve(std::min<std::size_t>(jump, kMaxSkippedKeys));
  while (step.next.index < index) {
    if (worth_keeping(step.next.index, index))
      step.passed.push_back({step.next.index, step.next.seed()});
    step.next.advance();
  }
  step.seed = step.next.seed();
  step.next.advance();
  return step;
}

void commit(MessageChain& chain, ChainStep step) {
  if (step.kept) {
    chain.skipped.erase(chain.skipped.begin() + static_cast<std::ptrdiff_t>(*step.kept));
    return;
  }
  chain.next = std::move(step.next);
  std::size_t total = chain.skipped.size() + step.passed.size();
  if (total > kMaxSkippedKeys) {
    auto surplus = static_cast<std::ptrdiff_t>(total - kMaxSkippedKeys);
    chain.skipped.erase(chain.skipped.begin(), chain.skipped.begin() + surplus);
  }
  std::move(step.passed.begin(), step.passed.end(), std::back_inserter(chain.skipped));
}

}  // namespace wasphere::signal
