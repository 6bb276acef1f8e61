// People, devices and groups of the message tests.
#pragma once

#include "core/stanza/message.h"
#include "core/wire/node_codec.h"
#include "tests/unit/core/stanza/support.h"

namespace wasphere::test {

inline const wire::Jid kOwnPn{"5511999999999", "s.whatsapp.net", 3};
inline const wire::Jid kOwnLid{"123456789012345", "lid", 3};
inline const stanza::OwnAddresses kOwnAddresses{kOwnPn, kOwnLid};
inline const wire::Jid kAnnPn{"447700900123", "s.whatsapp.net", 2};
inline const wire::Jid kAnnLid{"200000087654321", "lid", 2};
inline const wire::Jid kGroup{"120363000000000000", "g.us"};
inline const wire::Jid kStatus{"status", "broadcast"};

inline wire::Node with_content(wire::Node node, BytesView content) {
  node.content = to_bytes(content);
  return node;
}

// As it comes out of the codec: attributes may be text, content may be text.
inline wire::Node over_the_wire(const wire::Node& node) {
  return wire::decode_node(wire::encode_node(node)).value();
}

inline wire::Node enc(const char* type, std::string_view body, wire::Attrs more = {}) {
  wire::Attrs attrs{{"v", "2"}, {"type", type}};
  attrs.insert(attrs.end(), more.begin(), more.end());
  return with_content(node("enc", attrs), as_bytes(body));
}

}  // namespace wasphere::test
