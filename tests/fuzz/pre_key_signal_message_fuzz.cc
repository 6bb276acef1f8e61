// A pre-key message, for a device that has no session and for one that has.
#include "tests/fuzz/signal_fixture.h"

using namespace wasphere;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static fuzz::SignalEnds ends;
  auto message =
      signal::parse_pre_key_signal_message(fuzz::genuine_or_given({data, size}, ends.first));
  if (!message) return 0;
  Bytes again = build_pre_key_signal_message(message->header, build(message->message));
  auto same = signal::parse_pre_key_signal_message(again);
  fuzz::require(same && same->header.base_key == message->header.base_key &&
                same->header.pre_key_id == message->header.pre_key_id &&
                build(same->message) == build(message->message));
  auto opened = signal::decrypt_pre_key({}, *message, ends.inputs(), ends.rng);
  if (opened) fuzz::require(to_text(opened->plaintext) == "first");
  fuzz::require(!signal::decrypt_pre_key(ends.record, *message, ends.inputs(), ends.rng));
  return 0;
}
