#include "core/stanza/ib.h"

#include "core/stanza/fields.h"

namespace wasphere::stanza {
namespace {

constexpr int kMultideviceOff = 411;
constexpr std::size_t kMaxWord = 64;
// The prologue has three bytes for the length; real ones are below 100 bytes.
constexpr std::size_t kMaxRoutingInfo = 4096;

OfflinePreview read_preview(const wire::Node& node) {
  return {attr_u32(node, "count").value_or(0), attr_u32(node, "message").value_or(0),
          attr_u32(node, "receipt").value_or(0), attr_u32(node, "notification").value_or(0),
          attr_u32(node, "appdata").value_or(0)};
}

std::optional<IbEvent> read_edge_routing(const wire::Node& node) {
  auto info = child_bytes(node, "routing_info");
  if (!info || info->empty() || info->size() > kMaxRoutingInfo) return std::nullopt;
  return EdgeRouting{std::move(*info)};
}

std::optional<IbEvent> read_dirty(const wire::Node& node) {
  Dirty out{node.attr_or("type", ""), node.attr_or("timestamp", "")};
  bool odd_time = !out.timestamp.empty() && !is_printable(out.timestamp, kMaxWord);
  if (odd_time || !is_printable(out.type, kMaxWord)) return std::nullopt;
  return out;
}

std::optional<IbEvent> read_child(const wire::Node& node) {
  if (node.tag == "offline_preview") return read_preview(node);
  if (node.tag == "offline") return OfflineDone{attr_u32(node, "count").value_or(0)};
  if (node.tag == "edge_routing") return read_edge_routing(node);
  if (node.tag == "dirty") return read_dirty(node);
  if (node.tag == "client_expiration") return ClientExpiration{node.number("t")};
  if (node.tag == "downgrade_webclient") return DowngradeWebclient{};
  return std::nullopt;
}

}  // namespace

std::vector<IbEvent> parse_ib(const wire::Node& node) {
  std::vector<IbEvent> out;
  if (node.tag != "ib") return out;
  for (const wire::Node& child : node.children())
    if (auto event = read_child(child)) out.push_back(std::move(*event));
  return out;
}

StreamEnd multidevice_off() {
  StreamEnd end;
  end.kind = EndClass::multidevice_off;
  end.code = kMultideviceOff;
  end.reason = "multidevice_off";
  return end;
}

}  // namespace wasphere::stanza
