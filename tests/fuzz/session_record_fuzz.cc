// The reader of a stored session record, and the ratchet on whatever it accepts. What it accepts
// must be what the writer writes.
#include "tests/fuzz/signal_fixture.h"

using namespace wasphere;

namespace {

void check(const signal::SessionRecord& record) {
  fuzz::require(signal::parse_session_record(serialize(record)).has_value());
}

void use(const signal::SessionRecord& record, fuzz::SignalEnds& ends) {
  auto sent = signal::encrypt(record, as_bytes("text"));
  if (sent) check(sent->next);
  auto second = signal::parse_signal_message(ends.second).value();
  auto opened = signal::decrypt(record, second, ends.rng);
  if (opened) check(opened->next);
  auto first = signal::parse_pre_key_signal_message(ends.first).value();
  auto begun = signal::decrypt_pre_key(record, first, ends.inputs(), ends.rng);
  if (begun) check(begun->next);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static fuzz::SignalEnds ends;
  Bytes input = fuzz::genuine_or_given({data, size}, serialize(ends.record));
  auto record = signal::parse_session_record(input);
  if (!record) return 0;
  fuzz::require(serialize(*record) == input);
  use(*record, ends);
  return 0;
}
