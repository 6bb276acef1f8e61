// What a server says to a companion after the handshake (protocol 1, sections 7, 8 and 11.4). Pure
// builders: the caller routes and keeps the state. Addresses are JIDs, never text, because clients
// read them by tag.
#pragma once

#include <optional>
#include <string>

#include "core/stanza/ib.h"
#include "core/stanza/prekeys.h"
#include "core/wire/node.h"

namespace wasphere::stanza {

// --- answers to IQs
// <iq from="@s.whatsapp.net" type="result" id="that of the request">
wire::Node answer(const wire::Node& request, wire::Nodes children = {});
wire::Node answer_error(const wire::Node& request, int code, std::string_view text);

enum class IqKind : std::uint8_t {
  // these need the state of an account
  prekey_count,
  prekey_upload,
  prekey_digest,
  prekey_rotate,
  prekey_fetch,
  set_active,
  set_passive,
  link_code,
  remove_companion,
  phone_pair_device,
  // these do not: stateless_answer() knows them
  ping,
  props,
  legacy_props,
  blocklist,
  privacy,
  media_conn,
  clean_dirty,
  // a result or error: an answer to one of ours
  response,
  unknown,
};
IqKind classify_iq(const wire::Node& iq);

struct ServerFacts {
  std::uint64_t time = 0;  // Unix seconds
  std::string media_host;  // "127.0.0.1:8443"
};
// The minimal answer to the stateless kinds, and 501 feature-not-implemented to `unknown`: a client
// that hears nothing waits up to a minute. Nothing for the other kinds.
std::optional<wire::Node> stateless_answer(const wire::Node& iq, const ServerFacts& facts);
wire::Node feature_not_implemented(const wire::Node& iq);
wire::Node prekey_count_answer(const wire::Node& iq, std::uint32_t count);
// 404 item-not-found without a bundle.
wire::Node digest_answer(const wire::Node& iq, const UploadedBundle* bundle);
// Whom <remove-companion-device> wants removed; nothing means all="true".
Result<std::optional<wire::Jid>> parse_remove_companion(const wire::Node& iq);

// --- the start and the end of a stream
struct SuccessContent {
  std::uint64_t time = 0;  // Unix seconds
  wire::Jid lid;           // with the device
  std::string display_name;
  std::uint64_t creation = 0;  // of the account; 0: left out
  std::string location = "sbx";
};
wire::Node build_success(const SuccessContent& content);

struct FailureContent {
  int reason = 0;                       // 0: left out
  std::optional<int> code;              // 101…106 on a temporary ban
  std::optional<std::uint64_t> expire;  // seconds from now
  std::string location = "sbx";
};
wire::Node build_failure(const FailureContent& content);

struct StreamErrorContent {
  std::optional<int> code;
  std::string conflict;             // "device_removed", "replaced"; empty: none
  std::optional<wire::Node> child;  // <ack id class/>, <xml-not-well-formed/>, …
};
wire::Node build_stream_error(const StreamErrorContent& content);
wire::Node build_device_removed();  // 401 and the conflict: clients want both
wire::Node build_replaced();
wire::Node build_restart_required();  // 515
wire::Node build_stream_end();

// --- ib, one child each, because some clients look at the first only
wire::Node build_edge_routing(BytesView routing_info);
wire::Node build_offline_preview(const OfflinePreview& preview);
wire::Node build_offline(std::uint32_t count);
wire::Node build_dirty(std::string_view type, std::string_view timestamp);
wire::Node build_client_expiration(std::optional<std::uint64_t> time);
wire::Node build_downgrade_webclient();
// The count of a client's <ib><offline_batch count/></ib>; nothing if it is another stanza.
std::optional<std::uint32_t> parse_offline_batch(const wire::Node& ib);

// --- notifications and acks
wire::Node build_notification(std::string_view id, std::string_view type, std::uint64_t time,
                              wire::Nodes children);
wire::Node build_prekey_count_notification(std::string_view id, std::uint64_t time,
                                           std::uint32_t count);
// <ack class="receipt"> or the like for a client's message or receipt.
wire::Node build_server_ack(const wire::Node& stanza, std::uint64_t time);
wire::Node build_server_ping(std::string_view id);

}  // namespace wasphere::stanza
