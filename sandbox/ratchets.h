// The Signal side of one virtual device: its sessions and sender keys, in memory. A device that
// forgot them (after kill -9) asks for retries, as a real one would.
#pragma once

#include <map>
#include <set>
#include <string>

#include "core/signal/sender_key.h"
#include "core/signal/session_cipher.h"
#include "core/util/rng.h"
#include "core/wire/jid.h"
#include "sandbox/handset_keys.h"

namespace wasphere::sandbox {

class Ratchets {
 public:
  Ratchets(HandsetKeys& keys, Rng& rng) : keys_(keys), rng_(rng) {}

  bool has_session(const wire::Jid& device) const;
  // From a fetched bundle, or one that came with a retry receipt.
  signal::Outcome<void> begin(const wire::Jid& device, const signal::PreKeyBundle& bundle);
  struct Sealed {
    std::string type;  // msg, pkmsg, skmsg
    Bytes body;
  };
  // All plaintexts without padding.
  signal::Outcome<Sealed> seal(const wire::Jid& device, BytesView plaintext);
  signal::Outcome<Bytes> open(const wire::Jid& device, const std::string& type, BytesView body);

  // Of our own sender key; makes one if there is none yet.
  Bytes distribution(const std::string& group);
  signal::Outcome<Sealed> seal_for_group(const std::string& group, BytesView plaintext);
  signal::Outcome<Bytes> open_from_group(const std::string& group, const wire::Jid& device,
                                         BytesView body);
  signal::Outcome<void> learn_sender_key(const std::string& group, const wire::Jid& device,
                                         BytesView distribution);
  // Who has our sender key of the group.
  std::set<wire::Jid>& holders(const std::string& group) { return holders_[group]; }
  void rotate(const std::string& group);  // a new sender key at the next message

  // The same device has another address from now on.
  void rename(const std::string& from_user, const wire::Jid& to_user);
  void forget_user(const wire::Jid& user);
  void forget_all();

 private:
  signal::Outcome<Bytes> open_first(const wire::Jid& device, BytesView body);

  HandsetKeys& keys_;
  Rng& rng_;
  std::map<wire::Jid, signal::SessionRecord> sessions_;
  std::map<std::string, signal::SenderKeyRecord> own_keys_;  // by group
  std::map<std::pair<std::string, wire::Jid>, signal::SenderKeyRecord> sender_keys_;
  std::map<std::string, std::set<wire::Jid>> holders_;
};

}  // namespace wasphere::sandbox
