// Keepalive: is the other side still there? WhatsApp Web's rule (protocol 1, section 8.1): any
// inbound data is a sign of life; a quiet link is pinged; 20 s of silence after the first
// unanswered send is death.
#pragma once

#include <functional>
#include <memory>

#include "core/util/rng.h"
#include "daemon/runtime/clock.h"

namespace wasphere::session {

class Keepalive {
 public:
  struct Hooks {
    std::function<void()> ping;
    std::function<void()> dead;
  };
  Keepalive(runtime::Clock& clock, Rng& rng, Hooks hooks);

  void start();
  void stop();
  void on_received();  // any data at all
  void on_asked();     // something was sent that the server has to answer

 private:
  void arm_ping();

  Rng& rng_;
  Hooks hooks_;
  std::unique_ptr<runtime::Timer> ping_;
  std::unique_ptr<runtime::Timer> death_;
  bool running_ = false;
  bool waiting_ = false;  // for a sign of life; the death timer runs
};

}  // namespace wasphere::session
