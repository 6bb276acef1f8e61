// <ib>: what the server tells without waiting for an answer (protocol 1, section 7.2).
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/stanza/stream.h"
#include "core/wire/node.h"

namespace wasphere::stanza {

// The size of the backlog; answered with offline_batch().
struct OfflinePreview {
  std::uint32_t count = 0;
  std::uint32_t messages = 0;
  std::uint32_t receipts = 0;
  std::uint32_t notifications = 0;
  std::uint32_t appdata = 0;
};
struct OfflineDone {  // the end of the backlog
  std::uint32_t count = 0;
};
struct EdgeRouting {  // to be kept and sent in the next prologue
  Bytes routing_info;
};
struct Dirty {  // refetch, then clean_dirty() with the same two words
  std::string type;
  std::string timestamp;
};
struct ClientExpiration {             // the end of life of this version; nothing: withdrawn already
  std::optional<std::uint64_t> time;  // Unix seconds
};
struct DowngradeWebclient {};  // the phone has no multi-device: multidevice_off()

using IbEvent = std::variant<OfflinePreview, OfflineDone, EdgeRouting, Dirty, ClientExpiration,
                             DowngradeWebclient>;

// Everything known in one <ib>, in order; unknown children and other stanzas yield nothing. Total.
std::vector<IbEvent> parse_ib(const wire::Node& node);
// How a DowngradeWebclient ends the session.
StreamEnd multidevice_off();

}  // namespace wasphere::stanza
