// IQ requests and their answers, acks of what the server pushes, and the pings.
#pragma once

#include <optional>
#include <string>

#include "core/stanza/device.h"
#include "core/util/result.h"
#include "core/wire/node.h"

namespace wasphere::stanza {

// <iq to="@s.whatsapp.net" id xmlns type>children</iq>
wire::Node iq(std::string_view id, std::string_view xmlns, std::string_view type,
              wire::Nodes children = {});
wire::Node iq_result(const wire::Node& request,
                     wire::Nodes children = {});  // the same id, to = its from
wire::Node iq_error(const wire::Node& request, int code, std::string_view text);
// Ok for type="result"; whatsapp_error with the server's code and text for type="error".
Status check_iq_result(const wire::Node& answer);

wire::Node ping(std::string_view id);                                             // w:p, no child
wire::Node set_active(std::string_view id);                                       // passive/active
wire::Node offline_batch(unsigned count);                                         // ib, no id
wire::Node unified_session(std::uint64_t now_ms, std::int64_t server_offset_ms);  // ib, no id
wire::Node presence(std::string_view type, std::string_view push_name);
wire::Node clean_dirty(std::string_view id, std::string_view type, std::string_view timestamp);
wire::Node remove_companion(std::string_view id,
                            const wire::Jid& own);  // logout, reason user_initiated

// The ack that protocol 1, section 9.1 asks for; nothing for stanzas that are not acked (iq, ib,
// …). `error`: a nack code, for example 488 for an unknown tag.
std::optional<wire::Node> ack_for(const wire::Node& stanza, const wire::Jid& own,
                                  std::optional<int> error = {});

}  // namespace wasphere::stanza
