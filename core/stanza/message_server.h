// The server's side of messages and receipts (protocol 2, sections 8.2 to 8.6): what leaves towards
// a device, made of what another one sent. Who gets what is the caller's business.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/stanza/message.h"

namespace wasphere::stanza {

// What a server writes on what it forwards.
struct Stamp {
  wire::Jid from;                        // a device, a group, a list
  std::optional<wire::Jid> participant;  // the authoring device, in groups and lists
  std::optional<wire::Jid> recipient;    // the chat, on copies for own other devices
  // The other address of from, participant or recipient: becomes sender_pn, sender_lid,
  // participant_pn, participant_lid, peer_recipient_pn or peer_recipient_lid.
  std::optional<wire::Jid> alternative;
  std::uint64_t time = 0;                // Unix seconds
  std::optional<std::uint32_t> offline;  // its place in a queue of what was missed
  std::string push_name;                 // messages only; empty: none
};

// What `device` gets of a message: its own <enc>, then the common one. Nothing if neither is there.
// `device` is the address under which the sender named it; parts that are for the server only
// (participants, tokens, phash) are left out.
std::optional<wire::Node> build_delivery(const OutgoingMessage& message, const wire::Jid& device,
                                         const Stamp& stamp);

// A receipt as a client sent it.
struct SentReceipt {
  std::vector<std::string> ids;  // at least one
  std::string type;              // as it is written; empty: delivered
  wire::Jid to;
  std::optional<wire::Jid> participant;
  std::optional<wire::Jid> recipient;
};
Result<SentReceipt> parse_sent_receipt(const wire::Node& node);
// The client's receipt with the stamp in place of its addresses: id, type and children stay.
wire::Node forward_receipt(const wire::Node& receipt, const Stamp& stamp);

// One receipt of several members of a group for one message.
struct GroupedReader {
  wire::Jid who;
  std::uint64_t time = 0;
};
wire::Node build_grouped_receipt(const wire::Jid& group, std::string_view id, std::string_view type,
                                 const std::vector<GroupedReader>& readers);

// <chatstate> with `from` in place of `to`; `participant` in groups.
wire::Node forward_chat_state(const wire::Node& chat_state, const wire::Jid& from,
                              const std::optional<wire::Jid>& participant);

}  // namespace wasphere::stanza
