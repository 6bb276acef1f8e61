// A message of the double ratchet: as it comes, and with its MAC made right, so that what stands
// behind it is reached.
#include <algorithm>

#include "core/crypto/hash.h"
#include "tests/fuzz/signal_fixture.h"

using namespace wasphere;

namespace {

// What the sender of the message's chain would have put there.
signal::Mac right_mac(const fuzz::SignalEnds& ends, const signal::SignalMessage& message,
                      const Secret<32>& seed) {
  Bytes input = concat({crypto::with_type_byte(ends.alice.key.public_key),
                        crypto::with_type_byte(ends.bob.key.public_key), message.authenticated});
  auto full = crypto::hmac_sha256(signal::message_keys(seed).mac.view(), input);
  signal::Mac out;
  std::copy_n(full.begin(), out.size(), out.begin());
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static fuzz::SignalEnds ends;
  Bytes input = fuzz::genuine_or_given({data, size}, ends.second);
  auto message = signal::parse_signal_message(input);
  if (!message) return 0;
  fuzz::require(build(*message) == input);
  bool genuine = input == ends.second;
  fuzz::require(signal::decrypt(ends.record, *message, ends.rng).has_value() == genuine);
  const auto& chain = ends.record.current->receiving.back();
  auto step = signal::step_to(chain.messages, message->counter, signal::kMaxJump);
  if (!step) return 0;
  message->ratchet_key = chain.ratchet_key;
  message->mac = right_mac(ends, *message, step->seed);
  auto opened = signal::decrypt(ends.record, *message, ends.rng);
  if (opened) fuzz::require(signal::parse_session_record(serialize(opened->next)).has_value());
  return 0;
}
