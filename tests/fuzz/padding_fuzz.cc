// Any bytes are padded and unpadded to themselves; any bytes may be unpadded.
#include "core/signal/padding.h"
#include "tests/fuzz/signal_fixture.h"

using namespace wasphere;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static test::SeededRng rng(7);
  Bytes input(data, data + size);
  fuzz::require(signal::unpad(signal::pad(input, rng)).value() == input);
  auto plain = signal::unpad(input);
  if (plain) fuzz::require(plain->size() < size);
  return 0;
}
