// What the devices of our own account say to each other inside protocol messages (protocol 2,
// sections 3.2 and 6.7). Whether the sender really is one of them is for the caller to check.
#pragma once

#include <vector>

#include "core/model/message.h"

namespace wasphere::model {

// ProtocolMessage.type
enum ProtocolType : int {
  kHistorySync = 5,
  kPeerRequest = 16,
  kPeerAnswer = 17,
  kLidMappings = 22,
};

struct LidPair {
  wire::Jid phone, lid;  // bare
};
// Of type kLidMappings; pairs with a zero are left out.
Result<std::vector<LidPair>> parse_lid_mappings(const Protocol& protocol);

// A message that the phone has and we could not read.
struct RecoveredMessage {
  MessageKey key;
  Bytes message;           // encoded Message
  std::uint64_t time = 0;  // Unix seconds
  std::string participant;
  std::string push_name;  // UTF-8 or empty
};
// Of type kPeerAnswer; empty if it answers another kind of request.
Result<std::vector<RecoveredMessage>> parse_recovered(const Protocol& protocol);

// The encoded Message that asks the phone for them.
Bytes placeholder_request(const std::vector<MessageKey>& keys);

}  // namespace wasphere::model
