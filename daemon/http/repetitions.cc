#include "daemon/http/repetitions.h"

#include "core/crypto/blake2b.h"
#include "core/util/encoding.h"
#include "daemon/runtime/log.h"

namespace wasphere::http {
namespace {

using Found = std::optional<store::KeptAnswer>;

// An error of which nobody knows what was done before it: the operation must not be repeated under
// the same key.
bool is_final(int status) {
  return status < 300 || status == 500 || status == 502 || status == 504;
}

// What the store has of it; makes a mark that it was begun if there is nothing.
Result<Found> look_up(store::Tx& tx, const store::KeptAnswer& request) {
  auto before = tx.api_keys.kept_answer(request.owner, request.key);
  const bool expired = before && before->created_at + store::kIdempotencyMs <= request.created_at;
  if (!before || expired) {
    tx.api_keys.keep_answer(request);
    return Found();
  }
  if (before->request_hash != request.request_hash)
    return fail(ErrorCode::idempotency_mismatch,
                "the idempotency key was used before with another request");
  if (before->status == 0)
    return fail(ErrorCode::idempotency_in_flight,
                "the request with this idempotency key was cut off, and may or may not have been "
                "carried out: look, then use another key");
  return before;
}

}  // namespace

std::string Repetitions::hash_of(const std::string& request) const {
  return to_hex(crypto::blake2b(store_.pepper().view(), as_bytes(request)));
}

runtime::Task<Result<Found>> Repetitions::begin(store::KeptAnswer request) {
  const std::pair name{request.owner, request.key};
  if (!under_way_.insert(name).second)
    co_return fail(ErrorCode::idempotency_in_flight,
                   "a request with this idempotency key is being worked on");
  request.created_at = runtime::unix_millis(clock_);
  auto job = [&](store::Tx& tx) { return look_up(tx, request); };
  auto found = co_await store_.run(job);
  if (!found || *found) under_way_.erase(name);
  co_return found;
}

runtime::Task<> Repetitions::end(store::KeptAnswer answered) {
  answered.created_at = runtime::unix_millis(clock_);
  auto job = [&](store::Tx& tx) -> Status {
    if (is_final(answered.status)) {
      tx.api_keys.keep_answer(answered);
    } else {
      tx.api_keys.forget_answer(answered.owner, answered.key);
    }
    return {};
  };
  auto done = co_await store_.run(job);
  if (!done)
    runtime::log_warning("http", "the answer to an idempotency key was not kept: {}",
                         done.error().message);
  under_way_.erase({answered.owner, answered.key});
}

}  // namespace wasphere::http
