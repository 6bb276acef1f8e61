// A hostile server: any bytes for its hello, or a sound hello around any certificate chain.
#include <cstdlib>

#include "core/noise/handshake.h"
#include "tests/support/seeded_rng.h"

using namespace wasphere;
using namespace wasphere::noise;

namespace {

struct Ends {
  test::SeededRng rng;
  crypto::KeyPair root = crypto::KeyPair::generate(rng);
  crypto::KeyPair server = crypto::KeyPair::generate(rng);
  crypto::KeyPair client = crypto::KeyPair::generate(rng);

  ClientHandshake start() { return {{client, root.public_key, {}, Bytes(50, 1)}, rng}; }
};

Bytes hello_around(Ends& ends, ClientHandshake& client, BytesView chain) {
  ServerHandshake server({ends.server, to_bytes(chain)}, {}, ends.rng);
  return std::get<ServerReply>(server.on_message(client.start()).value()).message;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  BytesView rest(data + 1, size - 1);
  Ends ends;
  ClientHandshake client = ends.start();
  Bytes hello = hello_around(ends, client, data[0] % 2 == 0 ? rest : BytesView{});
  if (client.on_server_hello(data[0] % 2 == 0 ? BytesView(hello) : rest, 150)) std::abort();
  // An error ends the handshake.
  auto after = client.on_server_hello(hello, 150);
  if (after || after.error().code != ErrorCode::protocol_error) std::abort();
  return 0;
}
