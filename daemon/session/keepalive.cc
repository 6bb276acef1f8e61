#include "daemon/session/keepalive.h"

namespace wasphere::session {
namespace {

constexpr std::uint64_t kQuietMinMs = 20'000;
constexpr std::uint64_t kQuietMaxMs = 30'000;
constexpr runtime::Duration kPatience{20'000};

}  // namespace

Keepalive::Keepalive(runtime::Clock& clock, Rng& rng, Hooks hooks)
    : rng_(rng), hooks_(std::move(hooks)), ping_(clock.make_timer()), death_(clock.make_timer()) {}

void Keepalive::start() {
  running_ = true;
  arm_ping();
}

void Keepalive::stop() {
  running_ = false;
  ping_->cancel();
  death_->cancel();
}

void Keepalive::on_received() {
  if (!running_) return;
  if (waiting_) death_->cancel();
  waiting_ = false;
  arm_ping();
}

void Keepalive::on_asked() {
  if (!running_ || waiting_) return;
  waiting_ = true;
  death_->arm(kPatience, [this] { hooks_.dead(); });
}

// Random, so that many links of one host do not ping in step.
void Keepalive::arm_ping() {
  const runtime::Duration quiet{rng_.between(kQuietMinMs, kQuietMaxMs)};
  ping_->arm(quiet, [this] { hooks_.ping(); });
}

}  // namespace wasphere::session
