// What one virtual person has received, for tests to ask about. Loop thread only.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "daemon/runtime/async_event.h"

namespace wasphere::sandbox {

struct Received {
  std::string id;
  std::string chat;    // bare: the group or the other person, as addressed
  std::string sender;  // bare
  std::string kind;    // text, reaction, edit, revoke, media, other, undecryptable
  std::string text;
  std::string target;  // of a reaction, edit or revoke
  bool own = false;    // a copy of what another device of the person sent
  bool offline = false;
  std::uint64_t time = 0;                     // Unix seconds, the server's
  std::map<std::uint16_t, unsigned> devices;  // how often each of his devices has opened it

  unsigned count() const {
    unsigned most = 0;
    for (const auto& [device, times] : devices) most = times > most ? times : most;
    return most;
  }
};

struct SeenReceipt {
  std::string id;
  std::string from;
  std::string type;  // delivered, read, played, retry…
};

class Inbox {
 public:
  // The same message on another device, again, or readable at last, changes its entry.
  void add(std::uint16_t device, Received message);
  void add(SeenReceipt receipt);
  void add_ack(const std::string& id, unsigned error);  // 0: accepted
  void clear();

  const std::vector<Received>& messages() const { return messages_; }
  const std::vector<SeenReceipt>& receipts() const { return receipts_; }
  const std::map<std::string, unsigned>& acks() const { return acks_; }
  // Completes at the next change of any of these.
  runtime::Task<> changed();
  void wake();  // whoever waits for that

 private:
  std::vector<Received> messages_;
  std::map<std::pair<std::string, std::string>, std::size_t> index_;  // by sender and id
  std::vector<SeenReceipt> receipts_;
  std::map<std::string, unsigned> acks_;
  runtime::AsyncEvent changed_;
};

}  // namespace wasphere::sandbox
