#include "daemon/session/offline_resume.h"

#include "core/stanza/iq.h"
#include "daemon/runtime/log.h"

namespace wasphere::session {
namespace {

constexpr unsigned kBatch = 200;
// What was asked for and is not handled yet waits in memory: no more of it than two batches.
constexpr unsigned kMaxUnhandled = 2 * kBatch;
constexpr runtime::Duration kNextBatchAfter{100};
constexpr runtime::Duration kGiveUpAfter{60'000};  // of silence about the backlog

}  // namespace

OfflineResume::OfflineResume(Link link)
    : link_(std::move(link)),
      next_batch_(link_.services.clock.make_timer()),
      give_up_(link_.services.clock.make_timer()) {}

void OfflineResume::on_preview(std::uint64_t waiting) {
  if (waiting == 0 || running_) return;
  running_ = true;
  ask();
}

void OfflineResume::ask() {
  unhandled_ += kBatch;
  next_batch_->cancel();
  waiting_ = false;
  link_.connection->send(stanza::offline_batch(kBatch));
  give_up_->arm(kGiveUpAfter, [this] {
    runtime::log_warning("session", "{}: the server did not finish its backlog",
                         link_.state.row().id);
    on_end();
  });
}

// A little after the first stanza of a batch, or when there is nothing left to handle.
void OfflineResume::on_stanza(const wire::Node& stanza) {
  if (!running_ || !stanza.has("offline")) return;
  if (unhandled_ > 0) --unhandled_;
  if (unhandled_ == 0) return ask();
  if (waiting_ || unhandled_ > kMaxUnhandled) return;
  waiting_ = true;
  next_batch_->arm(kNextBatchAfter, [this] { ask(); });
}

void OfflineResume::on_end() {
  running_ = waiting_ = false;
  unhandled_ = 0;
  next_batch_->cancel();
  give_up_->cancel();
}

}  // namespace wasphere::session
