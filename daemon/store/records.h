// The rows of the store as values. Times are Unix milliseconds; 0 or nullopt means "never".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/util/bytes.h"

namespace wasphere::store {

enum class Status : std::uint8_t { disconnected, connecting, connected, reconnecting, banned };
std::string_view status_name(Status status);
std::optional<Status> status_from_name(std::string_view name);

struct SessionSettings {
  std::int64_t msg_delay_min_ms = 1000;
  std::int64_t msg_delay_max_ms = 3000;
  bool typing_simulation = true;
  std::int64_t rate_limit_per_min = 20;
  bool auto_read_on_receive = false;
  bool receive_enabled = true;
  bool operator==(const SessionSettings&) const = default;
};

struct BanRecord {
  std::string kind;  // "temporary", "permanent", "locked"
  int code = 0;
  std::optional<std::int64_t> expires_at;
  std::string message;
};

struct SessionRow {
  std::string id;  // sess_…
  std::string name;
  std::string description;
  SessionSettings settings;
  bool desired_up = true;   // false: stay down across restarts
  bool queue_held = false;  // nothing is sent from the queue
  Status status = Status::disconnected;
  std::string status_detail = "never_linked";
  std::string status_reason;  // public reason of the last end; empty: none
  bool linked = false;        // credentials with an account are stored
  std::string phone_number;   // "+447700900123"; empty until linked
  std::string jid, lid, push_name;
  std::int64_t created_at = 0;
  std::int64_t connected_at = 0;  // last successful login
  std::int64_t last_seen_at = 0;
  int reconnect_attempt = 0;
  std::int64_t next_attempt_at =
      0;  // of the pending attempt, also across a restart; 0: none is planned
  std::optional<BanRecord> ban;
};

struct EventRow {
  std::int64_t seq = 0;    // assigned by append()
  std::string id;          // evt_…
  std::string type;        // "session.connected"
  std::string session_id;  // empty: none
  std::int64_t time = 0;
  std::string payload;          // the finished public JSON object of the event, all but its seq
  std::int64_t expires_at = 0;  // 0: never; a stale QR is skipped by readers
  std::string order_key{};      // the chat: what webhooks deliver in order, beside its session
};

}  // namespace wasphere::store
