#include "sandbox/iq_table.h"

#include <algorithm>
#include <array>

#include "core/stanza/server.h"
#include "daemon/runtime/log.h"
#include "sandbox/iq_handlers.h"
#include "sandbox/network.h"

namespace wasphere::sandbox {
namespace {

// There is no media host: a name that never resolves fails an upload at once instead of far away.
constexpr const char* kMediaHost = "media.invalid";

struct Row {
  std::string_view xmlns;
  std::string_view type;
  std::string_view child;  // empty: any, or none
  wire::Node (*handler)(IqContext&, const wire::Node&);
};

constexpr std::array kRows{
    Row{"encrypt", "get", "count", prekey_count},
    Row{"encrypt", "set", "registration", prekey_upload},
    Row{"encrypt", "get", "digest", prekey_digest},
    Row{"encrypt", "set", "rotate", signed_prekey_rotate},
    Row{"encrypt", "get", "key", bundle_fetch},
    Row{"encrypt", "get", "key_fetch", missing_bundle_fetch},
    Row{"encrypt", "get", "identity", identity_fetch},
    Row{"passive", "set", "active", set_active},
    Row{"passive", "set", "passive", set_passive},
    Row{"w:sync:app:state", "set", "sync", app_state_sync},
    Row{"usync", "get", "usync", usync},
    Row{"w:g2", "get", "", group_query},
    Row{"w:g2", "set", "", group_change},
    Row{"privacy", "set", "tokens", issue_tokens},
    Row{"w:profile:picture", "get", "", profile_picture},
    Row{"md", "set", "remove-companion-device", remove_companion},
};

bool fits(const Row& row, const wire::Node& iq, std::string_view xmlns, std::string_view type) {
  return row.xmlns == xmlns && row.type == type &&
         (row.child.empty() || iq.child(row.child) != nullptr);
}

}  // namespace

wire::Node handle_iq(IqContext& context, const wire::Node& iq) {
  const auto xmlns = iq.attr_or("xmlns", "");
  const auto type = iq.attr_or("type", "");
  const auto row = std::find_if(kRows.begin(), kRows.end(), [&](const Row& candidate) {
    return fits(candidate, iq, xmlns, type);
  });
  if (row != kRows.end()) return row->handler(context, iq);
  return stateless_answer(context.network, iq);
}

wire::Node stateless_answer(const Network& network, const wire::Node& iq) {
  const stanza::ServerFacts facts{runtime::unix_seconds(network.clock), kMediaHost};
  if (auto node = stanza::stateless_answer(iq, facts)) return *std::move(node);
  return stanza::feature_not_implemented(iq);
}

wire::Node bad_request(const wire::Node& iq) {
  return stanza::answer_error(iq, 400, "bad-request");
}

wire::Node not_saved(const wire::Node& iq, const Error& error) {
  runtime::log_error("sandbox.state", "{}", error.message);
  return stanza::answer_error(iq, 500, "internal-server-error");
}

}  // namespace wasphere::sandbox
