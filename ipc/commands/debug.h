// Operations for tests, offered only when the state directory belongs to a sandbox.
#pragma once

#include "ipc/command.h"

namespace wasphere::ipc {

struct ClockView {
  std::string now;
  static constexpr auto fields =
      std::tuple{field("now", &ClockView::now, "The time there after the step.")};
};

inline constexpr std::int64_t kMaxClockStepMs = 366LL * 24 * 3600 * 1000;

struct DebugAdvanceClock {
  using Response = ClockView;
  static constexpr CommandInfo command{.method = "debug.advanceClock",
                                       .scope = Scope::sessions_write,
                                       .summary = "Move the daemon's clock forward.",
                                       .description = "Timers that fall due on the way fire.",
                                       .returns = "The daemon's time.",
                                       .errors = {ErrorCode::not_supported},
                                       .local_only = true,
                                       .hidden = true};
  std::int64_t advanceMs = 0;
  static constexpr auto fields =
      std::tuple{arg("advanceMs", &DebugAdvanceClock::advanceMs, "Milliseconds to move by.",
                     range(0, kMaxClockStepMs))};
};

}  // namespace wasphere::ipc
