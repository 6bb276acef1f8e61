// Reading rows of the outbox table.
#pragma once

#include "daemon/store/tables_messaging.h"

// One list, in the order of read_outbox().
#define WS_OUTBOX_COLUMNS                                                                  \
  "seq, session_id, id, target, type, message, secret, lane, state, attempts, typing_ms, " \
  "delay_ms, not_before, expires_at, queued_at, job_id, text"

namespace wasphere::store {

std::string_view lane_name(Lane lane);
Lane read_lane(const Query& row, int column);
// Opened; message and secret are empty if another master key sealed them.
OutboxRow read_outbox(Tables& tables, const Query& row);
// A sealed column of the row. What waits outlives the credentials, as it leaves when the same
// account is linked again; so its key is made from the master key, not the session's.
Bytes seal_queued(Tables& tables, const OutboxRow& row, std::string_view column, BytesView plain);

}  // namespace wasphere::store
