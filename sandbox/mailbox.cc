#include "sandbox/mailbox.h"

#include <algorithm>
#include <limits>

#include "core/stanza/server.h"

namespace wasphere::sandbox {
namespace {

// Sent unasked at the start of a backlog.
constexpr std::uint32_t kUnasked = 5;

stanza::OfflinePreview preview_of(const std::map<std::uint64_t, Letter>& letters) {
  stanza::OfflinePreview preview;
  for (const auto& [number, letter] : letters) {
    ++preview.count;
    if (letter.kind == LetterKind::message) ++preview.messages;
    if (letter.kind == LetterKind::receipt) ++preview.receipts;
    if (letter.kind == LetterKind::notification) ++preview.notifications;
  }
  return preview;
}

}  // namespace

void Mailbox::put(std::uint64_t number, Letter letter) {
  numbers_.emplace(letter.id(), number);
  letters_.emplace_hint(letters_.end(), number, std::move(letter));
  pump();
}

std::size_t Mailbox::take(const std::string& id, const std::function<bool(const Letter&)>& answered,
                          const Removed& removed) {
  std::size_t count = 0;
  const auto [first, last] = numbers_.equal_range(id);
  for (auto it = first; it != last;) {
    const auto letter = letters_.find(it->second);
    if (!answered(letter->second)) {
      ++it;
      continue;
    }
    removed(it->second);
    if (begun_ && it->second <= std::min(sent_, backlog_end_)) ++allowed_;
    letters_.erase(letter);
    it = numbers_.erase(it);
    ++count;
  }
  if (count > 0) pump();  // the end of the backlog may have been answered before it was sent
  return count;
}

void Mailbox::clear() {
  letters_.clear();
  numbers_.clear();
}

void Mailbox::attach(Outlet& outlet) {
  outlet_ = &outlet;
  begun_ = paused_ = false;
  backlog_done_ = false;
  sent_ = 0;
  allowed_ = kUnasked;
}

void Mailbox::detach(const Outlet& outlet) {
  if (outlet_ == &outlet) outlet_ = nullptr;
}

void Mailbox::begin() {
  if (outlet_ == nullptr || begun_) return;
  begun_ = true;
  backlog_end_ = letters_.empty() ? 0 : letters_.rbegin()->first;
  backlog_size_ = static_cast<std::uint32_t>(letters_.size());
  outlet_->deliver(stanza::build_offline_preview(preview_of(letters_)));
  pump();
}

void Mailbox::allow(std::uint32_t count) {
  allowed_ += std::min(count, std::numeric_limits<std::uint32_t>::max() - allowed_);
  pump();
}

void Mailbox::pause(bool paused) {
  paused_ = paused;
  pump();
}

void Mailbox::pass(const wire::Node& stanza) {
  if (outlet_ != nullptr) outlet_->deliver(stanza);
}

void Mailbox::pump() {
  if (outlet_ == nullptr || !begun_ || paused_) return;
  for (auto it = letters_.upper_bound(sent_); it != letters_.end(); ++it) {
    const bool offline = it->first <= backlog_end_;
    if (offline && allowed_ == 0) return;
    if (offline) --allowed_;
    if (!offline) finish_backlog();
    sent_ = it->first;
    send(it->second, offline);
  }
  finish_backlog();
}

void Mailbox::send(const Letter& letter, bool offline) {
  if (!offline) return outlet_->deliver(letter.stanza);
  auto stanza = letter.stanza;
  stanza.set("offline", "1");
  outlet_->deliver(stanza);
}

void Mailbox::finish_backlog() {
  if (backlog_done_) return;
  backlog_done_ = true;
  outlet_->deliver(stanza::build_offline(backlog_size_));
}

}  // namespace wasphere::sandbox
