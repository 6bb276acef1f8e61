#include <array>

#include "core/wire/node_codec.h"
#include "core/wire/node_tags.h"
#include "core/wire/tokens.h"
#include "core/wire/zlib_stream.h"

namespace wasphere::wire {
namespace {

constexpr std::string_view kNibbles = "0123456789-.";
constexpr std::string_view kHexDigits = "0123456789ABCDEF";

std::string_view server_of_domain(std::uint8_t domain) {
  switch (domain) {
    case kDomainLid:
      return kLidServer;
    case kDomainHosted:
      return "hosted";
    case kDomainHostedLid:
      return "hosted.lid";
    default:
      return kUserServer;
  }
}

bool is_jid_tag(std::uint8_t tag) {
  return tag == kJidPair || (tag >= kInteropJid && tag <= kAdJid);
}

// Functions return false once something is wrong; `error` then says what.
class NodeDecoder {
 public:
  NodeDecoder(BytesView body, Dictionary dictionary) : in_(body), dictionary_(dictionary) {}
  bool node(Node& out, std::size_t depth);
  const char* error() const { return error_; }

 private:
  bool wrong(const char* what) {
    error_ = what;
    return false;
  }
  bool byte(std::uint8_t& out);
  bool list_size(std::uint8_t tag, std::size_t& out);
  bool spend(std::size_t items);
  bool attributes(Node& out, std::size_t count);
  bool content(Node& out, std::size_t depth);
  bool children(Content& out, std::size_t count, std::size_t depth);
  bool value(AttrValue& out);
  bool text(std::string& out);
  bool text_after(std::uint8_t tag, std::string& out);
  bool token(std::uint8_t tag, std::string& out);
  bool packed(std::string_view alphabet, std::string& out);
  bool binary(std::uint8_t tag, BytesView& out);
  bool jid(std::uint8_t tag, Jid& out);
  bool jid_pair(Jid& out);
  bool ad_jid(Jid& out);
  bool fb_jid(Jid& out);
  bool interop_jid(Jid& out);
  bool address(std::string_view user, std::string_view server, Jid& out);
  bool device_user(std::string_view server, Jid& out);
  bool wide(std::uint16_t& out);
  bool server_is(std::string_view expected);

