// Any stanza that the program may build is read as it was written.
#include <fuzzer/FuzzedDataProvider.h>

#include <cstdlib>

#include "core/wire/node_codec.h"
#include "core/wire/tokens.h"
#include "tests/support/node_compare.h"

using namespace wasphere;
using namespace wasphere::wire;

namespace {

class Builder {
 public:
  explicit Builder(FuzzedDataProvider& input) : input_(input) {}

  Node node(int depth) {
    Node out{text(), {}, content(depth)};
    if (out.tag.empty()) out.tag = "x";
    for (int i = input_.ConsumeIntegralInRange(0, 4); i > 0; --i)
      out.attrs.emplace_back(text(), value());
    return out;
  }

 private:
  // Texts near the borders between the forms that a text can take.
  std::string text() {
    static const std::string kShapes[] = {"0123456789-.", "0123456789ABCDEF", "abcdef0123",
                                          "@:_-.09as"};
    auto kind = input_.ConsumeIntegralInRange<std::size_t>(0, 6);
    if (kind == 6) return input_.ConsumeRandomLengthString();
    if (kind >= 4) {
      auto token = token_text(input_.ConsumeIntegral<TokenId>(), Dictionary::v3);
      return token ? std::string(*token) : "";
    }
    std::string out = input_.ConsumeRandomLengthString(300);
    for (char& c : out) c = kShapes[kind][static_cast<std::uint8_t>(c) % kShapes[kind].size()];
    return out;
  }
  AttrValue value() {
    if (input_.ConsumeBool()) return text();
    auto jid = Jid::parse(text() + "@" + server());
    return jid ? AttrValue(*jid) : AttrValue(text());
  }
  std::string server() {
    return input_.PickValueInArray({"s.whatsapp.net", "lid", "g.us", "hosted", "hosted.lid", "msgr",
                                    "interop", "broadcast", "newsletter", "c.us"});
  }
  Content content(int depth) {
    switch (input_.ConsumeIntegralInRange(0, 3)) {
      case 0:
        return {};
      case 1:
        return text();
      case 2:
        return input_.ConsumeBytes<std::uint8_t>(input_.ConsumeIntegralInRange(0, 400));
      default:
        break;
    }
    Nodes children;
    for (int i = depth < 6 ? input_.ConsumeIntegralInRange(0, 3) : 0; i > 0; --i)
      children.push_back(node(depth + 1));
    return children;
  }

  FuzzedDataProvider& input_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzedDataProvider input(data, size);
  Node node = Builder(input).node(0);
  for (Dictionary dictionary : {Dictionary::v2, Dictionary::v3}) {
    auto decoded = decode_node(encode_node(node, dictionary), dictionary);
    if (!decoded || test::canonical(*decoded) != test::canonical(node)) std::abort();
    auto inflated = decode_node(encode_node_compressed(node, dictionary), dictionary);
    if (!inflated || *inflated != *decoded) std::abort();
  }
  return 0;
}
