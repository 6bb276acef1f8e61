#include <algorithm>
#include <stdexcept>

#include "core/wire/node_codec.h"
#include "core/wire/node_tags.h"
#include "core/wire/tokens.h"
#include "core/wire/zlib_stream.h"

namespace wasphere::wire {
namespace {

constexpr std::size_t kMaxPacked = 127;

bool is_nibble(char c) {
  return (c >= '0' && c <= '9') || c == '-' || c == '.';
}
// Lower case would come back as upper case, and so is never packed.
bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F');
}

std::uint8_t nibble_value(char c) {
  if (c == '-') return 10;
  if (c == '.') return 11;
  return static_cast<std::uint8_t>(c <= '9' ? c - '0' : c - 'A' + 10);
}

std::optional<std::uint8_t> domain_of_server(std::string_view server) {
  if (server == kUserServer) return kDomainUser;
  if (server == kLidServer) return kDomainLid;
  if (server == "hosted") return kDomainHosted;
  if (server == "hosted.lid") return kDomainHostedLid;
  return std::nullopt;
}

class NodeEncoder {
 public:
  explicit NodeEncoder(Dictionary dictionary) : dictionary_(dictionary) {
    out_.u8(0);  // flag byte: not compressed
  }
  void node(const Node& node);
  Bytes take() { return out_.take(); }

 private:
  void list(std::size_t size);
  void content(const Content& content);
  void value(const AttrValue& value);
  // A text that may be an address, and one that never is (tags, keys, the parts of an address).
  void text(std::string_view text);
  void word(std::string_view text);
  bool try_compact(std::string_view text);
  void packed(std::uint8_t tag, std::string_view text);
  void binary(BytesView bytes);
  bool try_jid(std::string_view text);
  void jid(const Jid& jid);
  void ad_jid(std::uint8_t domain, const Jid& jid);
  void jid_pair(std::string_view user, std::string_view server);

  ByteWriter out_;
  Dictionary dictionary_;
};

void NodeEncoder::list(std::size_t size) {
  if (size > 0xFFFF) throw std::length_error("a stanza's list is too long");
  if (size == 0)
    out_.u8(kListEmpty);
  else if (size < 256)
    out_.u8(kList8).u8(static_cast<std::uint8_t>(size));
  else
    out_.u8(kList16).u16be(static_cast<std::uint16_t>(size));
}

void NodeEncoder::node(const Node& node) {
  bool has_content = !std::holds_alternative<std::monostate>(node.content);
  list(1 + 2 * node.attrs.size() + (has_content ? 1 : 0));
  word(node.tag);
  for (const auto& [key, attr_value] : node.attrs) {
    word(key);
    value(attr_value);
  }
  if (has_content) content(node.content);
}

void NodeEncoder::content(const Content& content) {
  if (const auto* bytes = std::get_if<Bytes>(&content)) return binary(*bytes);
  if (const auto* string = std::get_if<std::string>(&content)) return text(*string);
  const auto& nodes = std::get<Nodes>(content);
  list(nodes.size());
  for (const Node& child : nodes) node(child);
}

void NodeEncoder::value(const AttrValue& value) {
  if (const auto* address = std::get_if<Jid>(&value)) return jid(*address);
  text(std::get<std::string>(value));
}

void NodeEncoder::text(std::string_view text) {
  if (!try_compact(text) && !try_jid(text)) binary(as_bytes(text));
}

void NodeEncoder::word(std::string_view text) {
  if (!try_compact(text)) binary(as_bytes(text));
}

bool NodeEncoder::try_compact(std::string_view text) {
  if (text.empty()) return false;
  if (auto token = find_token(text, dictionary_)) {
    if (*token >= 256) out_.u8(static_cast<std::uint8_t>(kDictionary0 + (*token >> 8) - 1));
    out_.u8(static_cast<std::uint8_t>(*token));
    return true;
  }
  if (text.size() > kMaxPacked) return false;
  if (std::ranges::all_of(text, is_nibble)) return packed(kNibble8, text), true;
  if (std::ranges::all_of(text, is_hex)) return packed(kHex8, text), true;
  return false;
}

void NodeEncoder::packed(std::uint8_t tag, std::string_view text) {
  bool odd = text.size() % 2 == 1;
  auto pairs = static_cast<std::uint8_t>((text.size() + 1) / 2);
  out_.u8(tag).u8(static_cast<std::uint8_t>(pairs | (odd ? kPackedOdd : 0)));
  for (std::size_t i = 0; i < text.size(); i += 2) {
    std::uint8_t low = i + 1 < text.size() ? nibble_value(text[i + 1]) : std::uint8_t{15};
    out_.u8(static_cast<std::uint8_t>(nibble_value(text[i]) << 4 | low));
  }
}

void NodeEncoder::binary(BytesView bytes) {
  std::size_t size = bytes.size();
  if (size > 0xFFFFFFFFU) throw std::length_error("a stanza's content is too long");
  if (size < 256)
    out_.u8(kBinary8).u8(static_cast<std::uint8_t>(size));
  else if (size < (1U << 20))
    out_.u8(kBinary20).u24be(static_cast<std::uint32_t>(size));
  else
    out_.u8(kBinary32).u32be(static_cast<std::uint32_t>(size));
  out_.put(bytes);
}

// Only texts that the other side prints again as they were; except that an explicit device 0 is an
// address too, whose device decoders do not print.
bool NodeEncoder::try_jid(std::string_view text) {
  if (text.find('@') == std::string_view::npos) return false;
  auto parsed = Jid::parse(text);
  if (!parsed) return false;
  if (parsed->to_string() == text) return jid(*parsed), true;
  auto domain = domain_of_server(parsed->server);
  if (!domain || text != parsed->user + ":0@" + parsed->server) return false;
  return ad_jid(*domain, *parsed), true;
}

void NodeEncoder::jid(const Jid& jid) {
  auto domain = domain_of_server(jid.server);
  bool hosted = domain && *domain >= kDomainHosted;
  if (jid.user.empty()) return jid_pair({}, jid.server);
  if (domain && jid.device < 256 && (jid.device > 0 || hosted)) return ad_jid(*domain, jid);
  if (jid.server == "msgr") {
    out_.u8(kFbJid);
    word(jid.user);
    out_.u16be(jid.device);
    return word(jid.server);
  }
  if (jid.server == "interop") {
    out_.u8(kInteropJid);
    word(jid.user);
    out_.u16be(jid.device).u16be(jid.integrator);
    return word(jid.server);
  }
  // No form carries such a device apart from the user.
  jid_pair(jid.device > 0 ? jid.user + ':' + std::to_string(jid.device) : jid.user, jid.server);
}

void NodeEncoder::ad_jid(std::uint8_t domain, const Jid& jid) {
  out_.u8(kAdJid).u8(domain).u8(static_cast<std::uint8_t>(jid.device));
  word(jid.user);
}

void NodeEncoder::jid_pair(std::string_view user, std::string_view server) {
  out_.u8(kJidPair);
  if (user.empty())
    out_.u8(kListEmpty);
  else
    word(user);
  word(server);
}

}  // namespace

Bytes encode_node(const Node& node, Dictionary dictionary) {
  NodeEncoder encoder(dictionary);
  encoder.node(node);
  return encoder.take();
}

Bytes encode_node_compressed(const Node& node, Dictionary dictionary) {
  Bytes plain = encode_node(node, dictionary);
  Bytes body = deflate_all(BytesView(plain).subspan(1));
  return concat({ByteArray<1>{kCompressedFlag}, body});
}

}  // namespace wasphere::wire
