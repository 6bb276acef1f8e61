#include "core/wire/node.h"

#include <algorithm>
#include <charconv>

namespace wasphere::wire {
namespace {

const AttrValue* find_attr(const Node& node, std::string_view key) {
  auto found = std::ranges::find(node.attrs, key, &Attrs::value_type::first);
  return found == node.attrs.end() ? nullptr : &found->second;
}

std::string text_of(const AttrValue& value) {
  const auto* jid = std::get_if<Jid>(&value);
  return jid ? jid->to_string() : std::get<std::string>(value);
}

// Limits of outline(): a stanza with a thousand children is still one readable line.
constexpr std::size_t kOutlineDepth = 4;
constexpr std::size_t kOutlineItems = 8;
constexpr std::size_t kOutlineWord = 32;

// Names come from the other side too: nothing in them may break the line or run on for ever.
void outline_word(std::string& out, std::string_view word) {
  for (char c : word.substr(0, kOutlineWord)) out += c > ' ' && c < '\x7f' ? c : '?';
  if (word.size() > kOutlineWord) out += "...";
}

void outline_into(std::string& out, const Node& node, std::size_t depth);

void outline_children(std::string& out, const Nodes& children, std::size_t depth) {
  out += " [";
  std::size_t shown = depth < kOutlineDepth ? std::min(children.size(), kOutlineItems) : 0;
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) out += ", ";
    outline_into(out, children[i], depth + 1);
  }
  if (shown < children.size())
    out += (shown > 0 ? ", " : "") + std::to_string(children.size() - shown) + " more";
  out += ']';
}

void outline_into(std::string& out, const Node& node, std::size_t depth) {
  outline_word(out, node.tag);
  std::size_t shown = std::min(node.attrs.size(), kOutlineItems);
  for (std::size_t i = 0; i < shown; ++i) {
    out += ' ';
    outline_word(out, node.attrs[i].first);
    out += ':' + std::to_string(text_of(node.attrs[i].second).size());
  }
  if (shown < node.attrs.size())
    out += " +" + std::to_string(node.attrs.size() - shown) + " attributes";
  if (const auto* children = std::get_if<Nodes>(&node.content))
    outline_children(out, *children, depth);
  else if (!std::holds_alternative<std::monostate>(node.content))
    out += " <" + std::to_string(node.content_text().size()) + " bytes>";
}

}  // namespace

std::optional<std::string> Node::attr(std::string_view key) const {
  const AttrValue* value = find_attr(*this, key);
  return value ? std::optional(text_of(*value)) : std::nullopt;
}

std::string Node::attr_or(std::string_view key, std::string_view fallback) const {
  const AttrValue* value = find_attr(*this, key);
  return value ? text_of(*value) : std::string(fallback);
}

bool Node::has(std::string_view key) const {
  return find_attr(*this, key) != nullptr;
}

std::optional<Jid> Node::jid(std::string_view key) const {
  const AttrValue* value = find_attr(*this, key);
  if (!value) return std::nullopt;
  const auto* address = std::get_if<Jid>(value);
  return address ? std::optional(*address) : Jid::parse(std::get<std::string>(*value));
}

std::optional<std::uint64_t> Node::number(std::string_view key) const {
  const AttrValue* value = find_attr(*this, key);
  const auto* text = value ? std::get_if<std::string>(value) : nullptr;
  if (!text) return std::nullopt;
  std::uint64_t out = 0;
  const char* end = text->data() + text->size();
  auto [stopped, error] = std::from_chars(text->data(), end, out);
  return error == std::errc{} && stopped == end ? std::optional(out) : std::nullopt;
}

void Node::set(std::string key, AttrValue value) {
  auto found = std::ranges::find(attrs, key, &Attrs::value_type::first);
  if (found != attrs.end())
    found->second = std::move(value);
  else
    attrs.emplace_back(std::move(key), std::move(value));
}

const Node* Node::child(std::string_view tag_wanted) const {
  for (const Node& each : children())
    if (tag_wanted.empty() || each.tag == tag_wanted) return &each;
  return nullptr;
}

const Nodes& Node::children() const {
  static const Nodes none;
  const auto* nodes = std::get_if<Nodes>(&content);
  return nodes ? *nodes : none;
}

Bytes Node::content_bytes() const {
  if (const auto* bytes = std::get_if<Bytes>(&content)) return *bytes;
  if (const auto* text = std::get_if<std::string>(&content)) return to_bytes(as_bytes(*text));
  return {};
}

std::string Node::content_text() const {
  if (const auto* text = std::get_if<std::string>(&content)) return *text;
  if (const auto* bytes = std::get_if<Bytes>(&content)) return to_text(*bytes);
  return {};
}

bool is_server_jid(const Node& node, std::string_view key) {
  auto jid = node.jid(key);
  return jid && jid->is_server() && jid->server == kUserServer;
}

std::string outline(const Node& node) {
  std::string out;
  outline_into(out, node, 1);
  return out;
}

}  // namespace wasphere::wire
