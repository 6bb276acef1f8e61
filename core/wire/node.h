// A decoded stanza: tag, attributes in wire order, and content.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/util/bytes.h"
#include "core/wire/jid.h"

namespace wasphere::wire {

struct Node;
using Nodes = std::vector<Node>;

// An attribute is text or an address. Both compare as text: on the wire the same server may come as
// a token, as a pair or as plain text (protocol 1, section 4.6).
using AttrValue = std::variant<std::string, Jid>;
using Attrs = std::vector<std::pair<std::string, AttrValue>>;
// Nothing; text (may be sent as token or packed); raw bytes; child nodes. A decoder yields Bytes
// for any raw string and std::string for tokens and packed strings; content_bytes()/content_text()
// hide the difference.
using Content = std::variant<std::monostate, std::string, Bytes, Nodes>;

struct Node {
  std::string tag;
  Attrs attrs;
  Content content;

  // The attribute as text (a JID in its text form); nothing if absent.
  std::optional<std::string> attr(std::string_view key) const;
  std::string attr_or(std::string_view key, std::string_view fallback) const;
  bool has(std::string_view key) const;
  // The attribute as an address, parsed if it came as text.
  std::optional<Jid> jid(std::string_view key) const;
  // The attribute as an unsigned decimal number.
  std::optional<std::uint64_t> number(std::string_view key) const;
  void set(std::string key, AttrValue value);  // replaces or appends

  // First child with that tag (any tag if empty), or null.
  const Node* child(std::string_view tag = {}) const;
  // The children; an empty list if the content is something else.
  const Nodes& children() const;
  Bytes content_bytes() const;       // empty if there are children or nothing
  std::string content_text() const;  // the same as text

  bool operator==(const Node&) const = default;
};

// True for "s.whatsapp.net" and "@s.whatsapp.net".
bool is_server_jid(const Node& node, std::string_view key);
// A one-line rendering for logs: tags, attribute keys and sizes, never attribute values or content.
std::string outline(const Node& node);

}  // namespace wasphere::wire
