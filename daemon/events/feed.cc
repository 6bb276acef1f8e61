#include "daemon/events/feed.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "daemon/runtime/log.h"

namespace wasphere::events {
namespace {

constexpr std::size_t kPage = 100;

struct Page {
  std::vector<store::EventRow> rows;
  std::int64_t first_seq = 0;
};

bool contains(const std::vector<std::string>& list, const std::string& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

runtime::Task<Result<Page>> read_page(store::Store& store, std::int64_t after) {
  auto job = [&after](store::Tx& tx) -> Result<Page> {
    return Page{tx.events.after(after, kPage), tx.events.first_seq()};
  };
  co_return co_await store.run(job);
}

}  // namespace

bool Filter::admits(const store::EventRow& event) const {
  return (types.empty() || contains(types, event.type)) &&
         (session_ids.empty() || contains(session_ids, event.session_id));
}

Subscription::Subscription(EventFeed& feed, Filter filter, std::int64_t after,
                           std::shared_ptr<Sink> sink)
    : feed_(feed), filter_(std::move(filter)), cursor_(after), sink_(std::move(sink)) {}

bool Subscription::has_work() const {
  return !cancelled_ && cursor_ < feed_.newest_ && sink_->ready();
}

void Subscription::resume() {
  if (pumping_ || !has_work()) return;
  pumping_ = true;
  boost::asio::co_spawn(feed_.io_, pump(shared_from_this()), boost::asio::detached);
}

void Subscription::cancel() {
  cancelled_ = true;
}

void Subscription::hand_over(const store::EventRow& event) {
  cursor_ = event.seq;
  // A QR that nobody can scan any more is not news.
  bool stale = event.expires_at != 0 && event.expires_at <= runtime::unix_millis(feed_.clock_);
  if (!stale && filter_.admits(event)) sink_->deliver(event);
}

void Subscription::skip_retired(std::int64_t first_seq) {
  // With nothing left in the log, everything up to the newest was missed.
  const std::int64_t first = first_seq != 0 ? first_seq : feed_.newest_ + 1;
  if (first <= cursor_ + 1) return;
  sink_->gap(cursor_, first);
  cursor_ = first - 1;
}

runtime::Task<> Subscription::pump(std::shared_ptr<Subscription> self) {
  while (self->has_work()) {
    auto page = co_await read_page(self->feed_.store_, self->cursor_);
    if (!page) {
      runtime::log_error("events", "cannot read the event log: {}", page.error().message);
      break;
    }
    if (self->cancelled_) break;
    self->skip_retired(page->first_seq);
    for (const store::EventRow& event : page->rows) self->hand_over(event);
  }
  self->pumping_ = false;
}

void EventFeed::wake(std::int64_t newest) {
  newest_ = std::max(newest_, newest);
  std::erase_if(subscriptions_, [](const auto& weak) { return weak.expired(); });
  auto readers = subscriptions_;  // resume() may subscribe others
  for (const auto& weak : readers)
    if (auto reader = weak.lock()) reader->resume();
}

std::shared_ptr<Subscription> EventFeed::subscribe(Filter filter, std::int64_t after,
                                                   std::shared_ptr<Sink> sink) {
  auto reader = std::make_shared<Subscription>(*this, std::move(filter), after, std::move(sink));
  subscriptions_.push_back(reader);
  reader->resume();
  return reader;
}

}  // namespace wasphere::events
