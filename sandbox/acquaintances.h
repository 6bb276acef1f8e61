// Which accounts have written to each other: they are told when devices or identities change.
#pragma once

#include <map>
#include <set>
#include <string>

namespace wasphere::sandbox {

class Acquaintances {
 public:
  void add(const std::string& a, const std::string& b) {
    if (a == b) return;
    known_[a].insert(b);
    known_[b].insert(a);
  }
  const std::set<std::string>& of(const std::string& number) const {
    static const std::set<std::string> kNobody;
    const auto found = known_.find(number);
    return found == known_.end() ? kNobody : found->second;
  }

 private:
  std::map<std::string, std::set<std::string>> known_;
};

}  // namespace wasphere::sandbox
