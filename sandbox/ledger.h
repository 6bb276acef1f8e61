// Ids that accounts have used, the newest of them: a second message with one is not delivered
// again, and a retry receipt finds its author by it.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <unordered_map>

namespace wasphere::sandbox {

class Ledger {
 public:
  struct Entry {
    std::uint16_t device = 0;  // of the author
    std::uint64_t time = 0;    // Unix seconds; every copy of the message carries it
  };
  using Visit =
      std::function<void(const std::string& account, const std::string& id, const Entry& entry)>;

  const Entry* find(const std::string& account, const std::string& id) const;
  void add(const std::string& account, const std::string& id, Entry entry);
  void each(const Visit& visit) const;  // oldest first

 private:
  std::unordered_map<std::string, Entry> entries_;  // by account and id
  std::deque<std::string> order_;
};

}  // namespace wasphere::sandbox
