// The keys of the vectors, and the hands of both ends.
#pragma once

#include "core/noise/handshake.h"
#include "tests/support/seeded_rng.h"
#include "tests/support/vectors.h"

namespace wasphere::test {

inline const nlohmann::json& noise() {
  return vectors()["noise"];
}

inline crypto::KeyPair key_pair(const char* name) {
  auto secret = hex_array<32>(noise()["keys"][name]["private"]);
  return crypto::KeyPair::from_private(crypto::PrivateKey(secret));
}

// Inside the validity of the vectors' certificates.
inline constexpr std::uint64_t kNow = 1'785'000'000;

inline noise::ClientConfig client_config() {
  return {key_pair("client_static"),
          key_pair("noise_root").public_key,
          {},
          hex(noise()["xx"]["client_payload_plain"])};
}

inline noise::ServerConfig server_config() {
  return {key_pair("server_static"), hex(noise()["xx"]["cert_chain_plain"])};
}

// What the two ends draw for their ephemeral keys.
inline ScriptedRng client_random() {
  return ScriptedRng({key_pair("client_ephemeral").private_key.view()});
}
inline ScriptedRng server_random() {
  return ScriptedRng({key_pair("server_ephemeral").private_key.view()});
}

inline noise::ClientHandshake client(noise::ClientConfig config = client_config()) {
  auto rng = client_random();
  return {std::move(config), rng};
}

inline noise::ServerHandshake server(noise::ServerConfig config = server_config()) {
  auto rng = server_random();
  return {std::move(config), wire::Prologue{}, rng};
}

}  // namespace wasphere::test
