// The server's Noise identity: its static key and a certificate chain around the present day,
// signed by its own root (protocol 1, sections 2.4 and 11.2).
#pragma once

#include <cstdint>

#include "core/noise/handshake.h"
#include "core/util/rng.h"
#include "daemon/runtime/clock.h"
#include "sandbox/server_state.h"

namespace wasphere::sandbox {

enum class ChainFault : std::uint8_t { none, wrong_root, expired, wrong_leaf };

class Certificates {
 public:
  Certificates(ServerKeys keys, const runtime::Clock& clock, Rng& rng);

  const crypto::PublicKey& root() const { return keys_.root.public_key; }
  // What one handshake needs. The chain is issued anew when the clock comes near its end.
  noise::ServerConfig config(ChainFault fault = ChainFault::none);

  static ServerKeys make_keys(Rng& rng);

 private:
  Bytes issue(ChainFault fault);
  bool stale() const;

  ServerKeys keys_;
  const runtime::Clock& clock_;
  Rng& rng_;
  Bytes chain_;
  std::uint64_t not_before_ = 0;  // Unix seconds
  std::uint64_t not_after_ = 0;
};

}  // namespace wasphere::sandbox
