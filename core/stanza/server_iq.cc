// What a server answers to the IQs of a companion (protocol 1, section 11.4).
#include <algorithm>
#include <array>

#include "core/stanza/fields.h"
#include "core/stanza/server.h"

namespace wasphere::stanza {
namespace {

struct IqRow {
  std::string_view xmlns, type, child;  // an empty child: any or none
  IqKind kind;
};

constexpr std::array kRows{
    IqRow{"encrypt", "get", "count", IqKind::prekey_count},
    IqRow{"encrypt", "get", "digest", IqKind::prekey_digest},
    IqRow{"encrypt", "get", "key", IqKind::prekey_fetch},
    IqRow{"encrypt", "get", "key_fetch", IqKind::prekey_fetch},
    IqRow{"encrypt", "set", "rotate", IqKind::prekey_rotate},
    IqRow{"encrypt", "set", "registration", IqKind::prekey_upload},
    IqRow{"passive", "set", "active", IqKind::set_active},
    IqRow{"passive", "set", "passive", IqKind::set_passive},
    IqRow{"abt", "get", "props", IqKind::props},
    IqRow{"w", "get", "props", IqKind::legacy_props},
    IqRow{"blocklist", "get", "", IqKind::blocklist},
    IqRow{"privacy", "get", "privacy", IqKind::privacy},
    IqRow{"w:m", "set", "media_conn", IqKind::media_conn},
    IqRow{"w:p", "get", "", IqKind::ping},
    IqRow{"urn:xmpp:ping", "get", "", IqKind::ping},
    IqRow{"urn:xmpp:whatsapp:dirty", "set", "clean", IqKind::clean_dirty},
    IqRow{"md", "set", "link_code_companion_reg", IqKind::link_code},
    IqRow{"md", "get", "link_code_companion_reg", IqKind::link_code},
    IqRow{"md", "set", "remove-companion-device", IqKind::remove_companion},
    IqRow{"md", "set", "pair-device", IqKind::phone_pair_device},
};

wire::Node props(const char* protocol) {
  wire::Node out{"props", {{"protocol", protocol}, {"hash", "h"}}, {}};
  if (std::string_view(protocol) != "1") return out;
  out.set("ab_key", "x");
  out.set("refresh", "86400");
  out.set("refresh_id", "1");
  return out;
}

wire::Node privacy() {
  constexpr std::array<std::pair<const char*, const char*>, 9> kCategories{{{"last", "all"},
                                                                            {"online", "all"},
                                                                            {"profile", "all"},
                                                                            {"status", "contacts"},
                                                                            {"readreceipts", "all"},
                                                                            {"groupadd", "all"},
                                                                            {"calladd", "all"},
                                                                            {"messages", "all"},
                                                                            {"defense", "off"}}};
  wire::Nodes children;
  for (auto [name, value] : kCategories)
    children.push_back({"category", {{"name", name}, {"value", value}}, {}});
  return {"privacy", {}, std::move(children)};
}

wire::Node media_conn(const std::string& host) {
  return {"media_conn",
          {{"auth", "a"}, {"ttl", "3600"}, {"auth_ttl", "21600"}, {"max_buckets", "12"}},
          wire::Nodes{text_attr_node("host", "hostname", host)}};
}

}  // namespace

wire::Node answer(const wire::Node& request, wire::Nodes children) {
  wire::Node out{"iq", {}, {}};
  out.set("from", wire::Jid::server_only());
  out.set("type", "result");
  out.set("id", request.attr_or("id", ""));
  if (!children.empty()) out.content = std::move(children);
  return out;
}

wire::Node answer_error(const wire::Node& request, int code, std::string_view text) {
  wire::Node error{"error", {{"code", std::to_string(code)}, {"text", std::string(text)}}, {}};
  wire::Node out = answer(request, {std::move(error)});
  out.set("type", "error");
  return out;
}

IqKind classify_iq(const wire::Node& iq) {
  std::string type = iq.attr_or("type", "");
  if (iq.tag != "iq") return IqKind::unknown;
  if (type == "result" || type == "error") return IqKind::response;
  std::string xmlns = iq.attr_or("xmlns", "");
  auto row = std::find_if(kRows.begin(), kRows.end(), [&](const IqRow& r) {
    return r.xmlns == xmlns && r.type == type && (r.child.empty() || iq.child(r.child) != nullptr);
  });
  return row == kRows.end() ? IqKind::unknown : row->kind;
}

wire::Node feature_not_implemented(const wire::Node& iq) {
  return answer_error(iq, 501, "feature-not-implemented");
}

std::optional<wire::Node> stateless_answer(const wire::Node& iq, const ServerFacts& facts) {
  wire::Node out = answer(iq);
  out.set("t", std::to_string(facts.time));
  switch (classify_iq(iq)) {
    case IqKind::ping:
    case IqKind::clean_dirty:
      return out;
    case IqKind::props:
      out.content = wire::Nodes{props("1")};
      return out;
    case IqKind::legacy_props:
      out.content = wire::Nodes{props("2")};
      return out;
    case IqKind::blocklist:
      out.content = wire::Nodes{text_attr_node("list", "dhash", "0")};
      return out;
    case IqKind::privacy:
      out.content = wire::Nodes{privacy()};
      return out;
    case IqKind::media_conn:
      out.content = wire::Nodes{media_conn(facts.media_host)};
      return out;
    case IqKind::unknown:
      return feature_not_implemented(iq);
    case IqKind::prekey_count:
    case IqKind::prekey_upload:
    case IqKind::prekey_digest:
    case IqKind::prekey_rotate:
    case IqKind::prekey_fetch:
    case IqKind::set_active:
    case IqKind::set_passive:
    case IqKind::link_code:
    case IqKind::remove_companion:
    case IqKind::phone_pair_device:
    case IqKind::response:
      return std::nullopt;
  }
  return std::nullopt;
}

wire::Node prekey_count_answer(const wire::Node& iq, std::uint32_t count) {
  return answer(iq, {text_attr_node("count", "value", std::to_string(count))});
}

wire::Node digest_answer(const wire::Node& iq, const UploadedBundle* bundle) {
  if (bundle == nullptr) return answer_error(iq, 404, "item-not-found");
  return answer(iq, {build_digest(*bundle)});
}

Result<std::optional<wire::Jid>> parse_remove_companion(const wire::Node& iq) {
  const wire::Node* remove = iq.child("remove-companion-device");
  if (remove == nullptr) return malformed("no <remove-companion-device>");
  if (remove->attr("all") == "true") return std::optional<wire::Jid>{};
  auto jid = remove->jid("jid");
  if (!jid || jid->user.empty()) return malformed("<remove-companion-device> without a jid");
  return jid;
}

}  // namespace wasphere::stanza