  ByteReader in_;
  Dictionary dictionary_;
  std::size_t items_left_ = kMaxNodeItems;
  const char* error_ = "";
};

bool NodeDecoder::byte(std::uint8_t& out) {
  auto read = in_.u8();
  if (!read) return wrong("stanza is cut short");
  out = *read;
  return true;
}

bool NodeDecoder::wide(std::uint16_t& out) {
  auto read = in_.u16be();
  if (!read) return wrong("stanza is cut short");
  out = *read;
  return true;
}

bool NodeDecoder::list_size(std::uint8_t tag, std::size_t& out) {
  if (tag == kListEmpty) return out = 0, true;
  std::uint8_t narrow = 0;
  std::uint16_t broad = 0;
  if (tag == kList8 && byte(narrow)) return out = narrow, true;
  if (tag == kList16 && wide(broad)) return out = broad, true;
  return tag == kList8 || tag == kList16 ? false : wrong("stanza has no list where one must be");
}

// Counts items before memory is set aside for them, so that nested lists cannot each claim the
// rest.
bool NodeDecoder::spend(std::size_t items) {
  if (items > items_left_) return wrong("stanza has too many parts");
  items_left_ -= items;
  return true;
}

bool NodeDecoder::node(Node& out, std::size_t depth) {
  if (depth > kMaxNodeDepth) return wrong("stanza is nested too deeply");
  std::uint8_t tag = 0;
  std::size_t size = 0;
  if (!byte(tag) || !list_size(tag, size)) return false;
  if (size == 0) return wrong("stanza has an empty list for a node");
  if (!text(out.tag)) return false;
  if (out.tag.empty()) return wrong("stanza has a node without a tag");
  return attributes(out, (size - 1) / 2) && (size % 2 == 1 || content(out, depth));
}

bool NodeDecoder::attributes(Node& out, std::size_t count) {
  if (!spend(count)) return false;
  out.attrs.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    auto& [key, attr_value] = out.attrs.emplace_back();
    if (!text(key) || !value(attr_value)) return false;
  }
  return true;
}

bool NodeDecoder::content(Node& out, std::size_t depth) {
  std::uint8_t tag = 0;
  std::size_t count = 0;
  BytesView raw;
  if (!byte(tag)) return false;
  if (tag == kListEmpty || tag == kList8 || tag == kList16)
    return list_size(tag, count) && children(out.content, count, depth);
  if (tag >= kBinary8 && tag <= kBinary32) {
    if (!binary(tag, raw)) return false;
    out.content = to_bytes(raw);
    return true;
  }
  if (!is_jid_tag(tag)) return text_after(tag, out.content.emplace<std::string>());
  Jid address;
  if (!jid(tag, address)) return false;
  out.content = address.to_string();
  return true;
}

bool NodeDecoder::children(Content& out, std::size_t count, std::size_t depth) {
  auto& nodes = out.emplace<Nodes>();
  if (!spend(count)) return false;
  nodes.reserve(count);
  for (std::size_t i = 0; i < count; ++i)
    if (!node(nodes.emplace_back(), depth + 1)) return false;
  return true;
}

bool NodeDecoder::value(AttrValue& out) {
  std::uint8_t tag = 0;
  if (!byte(tag)) return false;
  if (is_jid_tag(tag)) return jid(tag, out.emplace<Jid>());
  return tag == kListEmpty || text_after(tag, out.emplace<std::string>());
}

bool NodeDecoder::text(std::string& out) {
  std::uint8_t tag = 0;
  return byte(tag) && text_after(tag, out);
}

bool NodeDecoder::text_after(std::uint8_t tag, std::string& out) {
  if (tag == kListEmpty) return wrong("stanza has nothing where a text must be");
  if (tag <= kDictionary3) return token(tag, out);
  if (tag == kHex8) return packed(kHexDigits, out);
  if (tag == kNibble8) return packed(kNibbles, out);
  BytesView raw;
  if (!binary(tag, raw)) return false;
  out = as_text(raw);
  return true;
}

bool NodeDecoder::token(std::uint8_t tag, std::string& out) {
  TokenId id = tag;
  if (tag >= kDictionary0) {
    std::uint8_t index = 0;
    if (!byte(index)) return false;
    id = dictionary_token(tag - kDictionary0, index);
  }
  auto word = token_text(id, dictionary_);
  if (!word) return wrong("stanza has an unknown token");
  out = *word;
  return true;
}

bool NodeDecoder::packed(std::string_view alphabet, std::string& out) {
  std::uint8_t header = 0;
  if (!byte(header)) return false;
  auto pairs = in_.take(header & ~kPackedOdd);
  if (!pairs) return wrong("stanza is cut short");
  std::size_t length = pairs->size() * 2;
  if ((header & kPackedOdd) != 0) {
    if (length == 0) return wrong("stanza has a packed text of length -1");
    --length;  // whatever the padding holds
  }
  out.resize(length);
  for (std::size_t i = 0; i < length; ++i) {
    std::size_t digit = i % 2 == 0 ? (*pairs)[i / 2] >> 4 : (*pairs)[i / 2] & 15;
    if (digit >= alphabet.size()) return wrong("stanza has an invalid packed character");
    out[i] = alphabet[digit];
  }
  return true;
}

bool NodeDecoder::binary(std::uint8_t tag, BytesView& out) {
  std::optional<std::uint32_t> size;
  if (tag == kBinary8)
    size = in_.u8();
  else if (tag == kBinary20)
    size = in_.u24be();
  else if (tag == kBinary32)
    size = in_.u32be();
  else
    return wrong("stanza has an invalid tag byte");
  if (size && tag == kBinary20) *size &= 0xFFFFF;
  auto raw = size ? in_.take(*size) : std::nullopt;
  if (!raw) return wrong("stanza is cut short");
  out = *raw;
  return true;
}

bool NodeDecoder::jid(std::uint8_t tag, Jid& out) {
  switch (tag) {
    case kJidPair:
      return jid_pair(out);
    case kAdJid:
      return ad_jid(out);
    case kFbJid:
      return fb_jid(out);
    default:
      return interop_jid(out);
  }
}

bool NodeDecoder::address(std::string_view user, std::string_view server, Jid& out) {
  auto parsed = Jid::from_parts(user, server);
  if (!parsed) return wrong("stanza has an invalid address");
  out = *std::move(parsed);
  return true;
}

bool NodeDecoder::jid_pair(Jid& out) {
  std::uint8_t tag = 0;
  std::string user;
  std::string server;
  bool read = byte(tag) && (tag == kListEmpty || text_after(tag, user)) && text(server);
  return read && address(user, server, out);
}

// The other JID forms carry the device apart, and always have a user.
bool NodeDecoder::device_user(std::string_view server, Jid& out) {
  std::string user;
  if (!text(user) || !address(user, server, out)) return false;
  return (!out.user.empty() && out.device == 0) || wrong("stanza has an invalid address");
}

bool NodeDecoder::server_is(std::string_view expected) {
  std::string server;
  return text(server) && (server == expected || wrong("stanza has an invalid address"));
}

bool NodeDecoder::ad_jid(Jid& out) {
  std::uint8_t domain = 0;
  std::uint8_t device = 0;
  if (!byte(domain) || !byte(device) || !device_user(server_of_domain(domain), out)) return false;
  out.device = device;
  return true;
}

bool NodeDecoder::fb_jid(Jid& out) {
  return device_user("msgr", out) && wide(out.device) && server_is("msgr");
}

bool NodeDecoder::interop_jid(Jid& out) {
  std::string user;
  if (!text(user) || !address("0-" + user, "interop", out)) return false;
  if (user.empty() || out.device != 0) return wrong("stanza has an invalid address");
  return wide(out.device) && wide(out.integrator) && server_is("interop");
}

Result<Node> decode_body(BytesView body, Dictionary dictionary) {
  // The end of a stream also comes as a bare token, without the list around it.
  if (body.size() == 1 && body[0] == kStreamEndToken) return Node{"xmlstreamend", {}, {}};
  NodeDecoder decoder(body, dictionary);
  Node out;
  if (!decoder.node(out, 1)) return fail(ErrorCode::protocol_error, decoder.error());
  return out;
}

}  // namespace

Result<Node> decode_node(BytesView payload, Dictionary dictionary) {
  if (payload.empty()) return fail(ErrorCode::protocol_error, "stanza is empty");
  BytesView body = payload.subspan(1);
  if ((payload[0] & kCompressedFlag) == 0) return decode_body(body, dictionary);
  WS_TRY(Bytes inflated, inflate_bounded(body, kMaxInflatedSize));
  return decode_body(inflated, dictionary);
}

bool is_stream_end(const Node& node) {
  return node.tag == "xmlstreamend";
}

}  // namespace wasphere::wire
