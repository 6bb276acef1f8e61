// Stanzas compared as their readers see them.
#pragma once

#include "core/wire/node.h"

namespace wasphere::test {

// The same stanza with every address as text and every content as bytes: what two stanzas have in
// common that differ only in the form they took on the wire.
inline wire::Node canonical(const wire::Node& node) {
  wire::Node out{node.tag, {}, {}};
  for (const auto& [key, value] : node.attrs) {
    std::string text = *wire::Node{"", {{key, value}}, {}}.attr(key);
    auto jid = text.find('@') == std::string::npos ? std::nullopt : wire::Jid::parse(text);
    out.attrs.emplace_back(key, jid ? jid->to_string() : text);
  }
  if (const auto* children = std::get_if<wire::Nodes>(&node.content)) {
    auto& nodes = out.content.emplace<wire::Nodes>();
    for (const wire::Node& child : *children) nodes.push_back(canonical(child));
  } else if (!std::holds_alternative<std::monostate>(node.content)) {
    out.content = node.content_bytes();
  }
  return out;
}

}  // namespace wasphere::test
