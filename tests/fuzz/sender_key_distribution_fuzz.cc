// A distribution message, into records that are empty, full, or know its key.
#include "core/signal/sender_key.h"
#include "tests/fuzz/signal_fixture.h"

using namespace wasphere;

namespace {

signal::SenderKeyRecord full_record(test::SeededRng& rng) {
  signal::SenderKeyRecord record;
  for (std::size_t i = 0; i < signal::kMaxSenderKeyStates; ++i) {
    auto key = signal::distribution(signal::new_sender_key(rng)).value();
    record = signal::process_distribution(std::move(record), key).value();
  }
  return record;
}

void use(signal::SenderKeyRecord record, const signal::SenderKeyDistributionMessage& message) {
  auto taken = signal::process_distribution(std::move(record), message);
  if (!taken) return;
  fuzz::require(taken->states.front().key_id == message.key_id);
  fuzz::require(signal::parse_sender_key_record(serialize(*taken)).has_value());
  auto again = signal::process_distribution(*taken, message);
  fuzz::require(again && again->states.size() == taken->states.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static test::SeededRng rng(7);
  static const signal::SenderKeyRecord full = full_record(rng);
  static const Bytes genuine = build(signal::distribution(signal::new_sender_key(rng)).value());
  auto message =
      signal::parse_sender_key_distribution(fuzz::genuine_or_given({data, size}, genuine));
  if (!message) return 0;
  auto same = signal::parse_sender_key_distribution(build(*message));
  fuzz::require(same && same->chain_key == message->chain_key &&
                same->signing_key == message->signing_key && same->key_id == message->key_id &&
                same->iteration == message->iteration);
  use({}, *message);
  use(full, *message);
  return 0;
}
