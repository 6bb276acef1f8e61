#include "daemon/session/offline_resume.h"

#include "core/stanza/iq.h"
#include "daemon/runtime/log.h"

namespace wasphere::session {
namespace {

constexpr unsigned kBatch = 200;
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
  batch_started_ = false;
  link_.connection->send(stanza::offline_batch(kBatch));
  give_up_->arm(kGiveUpAfter, [this] {
    runtime::log_warning("session", "{}: the server did not finish its backlog",
                         link_.state.row().id);
    on_end();
  });
}

void OfflineResume::on_stanza(const wire::Node& stanza) {
  if (!running_ || batch_started_ || !stanza.has("offline")) return;
  batch_started_ = true;
  next_batch_->arm(kNextBatchAfter, [this] { ask(); });
}

void OfflineResume::on_end() {
  running_ = false;
  next_batch_->cancel();
  give_up_->cancel();
}

}  // namespace wasphere::session
