// A group message: as it comes, and signed right, so that what stands behind the signature is
// reached.
#include "core/signal/sender_key.h"
#include "tests/fuzz/signal_fixture.h"

using namespace wasphere;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static test::SeededRng rng(7);
  static const signal::SenderKeyRecord record = signal::new_sender_key(rng);
  static const Bytes genuine = signal::group_encrypt(record, as_bytes("text"), rng).value().body;
  Bytes input = fuzz::genuine_or_given({data, size}, genuine);
  auto message = signal::parse_sender_key_message(input);
  if (!message) return 0;
  fuzz::require(build(*message) == input);
  fuzz::require(signal::group_decrypt(record, *message).has_value() == (input == genuine));
  message->key_id = record.states[0].key_id;
  message->signature = crypto::sign(*record.states[0].signing_private, message->authenticated, rng);
  auto opened = signal::group_decrypt(record, *message);
  if (opened) fuzz::require(signal::parse_sender_key_record(serialize(opened->next)).has_value());
  return 0;
}
