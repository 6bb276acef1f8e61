// <enc>, the same in both directions, and small readers that messages and receipts share.
#pragma once

#include <optional>
#include <string>

#include "core/stanza/message.h"

namespace wasphere::stanza {

wire::Node enc_node(const Enc& enc);
// Total: an unknown type stays `unknown`, a missing version is 2.
Enc read_enc(const wire::Node& node);

// The attribute if it is printable ASCII of at most 128 characters, else empty: such words end up
// in the store and in JSON.
std::string attr_word(const wire::Node& node, std::string_view key);
// An address of a person, group or list; nothing for servers and what is no address.
std::optional<wire::Jid> attr_user(const wire::Node& node, std::string_view key);
// Unix seconds up to the year 9999: milliseconds of it fit any arithmetic.
std::optional<std::uint64_t> attr_time(const wire::Node& node, std::string_view key);
void set_if(wire::Node& node, std::string_view key, std::string_view value);
void set_if(wire::Node& node, std::string_view key, const std::optional<wire::Jid>& value);

// "hosted" servers as the ordinary ones they belong to.
std::string_view base_server(std::string_view server);
bool is_list(const wire::Jid& jid);  // status@broadcast and broadcast lists
bool is_status(const wire::Jid& jid);

}  // namespace wasphere::stanza
