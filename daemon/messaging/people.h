// People: addresses as the ratchets and the messages table know them (protocol 2, section 3).
#pragma once

#include <map>
#include <optional>
#include <string>

#include "daemon/messaging/context.h"
#include "daemon/messaging/ratchets.h"
#include "daemon/store/store.h"

namespace wasphere::messaging {

// True for the two forms of a person's address, hosted ones included.
bool is_person(const wire::Jid& jid);
bool is_lid(const wire::Jid& jid);

struct Person {
  wire::Jid device;                // canonical
  wire::Jid user;                  // the same without device
  std::optional<wire::Jid> phone;  // of the user, bare; nothing if not known
};

// Store thread only, for one transaction.
class People {
 public:
  People(store::Tx& tx, const JobContext& self, Ratchets& ratchets)
      : tx_(tx), self_(self), session_id_(self.id()), ratchets_(ratchets) {}

  // `alt` is the other address of the same device, if a stanza states it: learnt if it is news.
  Person resolve(const wire::Jid& jid, const std::optional<wire::Jid>& alt);
  // Both bare, in either order. True if the pair was new: ratchets moved to the LID.
  bool learn(const wire::Jid& one, const wire::Jid& other, bool overwrite);
  // Canonical and bare, of a text that names a chat or a person; nothing if it names none.
  std::optional<wire::Jid> canonical(const std::string& text);
  // The name that a person shows; empty: none was stated.
  void show_name(const Person& person, const std::string& name);

 private:
  std::optional<wire::Jid> phone_of(const wire::Jid& user);

  store::Tx& tx_;
  const JobContext& self_;
  const std::string& session_id_;
  Ratchets& ratchets_;
  std::map<wire::Jid, Person> known_;       // by the address as it came
  std::map<wire::Jid, std::string> names_;  // as stored
};

}  // namespace wasphere::messaging
