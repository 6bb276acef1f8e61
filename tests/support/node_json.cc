#include "tests/support/node_json.h"

#include "tests/support/vectors.h"

namespace wasphere::test {
namespace {

wire::Content content_from_json(const nlohmann::json& json) {
  if (json.is_null()) return {};
  if (json.contains("str")) return json["str"].get<std::string>();
  if (json.contains("hex")) return hex(json["hex"]);
  if (json.contains("fill")) {
    Bytes bytes(json["fill"].get<std::size_t>());
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i);
    return bytes;
  }
  wire::Nodes nodes;
  for (const auto& child : json) nodes.push_back(node_from_json(child));
  return nodes;
}

}  // namespace

wire::Node node_from_json(const nlohmann::json& json) {
  wire::Node node{json.at("tag").get<std::string>(), {}, content_from_json(json.at("content"))};
  for (const auto& pair : json.at("attrs"))
    node.attrs.emplace_back(pair.at(0).get<std::string>(), pair.at(1).get<std::string>());
  return node;
}

wire::Node with_addresses(wire::Node node) {
  for (auto& [key, value] : node.attrs) {
    const auto& text = std::get<std::string>(value);
    if (text.find('@') != std::string::npos) value = wire::Jid::parse(text).value();
  }
  if (auto* children = std::get_if<wire::Nodes>(&node.content))
    for (wire::Node& child : *children) child = with_addresses(std::move(child));
  return node;
}

}  // namespace wasphere::test
