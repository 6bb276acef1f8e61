// Requests that may come twice, by their header Idempotency-Key: the first is worked on and its
// answer kept for a day, the second gets that answer. Sends are not among them: the queue knows
// their keys itself. Main thread only.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>

#include "daemon/runtime/clock.h"
#include "daemon/runtime/task.h"
#include "daemon/store/admin.h"
#include "daemon/store/store.h"

namespace wasphere::http {

class Repetitions {
 public:
  // Both must outlive it.
  Repetitions(store::Store& store, runtime::Clock& clock) : store_(store), clock_(clock) {}

  // The same for the same request: the operation with its parameters. Keyed, as texts are short
  // enough to be guessed.
  std::string hash_of(const std::string& request) const;

  // Nothing: the request is new and must be worked on, then end() called. Otherwise the answer that
  // it got before; idempotency_in_flight while that is not there, or if the daemon ended before it
  // was; idempotency_mismatch if the key was used for another request.
  runtime::Task<Result<std::optional<store::KeptAnswer>>> begin(store::KeptAnswer request);
  // With the status and body it was answered with. Refusals changed nothing and are forgotten, so
  // that the request may be made again.
  runtime::Task<> end(store::KeptAnswer answered);

 private:
  store::Store& store_;
  runtime::Clock& clock_;
  std::set<std::pair<std::string, std::string>> under_way_;  // owner and key
};

}  // namespace wasphere::http
