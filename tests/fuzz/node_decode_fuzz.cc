// Any bytes as a stanza: a Result, and what was read is written and read again the same.
#include <cstdlib>

#include "core/wire/node_codec.h"
#include "tests/support/node_compare.h"

using namespace wasphere;
using namespace wasphere::wire;

namespace {

void check(BytesView payload, Dictionary dictionary) {
  auto first = decode_node(payload, dictionary);
  if (!first) {
    if (first.error().code != ErrorCode::protocol_error) std::abort();
    return;
  }
  Bytes encoded = encode_node(*first, dictionary);
  auto second = decode_node(encoded, dictionary);
  if (!second || test::canonical(*second) != test::canonical(*first)) std::abort();
  if (encode_node(*second, dictionary) != encoded) std::abort();
  if (decode_node(encode_node_compressed(*first, dictionary), dictionary) != *second) std::abort();
  (void)outline(*first);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check({data, size}, Dictionary::v3);
  check({data, size}, Dictionary::v2);
  return 0;
}
