// Messages and queues as the public objects of ipc/.
#pragma once

#include <optional>

#include "daemon/store/message_records.h"
#include "daemon/store/records.h"
#include "ipc/commands.h"

namespace wasphere::api {

// A message with its place in the queue while it has one.
struct Tracked {
  store::MessageRow row;
  std::optional<store::OutboxRow> queued;
  std::int64_t position = 0;  // 0: not in the queue
};

ipc::MessageView message_view(const store::MessageRow& row);
ipc::MessageState message_state(const Tracked& message);
ipc::MessageTraceView trace_view(const store::MessageRow& row,
                                 const std::vector<store::TraceRow>& steps,
                                 const std::vector<store::ReceiptRow>& receipts);
ipc::QueueItem queue_item(const store::OutboxRow& row);
ipc::QueueState queue_state(const store::SessionRow& session, const store::OutboxStats& stats);
ipc::GroupView group_view(const stanza::GroupInfo& group);

// Whether a message of this status has got at least as far as `goal`.
bool has_reached(store::MessageStatus status, store::MessageStatus goal);
// Why a message that has failed did: the error a caller gets who waited for it.
Error failure_of(const store::MessageRow& row);

}  // namespace wasphere::api
