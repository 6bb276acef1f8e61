// Ratchets: the records that one transaction works on. A burst from one device reads and writes its
// record once.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "daemon/store/messaging.h"

namespace wasphere::messaging {

// Store thread only. Nothing is written before flush().
class Ratchets {
 public:
  Ratchets(store::SignalRepo& repo, std::string session_id)
      : repo_(repo), session_id_(std::move(session_id)) {}

  const signal::SessionRecord& session(const wire::Jid& device);
  void put(const wire::Jid& device, signal::SessionRecord record);
  const signal::SenderKeyRecord& sender_key(const wire::Jid& group, const wire::Jid& sender);
  void put(const wire::Jid& group, const wire::Jid& sender, signal::SenderKeyRecord record);

  // Before the transaction ends, and before the repository is used directly.
  void flush();
  // flush(), and everything is read anew: after the repository was changed directly.
  void forget();

 private:
  template <class Record>
  struct Kept {
    Record record;
    bool changed = false;
  };

  store::SignalRepo& repo_;
  std::string session_id_;
  std::map<wire::Jid, Kept<signal::SessionRecord>> sessions_;
  std::map<std::pair<wire::Jid, wire::Jid>, Kept<signal::SenderKeyRecord>> sender_keys_;
};

}  // namespace wasphere::messaging
