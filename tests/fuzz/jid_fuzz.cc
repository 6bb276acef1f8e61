// Any text as an address: what is read prints to a text that reads the same, and fits a stanza.
#include <cstdlib>

#include "core/wire/node_codec.h"

using namespace wasphere;
using namespace wasphere::wire;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string text = to_text({data, size});
  auto jid = Jid::parse(text);
  if (!jid) return 0;
  if (Jid::parse(jid->to_string()) != jid) std::abort();
  Node node{"to", {{"jid", *jid}}, {}};
  auto decoded = decode_node(encode_node(node));
  if (!decoded || *decoded != node) std::abort();
  return 0;
}
