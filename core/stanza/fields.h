// Typed reading and writing of stanza fields, shared by the builders and parsers of this folder.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/util/result.h"
#include "core/wire/node.h"

namespace wasphere::stanza {

// <tag>bytes</tag>
wire::Node leaf(std::string tag, BytesView content);
wire::Node leaf(std::string tag, std::string_view text);  // sent as raw bytes, never as a token
wire::Node text_attr_node(std::string tag, std::string key, std::string value);

// The low `width` bytes of `value`, big-endian.
Bytes big_endian(std::uint32_t value, std::size_t width);
// Nothing unless `bytes` has exactly `width` (at most 4) bytes.
std::optional<std::uint32_t> read_big_endian(BytesView bytes, std::size_t width);

// The content of the first child with that tag; nothing if there is no such child.
std::optional<Bytes> child_bytes(const wire::Node& node, std::string_view tag);
// The same, only if it is exactly N bytes long.
template <std::size_t N>
std::optional<ByteArray<N>> child_array(const wire::Node& node, std::string_view tag) {
  auto bytes = child_bytes(node, tag);
  if (!bytes) return std::nullopt;
  return to_array<N>(*bytes);
}
std::optional<std::uint32_t> child_number(const wire::Node& node, std::string_view tag,
                                          std::size_t width);

// An unsigned decimal attribute that fits 32 bits.
std::optional<std::uint32_t> attr_u32(const wire::Node& node, std::string_view key);

bool is_tag(const wire::Node& node, std::string_view tag, std::string_view type = {});
// Non-empty printable ASCII of at most `limit` characters.
bool is_printable(std::string_view text, std::size_t limit);
// The text itself, or nothing of it if it is not UTF-8: what the network says ends up in JSON.
std::string utf8_or_empty(std::string text);
// What a server wrote, fit for an error message: [A-Za-z0-9 _-] only, at most 64 characters.
std::string harmless(std::string_view text);

tl::unexpected<Error> malformed(std::string_view what);

}  // namespace wasphere::stanza
