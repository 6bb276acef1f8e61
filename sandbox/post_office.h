// Every device's mailbox, and who wrote what: the part of the network that must not lose anything.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "core/wire/jid.h"
#include "sandbox/journal.h"
#include "sandbox/ledger.h"
#include "sandbox/mailbox.h"

namespace wasphere::sandbox {

class PostOffice {
 public:
  // From now on everything is written down as well. `journal` outlives this.
  void keep_in(Journal& journal, Journal::Contents left);
  // Letters to this device are kept in memory only: a virtual one forgets as much itself.
  void forgetful(const wire::Jid& device) { forgetful_.insert(device); }

  // Devices are named by their phone number addresses.
  Mailbox& box(const wire::Jid& device) { return boxes_[device]; }
  const Mailbox* find(const wire::Jid& device) const;
  void post(const wire::Jid& device, Letter letter);
  // Takes out what the device has answered; how many letters that were.
  std::size_t answered(const wire::Jid& device, const std::string& id,
                       const std::function<bool(const Letter&)>& matches);
  // To the device if it is there now; never kept.
  void pass(const wire::Jid& device, const wire::Node& stanza);
  void clear(const wire::Jid& device);  // it is not linked any more

  // A device could not open the message and has asked its author for it: its repetition is no
  // duplicate. retry_taken() is true once for each.
  void retry_asked(const std::string& account, const std::string& id, const wire::Jid& device);
  bool retry_taken(const std::string& account, const std::string& id, const wire::Jid& device);

  const Ledger& ledger() const { return ledger_; }
  void authored(const std::string& account, const std::string& id, Ledger::Entry entry);

 private:
  bool kept(const wire::Jid& device) const {
    return journal_ != nullptr && !forgetful_.contains(device);
  }
  void renew_journal();

  std::map<wire::Jid, Mailbox> boxes_;
  std::set<wire::Jid> forgetful_;
  Ledger ledger_;
  std::map<std::pair<std::string, std::string>, std::set<wire::Jid>> retries_;
  Journal* journal_ = nullptr;
  std::uint64_t last_ = 0;
};

}  // namespace wasphere::sandbox
