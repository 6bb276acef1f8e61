// What the next messages need before they can be encrypted: device lists, sessions, metadata.
#include <algorithm>

#include "daemon/messaging/worker.h"
#include "daemon/runtime/log.h"

namespace wasphere::messaging {

using runtime::Duration;
using runtime::Task;
using wire::Jid;

namespace {

// What WhatsApp could not tell is asked for again after that.
constexpr Duration kGapsLast{5 * 60'000};

// A message needs at most a group, its members and their sessions, and each once more. Beyond that
// the answers do not fit the questions.
constexpr int kMaxFruitless = 8;

std::vector<Jid> as_list(const std::set<Jid>& jids) {
  return {jids.begin(), jids.end()};
}

}  // namespace

void Worker::prepare_soon(Needs needs) {
  if (preparing_ || !attached_ || (needs.none() && tokens_wanted_.empty())) return;
  preparing_ = true;
  prepared_.reset();
  context_.tasks.spawn(prepare(std::move(needs), std::exchange(tokens_wanted_, {})));
}

Task<> Worker::prepare(Needs needs, std::vector<Jid> tokens) {
  Status fetched = co_await fetch(std::move(needs), std::move(tokens));
  if (fetched && ++fruitless_preparations_ >= kMaxFruitless)
    fetched = fail(ErrorCode::protocol_error, "WhatsApp's answers do not help to send it.");
  on_prepared(fetched);
}

Task<Status> Worker::fetch(Needs needs, std::vector<Jid> tokens) {
  for (const Jid& peer : tokens) {
    CO_CHECK(co_await tokens_.issue(peer));
  }
  CO_CHECK(co_await fetch_groups(needs.groups));
  if (!needs.users.empty()) {
    std::vector<Jid> users = as_list(needs.users);
    CO_TRY(const auto unknown,
           co_await directory_.refresh(std::move(users), stanza::UsyncContext::message));
    gaps_.users.insert(unknown.begin(), unknown.end());
  }
  if (!needs.devices.empty()) {
    std::vector<Jid> devices = as_list(needs.devices);
    CO_TRY(const auto unreachable, co_await directory_.begin_sessions(std::move(devices)));
    gaps_.devices.insert(unreachable.begin(), unreachable.end());
  }
  co_return Status{};
}

// That a group does not exist is an answer; only what may pass is a failure.
Task<Status> Worker::fetch_groups(std::set<Jid> groups) {
  for (const Jid& group : groups) {
    const auto info = co_await groups_.refresh(group);
    if (info) continue;
    const ErrorCode code = info.error().code;
    if (code != ErrorCode::group_not_found && code != ErrorCode::forbidden)
      co_return fail(info.error());
    gaps_.groups.emplace(group, info.error());
  }
  co_return Status{};
}

// A lost connection counts for nothing: it all starts again with the next one.
void Worker::on_prepared(const Status& fetched) {
  preparing_ = false;
  prepared_.set();
  if (fetched) {
    failed_preparations_ = 0;
  } else if (attached_ && context_.connected()) {
    runtime::log_warning("messaging", "{}: cannot prepare the next message: {}", context_.id(),
                         fetched.error().message);
    ++failed_preparations_;
    const Duration asked{fetched.error().retry_after_ms};
    pause_until_ =
        context_.services().clock.now_steady() + std::max(asked, retry_pause(failed_preparations_));
    if (failed_preparations_ >= context_.options().max_attempts) {
      failed_preparations_ = 0;
      give_up_ =
          Refusal{std::string(error_info(fetched.error().code).name), fetched.error().message};
    }
  }
  if (!tokens_wanted_.empty()) prepare_soon({});
  wake();
}

void Worker::forget_old_gaps() {
  const auto now = context_.services().clock.now_steady();
  if (now - gaps_since_ < kGapsLast) return;
  gaps_ = {};
  gaps_since_ = now;
}

}  // namespace wasphere::messaging
