// Receipts that come in: messages of ours move on, and say so once for every reader (protocol 2,
// section 6.4).
#pragma once

#include <vector>

#include "core/stanza/receipt.h"
#include "daemon/messaging/inbound_job.h"

namespace wasphere::messaging {

// Somebody could not read a message of ours.
struct RetryAsked {
  wire::Node stanza;  // to be acknowledged once it is answered
  stanza::IncomingReceipt receipt;
};

struct ReceiptsOutcome {
  std::vector<wire::Node> acks;          // to be sent after the commit
  std::vector<store::MessageRow> moved;  // as they are now
  std::vector<RetryAsked> retries;
};

// Store thread.
ReceiptsOutcome take_receipts(InboundJob& job, const std::vector<wire::Node>& stanzas);

}  // namespace wasphere::messaging
