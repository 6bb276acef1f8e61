// The reader of a stored sender key, and the group cipher on whatever it accepts. What it accepts
// must be what the writer writes.
#include "core/signal/sender_key.h"
#include "tests/fuzz/signal_fixture.h"

using namespace wasphere;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static test::SeededRng rng(7);
  static const Bytes genuine = serialize(signal::new_sender_key(rng));
  Bytes input = fuzz::genuine_or_given({data, size}, genuine);
  auto record = signal::parse_sender_key_record(input);
  if (!record) return 0;
  fuzz::require(serialize(*record) == input);
  auto sent = signal::group_encrypt(*record, as_bytes("text"), rng);
  if (!sent) return 0;
  fuzz::require(signal::parse_sender_key_record(serialize(sent->next)).has_value());
  auto message = signal::parse_sender_key_message(sent->body).value();
  // Only a record whose signing keys belong together can read what it writes.
  const auto& key = *record->states[0].signing_private;
  crypto::PrivateKey clamped = key;
  crypto::clamp(clamped);
  if (!(clamped == key) || crypto::edwards_key(key).bytes != record->states[0].edwards.bytes)
    return 0;
  fuzz::require(signal::group_decrypt(*record, message).has_value());
  return 0;
}
