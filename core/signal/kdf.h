// Key derivation of both ratchets (protocol 2, sections 1.3, 1.4 and 1.6).
#pragma once

#include <cstdint>

#include "core/util/bytes.h"

namespace wasphere::signal {

// The key that the next message key and the next chain key come from.
struct ChainKey {
  Secret<32> key;
  std::uint32_t index = 0;  // of the next message

  Secret<32> seed() const;  // of the next message's keys
  // Precondition: index is not the last one.
  void advance();
};

struct RootAndChain {
  Secret<32> root;
  Secret<32> chain;
};
// From the 128 or 160 bytes that X3DH agrees on.
RootAndChain initial_keys(BytesView master_secret);
// One step of the root ratchet with the result of an agreement.
RootAndChain root_step(const Secret<32>& root, const Secret<32>& shared);

struct MessageKeys {
  Secret<32> cipher;
  Secret<32> mac;
  Secret<16> iv;
};
MessageKeys message_keys(const Secret<32>& seed);

struct GroupMessageKeys {
  Secret<16> iv;
  Secret<32> cipher;
};
GroupMessageKeys group_message_keys(const Secret<32>& seed);

}  // namespace wasphere::signal
