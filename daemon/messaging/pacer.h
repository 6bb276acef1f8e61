// Pacer: when the next message of a session may leave, as pure functions (behaviour 7). All times
// are Unix milliseconds.
#pragma once

#include <cstdint>
#include <deque>
#include <string_view>

#include "core/util/rng.h"
#include "daemon/store/records.h"

namespace wasphere::messaging {

inline constexpr std::int64_t kRateWindowMs = 60'000;

// True if messages go one at a time. Otherwise they go as fast as WhatsApp acknowledges them.
bool is_paced(const store::SessionSettings& settings);

// What was sent so far.
class History {
 public:
  // A stanza has left.
  void note_send(std::int64_t time);
  // Its acknowledgement came, or was given up.
  void note_finish(std::int64_t time) { finished_ = time; }
  void load(const std::vector<std::int64_t>& sends);  // as stored, after a restart
  void forget_before(std::int64_t time);

  std::int64_t finished() const { return finished_; }  // 0: nothing was sent yet
  const std::deque<std::int64_t>& sends() const { return sends_; }

 private:
  std::deque<std::int64_t> sends_;  // oldest first
  std::int64_t finished_ = 0;
};

// Drawn once for a message, and kept with it.
std::int64_t draw_delay(const store::SessionSettings& settings, Rng& rng);
// How long a person would type a text of `characters`, give or take a fifth.
std::int64_t draw_typing(std::size_t characters, Rng& rng);
std::size_t count_characters(std::string_view utf8);

struct Plan {
  std::int64_t composing_at = 0;  // 0: no typing is shown
  std::int64_t send_at = 0;
};
// A clock that went back never makes a message wait longer than its delay and the rate ask for.
Plan plan_send(const History& history, const store::SessionSettings& settings,
               std::int64_t delay_ms, std::int64_t typing_ms, std::int64_t now);
// When the message at `position` (from 1) is likely to leave, with average delays.
std::int64_t estimate_send(const History& history, const store::SessionSettings& settings,
                           std::int64_t position, std::int64_t now);

}  // namespace wasphere::messaging
