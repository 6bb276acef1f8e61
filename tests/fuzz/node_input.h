// Fuzzers of stanza readers: the input is a transport payload. What a reader makes of it must build
// again, and what was built must decode.
#pragma once

#include "core/wire/node_codec.h"

namespace wasphere::fuzz {

inline void require(bool condition) {
  if (!condition) __builtin_trap();
}

inline wire::Node over_the_wire(const wire::Node& node) {
  auto out = wire::decode_node(wire::encode_node(node));
  require(out.has_value());
  return *std::move(out);
}

}  // namespace wasphere::fuzz
