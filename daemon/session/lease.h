// Who may connect a session: two daemons on one account would replace each other for ever.
#pragma once

#include <cstdint>
#include <string>

namespace wasphere::session {

// A SQLite store belongs to one daemon (the state directory is locked), so there is one node and
// its lease is always granted. A store that several daemons share needs a name for each.
inline const std::string kNode = "local";
inline constexpr std::int64_t kLeaseMs = 3 * 60'000;  // renewed every minute

}  // namespace wasphere::session
