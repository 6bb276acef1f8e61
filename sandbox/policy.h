// What the server insists on for one account. Strict unless a test asks for something else
// (protocol 2, sections 3.4, 8.2 and 8.9).
#pragma once

#include <map>
#include <set>
#include <string>

namespace wasphere::sandbox {

struct Policy {
  bool lid_migrated = true;          // may write to hidden addresses
  bool need_device_identity = true;  // beside a pkmsg of a companion; else 479
  bool drop_untyped_media = true;    // media without a mediatype vanishes, unanswered
  bool timelocked = false;           // cold contacts need a privacy token; else 463
  bool capped = false;               // cold contacts get 475
  std::set<std::string> blocked;     // numbers that this account refuses messages from; 403
};

class Policies {
 public:
  const Policy& of(const std::string& number) const {
    const auto found = special_.find(number);
    return found == special_.end() ? usual_ : found->second;
  }
  Policy& change(const std::string& number) {
    return special_.try_emplace(number, usual_).first->second;
  }

 private:
  Policy usual_;
  std::map<std::string, Policy> special_;
};

}  // namespace wasphere::sandbox
