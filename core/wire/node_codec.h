// WABinary (protocol 1, section 4). Total: any bytes give a Result, with bounded depth and memory.
#pragma once

#include "core/util/result.h"
#include "core/wire/node.h"

namespace wasphere::wire {

enum class Dictionary : std::uint8_t { v2 = 2, v3 = 3 };  // the fourth prologue byte

inline constexpr std::size_t kMaxNodeDepth = 128;
inline constexpr std::size_t kMaxInflatedSize = 64U << 20;

// A decrypted transport payload: flag byte (bit 0x02: the rest is zlib) and one node.
Result<Node> decode_node(BytesView payload, Dictionary dictionary = Dictionary::v3);
Bytes encode_node(const Node& node, Dictionary dictionary = Dictionary::v3);
// The same with a compressed body; only servers send it.
Bytes encode_node_compressed(const Node& node, Dictionary dictionary = Dictionary::v3);
// "xmlstreamend" in either of its forms.
bool is_stream_end(const Node& node);

}  // namespace wasphere::wire
