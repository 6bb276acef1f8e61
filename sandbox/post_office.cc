#include "sandbox/post_office.h"

#include <algorithm>
#include <utility>

#include "daemon/runtime/log.h"

namespace wasphere::sandbox {

void PostOffice::keep_in(Journal& journal, Journal::Contents left) {
  for (const auto& each : left.authored) ledger_.add(each.account, each.id, each.entry);
  for (auto& each : left.waiting) {
    last_ = std::max(last_, each.number);
    box(each.device).put(each.number, std::move(each.letter));
  }
  journal_ = &journal;
}

const Mailbox* PostOffice::find(const wire::Jid& device) const {
  const auto found = boxes_.find(device);
  return found == boxes_.end() ? nullptr : &found->second;
}

void PostOffice::post(const wire::Jid& device, Letter letter) {
  const auto number = ++last_;
  if (kept(device)) journal_->put(number, device, letter);
  box(device).put(number, std::move(letter));
  if (journal_ != nullptr && journal_->worn()) renew_journal();
}

std::size_t PostOffice::answered(const wire::Jid& device, const std::string& id,
                                 const std::function<bool(const Letter&)>& matches) {
  const bool noted = kept(device);
  return box(device).take(id, matches, [&](std::uint64_t number) {
    if (noted) journal_->taken(number);
  });
}

void PostOffice::pass(const wire::Jid& device, const wire::Node& stanza) {
  const auto found = boxes_.find(device);
  if (found != boxes_.end()) found->second.pass(stanza);
}

void PostOffice::clear(const wire::Jid& device) {
  auto& gone = box(device);  // a connection may still be attached to it
  if (kept(device))
    for (const auto& [number, letter] : gone.letters()) journal_->taken(number);
  gone.clear();
}

void PostOffice::retry_asked(const std::string& account, const std::string& id,
                             const wire::Jid& device) {
  retries_[{account, id}].insert(device);
}

bool PostOffice::retry_taken(const std::string& account, const std::string& id,
                             const wire::Jid& device) {
  const auto found = retries_.find({account, id});
  if (found == retries_.end() || found->second.erase(device) == 0) return false;
  if (found->second.empty()) retries_.erase(found);
  return true;
}

void PostOffice::authored(const std::string& account, const std::string& id, Ledger::Entry entry) {
  if (journal_ != nullptr) journal_->authored(account, id, entry);
  ledger_.add(account, id, entry);
}

void PostOffice::renew_journal() {
  Journal::Contents contents;
  ledger_.each([&](const std::string& account, const std::string& id, const Ledger::Entry& entry) {
    contents.authored.push_back({account, id, entry});
  });
  for (const auto& [device, mailbox] : boxes_) {
    if (!kept(device)) continue;
    for (const auto& [number, letter] : mailbox.letters())
      contents.waiting.push_back({number, device, letter});
  }
  if (auto renewed = journal_->begin_anew(contents); !renewed)
    runtime::log_error("sandbox.state", "{}", renewed.error().message);
}

}  // namespace wasphere::sandbox
