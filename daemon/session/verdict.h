// What the end of a connection means for its session: status, credentials, events and the next
// dial. Pure. Protocol 1, section 8.5.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/events/event.h"
#include "daemon/session/link_end.h"
#include "daemon/session/services.h"

namespace wasphere::session {

struct Verdict {
  store::Status status = store::Status::disconnected;
  std::string detail;
  std::string reason;
  int attempt = 0;                        // the new value of the row's counter
  std::optional<runtime::Duration> wait;  // until the next dial; nothing: none until somebody asks
  bool wipe = false;                      // the credentials are void
  std::optional<store::BanRecord> ban{};
  std::vector<events::Event> events{};  // empty: nothing to tell
};

// `row` as it was when the connection ended.
Verdict judge(const LinkEnd& end, const store::SessionRow& row, const ReconnectPolicy& policy,
              std::int64_t now_ms);

// The same for a session found in the store when the process starts. Nothing: it stays as it is.
std::optional<Verdict> judge_at_boot(const store::SessionRow& row, std::int64_t now_ms);

// Everything as the row has it, no dial and no event.
Verdict unchanged(const store::SessionRow& row);
// The account is not ours any more. Whose it was stays to be seen.
void forget_account(store::SessionRow& row);

// The row after the verdict.
void carry_out(const Verdict& verdict, store::SessionRow& row, std::int64_t now_ms);

}  // namespace wasphere::session
