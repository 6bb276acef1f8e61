// WABinary (protocol 1, section 4). Total: any bytes give a Result, with bounded depth and memory.
#pragma once

#include "core/util/result.h"
#include "core/wire/node.h"

namespace wasphere::wire {

enum class Dictionary : std::uint8_t { v2 = 2, v3 = 3 };  // the fourth prologue byte

inline constexpr std::size_t kMaxNodeDepth = 128;
inline constexpr std::size_t kMaxInflatedSize = 64U << 20;
// Nodes and attributes together: bounds what a stanza can take of memory, however small its items.
inline constexpr std::size_t kMaxNodeItems = 1U << 21;

// A decrypted transport payload: flag byte (bit 0x02: the rest is zlib) and one node.
// Texts are handed on as received: an attribute need not be UTF-8. Bytes after the node are
// ignored.
Result<Node> decode_node(BytesView payload, Dictionary dictionary = Dictionary::v3);
// Text that is a token, a number, upper-case hex or a JID is written as such; raw bytes never are.
// Throws std::length_error on what no list can hold: 32767 attributes, 65536 children, 4 GiB of
// text.
Bytes encode_node(const Node& node, Dictionary dictionary = Dictionary::v3);
// The same with a compressed body; only servers send it.
Bytes encode_node_compressed(const Node& node, Dictionary dictionary = Dictionary::v3);
// "xmlstreamend" in either of its forms.
bool is_stream_end(const Node& node);

}  // namespace wasphere::wire
