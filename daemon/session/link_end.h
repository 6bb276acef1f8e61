// LinkEnd: why one connection to WhatsApp ended.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/stanza/stream.h"
#include "core/util/error.h"

namespace wasphere::session {

enum class EndKind : std::uint8_t {
  stopped,  // by an operation or the daemon's stop: nothing follows from it
  restart,  // dial again now
  retry,    // transient
  logged_out,
  replaced,
  banned_temporary,
  banned_permanent,
  banned_locked,
  outdated,
  refused,
  multidevice_off,
  certificate_rejected,
  qr_expired,
  pairing_failed,
  store_failed,
};

struct LinkEnd {
  EndKind kind = EndKind::retry;
  std::string reason;   // one word of a fixed list, shown to the public
  std::string message;  // one sentence for the log
  int ban_code = 0;
  std::optional<std::uint64_t> ban_seconds{};  // from now

  static LinkEnd stopped() { return {EndKind::stopped, "stopped", "closed by us"}; }
};

LinkEnd end_of(const stanza::StreamEnd& end);
// An error on the way to a login or while serving it.
LinkEnd end_of(const Error& error);

}  // namespace wasphere::session
