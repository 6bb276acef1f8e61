// A hostile client: any bytes at either step.
#include <fuzzer/FuzzedDataProvider.h>

#include <cstdlib>

#include "core/noise/handshake.h"
#include "tests/support/seeded_rng.h"

using namespace wasphere;
using namespace wasphere::noise;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzedDataProvider input(data, size);
  test::SeededRng rng;
  auto key = crypto::KeyPair::generate(rng);
  ServerHandshake server({key, Bytes(200, 3)}, {}, rng);

  Bytes first;
  if (input.ConsumeBool()) {  // a sound hello, so that the second step is reached
    ClientHandshake client({key, key.public_key, {}, {}}, rng);
    first = client.start();
  } else {
    first = to_bytes(as_bytes(input.ConsumeRandomLengthString()));
  }
  auto step = server.on_message(first);
  // Nobody can finish, or resume, without the keys that only real clients have.
  if (step && !std::holds_alternative<ServerReply>(*step)) std::abort();
  auto finish = server.on_message(input.ConsumeRemainingBytes<std::uint8_t>());
  if (finish) std::abort();
  if (server.on_message(first)) std::abort();
  return 0;
}
