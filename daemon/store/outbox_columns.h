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
// Opened; message and secret are empty if the key that sealed them is gone.
OutboxRow read_outbox(Tables& tables, const Query& row);
std::string outbox_context(const std::string& session_id, const std::string& id,
                           std::string_view column);

}  // namespace wasphere::store
