// The people of the sandbox: every virtual phone with its own Signal state, and virtual contacts,
// which are phones that also have companions of their own and manners.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "sandbox/handset.h"
#include "sandbox/phone.h"

namespace wasphere::sandbox {

// One virtual person. The phone is the first of the devices.
struct Person {
  PhoneInfo phone;
  bool contact = false;  // made as a contact, not to be linked to
  Manners manners;
  Inbox inbox;
  std::vector<std::unique_ptr<Handset>> devices;

  Handset& handset() { return *devices.front(); }
};

struct ContactServices {
  PhoneGateway& gateway;
  runtime::Clock& clock;
  Rng& rng;
};

class Contacts {
 public:
  // Every phone becomes a person; those without keys get some.
  static Result<std::unique_ptr<Contacts>> load(HandsetState& state, Phones& phones,
                                                ContactServices services);
  Contacts(const Contacts&) = delete;
  Contacts& operator=(const Contacts&) = delete;

  Result<PhoneInfo> create_phone(const std::string& number, const std::string& name,
                                 const std::string& platform);
  Result<Person*> create(const std::string& number, const std::string& name,
                         std::size_t companions);
  // By name, or by number with or without the plus sign.
  Result<Person*> find(const std::string& who);
  // Of a number, name or JID, as the sandbox's people write to it.
  Result<wire::Jid> address(const std::string& to);
  std::vector<Person*> all();
  Status add_companion(Person& person);
  // A new installation: other keys, nothing remembered, no companions.
  Status reinstall(Person& person);

 private:
  Contacts(HandsetState& state, Phones& phones, ContactServices services);
  Status adopt(const PhoneInfo& phone, std::vector<HandsetKeys> kept);
  Status publish(Person& person, HandsetKeys keys);
  void install(Person& person, HandsetKeys keys);
  void wake();
  void turn();

  HandsetState& state_;
  Phones& phones_;
  ContactServices services_;
  std::deque<Person> people_;  // their addresses stay
  std::unique_ptr<runtime::Timer> turn_timer_;
  bool woken_ = false;
};

}  // namespace wasphere::sandbox
