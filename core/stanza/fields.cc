#include "core/stanza/fields.h"

#include <algorithm>
#include <limits>

#include "core/util/encoding.h"

namespace wasphere::stanza {

wire::Node leaf(std::string tag, BytesView content) {
  return {std::move(tag), {}, to_bytes(content)};
}

wire::Node leaf(std::string tag, std::string_view text) {
  return leaf(std::move(tag), as_bytes(text));
}

wire::Node text_attr_node(std::string tag, std::string key, std::string value) {
  return {std::move(tag), {{std::move(key), std::move(value)}}, {}};
}

Bytes big_endian(std::uint32_t value, std::size_t width) {
  Bytes out(width);
  for (std::size_t i = width; i > 0; --i) {
    out[i - 1] = static_cast<std::uint8_t>(value);
    value >>= 8;
  }
  return out;
}

std::optional<std::uint32_t> read_big_endian(BytesView bytes, std::size_t width) {
  if (bytes.size() != width) return std::nullopt;
  std::uint32_t value = 0;
  for (std::uint8_t byte : bytes) value = (value << 8) | byte;
  return value;
}

std::optional<Bytes> child_bytes(const wire::Node& node, std::string_view tag) {
  const wire::Node* child = node.child(tag);
  if (child == nullptr) return std::nullopt;
  return child->content_bytes();
}

std::optional<std::uint32_t> child_number(const wire::Node& node, std::string_view tag,
                                          std::size_t width) {
  auto bytes = child_bytes(node, tag);
  if (!bytes) return std::nullopt;
  return read_big_endian(*bytes, width);
}

std::optional<std::uint32_t> attr_u32(const wire::Node& node, std::string_view key) {
  auto value = node.number(key);
  if (!value || *value > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
  return static_cast<std::uint32_t>(*value);
}

bool is_tag(const wire::Node& node, std::string_view tag, std::string_view type) {
  return node.tag == tag && (type.empty() || node.attr("type") == type);
}

bool is_printable(std::string_view text, std::size_t limit) {
  if (text.empty() || text.size() > limit) return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

std::string utf8_or_empty(std::string text) {
  if (!is_valid_utf8(text)) text.clear();
  return text;
}

std::string harmless(std::string_view text) {
  std::string out(text.substr(0, 64));
  for (char& c : out) {
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    bool digit = c >= '0' && c <= '9';
    if (!letter && !digit && c != '-' && c != '_' && c != ' ') c = '?';
  }
  return out;
}

tl::unexpected<Error> malformed(std::string_view what) {
  return fail(ErrorCode::protocol_error, "malformed stanza: " + std::string(what));
}

}  // namespace wasphere::stanza
