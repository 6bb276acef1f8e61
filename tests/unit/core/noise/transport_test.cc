#include "core/noise/transport.h"

#include <catch2/catch.hpp>

#include "core/noise/nonce.h"

using namespace wasphere;
using namespace wasphere::noise;

namespace {

TransportKeys some_keys() {
  ByteArray<32> there;
  there.fill(1);
  ByteArray<32> back;
  back.fill(2);
  return {Secret<32>(there), Secret<32>(back)};
}

}  // namespace

TEST_CASE("a nonce is eight zeros and the counter in big endian") {
  CHECK(nonce_iv(0) == ByteArray<12>{});
  CHECK(nonce_iv(0x01020304) == ByteArray<12>{0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4});
}

TEST_CASE("frames must arrive once, in order, and at the other end") {
  NoiseTransport client(some_keys(), Role::client);
  NoiseTransport server(some_keys(), Role::server);
  Bytes first = client.encrypt(Bytes{1});
  Bytes second = client.encrypt(Bytes{1});
  CHECK(first != second);
  CHECK_FALSE(server.decrypt(second));
  CHECK(server.decrypt(first) == Bytes{1});
  CHECK_FALSE(server.decrypt(first));
  CHECK(server.decrypt(second) == Bytes{1});
  CHECK_FALSE(client.decrypt(client.encrypt(Bytes{1})));
}

TEST_CASE("a touched or cut frame is refused") {
  NoiseTransport client(some_keys(), Role::client);
  NoiseTransport server(some_keys(), Role::server);
  Bytes sealed = client.encrypt(Bytes{1, 2, 3});
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    Bytes touched = sealed;
    touched[i] ^= 0x80;
    CHECK(server.decrypt(touched).error().code == ErrorCode::crypto_error);
    CHECK_FALSE(server.decrypt(BytesView(sealed).first(i)));
  }
  CHECK(server.decrypt(sealed) == Bytes{1, 2, 3});
}

TEST_CASE("an empty frame is a frame") {
  NoiseTransport client(some_keys(), Role::client);
  NoiseTransport server(some_keys(), Role::server);
  CHECK(server.decrypt(client.encrypt({}))->empty());
}
