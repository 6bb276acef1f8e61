// What callers of the session layer pass in and get out: plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "daemon/store/records.h"

namespace wasphere::session {

struct Qr {
  std::string text;
  std::int64_t expires_at = 0;  // Unix milliseconds
};

struct PairingCode {
  std::string code;  // "ABCD-EFGH"
  std::int64_t expires_at = 0;
};

struct SessionSnapshot {
  store::SessionRow row;
  std::optional<Qr> qr;             // only while it can be scanned
  std::optional<PairingCode> code;  // only while it can be typed
  std::optional<std::int64_t> next_attempt_at;
  int max_attempts = 0;
};

struct NewSession {
  std::string name;
  std::string description;
  store::SessionSettings settings;
};

// Only what is set changes.
struct SessionPatch {
  std::optional<std::string> name;
  std::optional<std::string> description;
  std::optional<std::int64_t> msg_delay_min_ms;
  std::optional<std::int64_t> msg_delay_max_ms;
  std::optional<bool> typing_simulation;
  std::optional<std::int64_t> rate_limit_per_min;
  std::optional<bool> auto_read_on_receive;
  std::optional<bool> receive_enabled;
};

struct Removed {
  std::string id;
  // Nothing of the session is left on the phone. False: the device must be removed there by hand.
  bool unlinked = false;
};

}  // namespace wasphere::session
