#include "sandbox/contacts.h"

#include <algorithm>
#include <utility>

#include "core/stanza/adv.h"

namespace wasphere::sandbox {
namespace {

constexpr std::size_t kOneTimeKeys = 50;
// So many stanzas a turn: connections get theirs in between.
constexpr std::size_t kStanzasPerTurn = 64;

}  // namespace

Contacts::Contacts(HandsetState& state, Phones& phones, ContactServices services)
    : state_(state),
      phones_(phones),
      services_(services),
      turn_timer_(services.clock.make_timer()) {}

Result<std::unique_ptr<Contacts>> Contacts::load(HandsetState& state, Phones& phones,
                                                 ContactServices services) {
  std::unique_ptr<Contacts> contacts(new Contacts(state, phones, services));
  WS_TRY(const auto kept, state.load());
  for (const auto& phone : phones.all()) {
    std::vector<HandsetKeys> own;
    for (const auto& keys : kept)
      if (keys.number == phone.number) own.push_back(keys);
    WS_CHECK(contacts->adopt(phone, std::move(own)));
  }
  return contacts;
}

Status Contacts::adopt(const PhoneInfo& phone, std::vector<HandsetKeys> kept) {
  auto& person = people_.emplace_back();
  person.phone = phone;
  person.contact = phones_.is_contact(phone.number);
  if (kept.empty()) {
    auto keys = HandsetKeys::make(phone.number, phones_.identity(phone.number), services_.rng);
    return publish(person, std::move(keys));
  }
  for (auto& keys : kept) install(person, std::move(keys));
  return {};
}

// Kept before the server knows of it.
Status Contacts::publish(Person& person, HandsetKeys keys) {
  auto one_time = keys.add_one_time(kOneTimeKeys, services_.rng);
  WS_CHECK(state_.save(keys));
  WS_CHECK(services_.gateway.publish_phone(keys.number, keys.bundle(std::move(one_time))));
  install(person, std::move(keys));
  return {};
}

void Contacts::install(Person& person, HandsetKeys keys) {
  const wire::Jid jid{keys.number, std::string(wire::kUserServer), keys.device};
  const wire::Jid lid{person.phone.lid.user, std::string(wire::kLidServer), keys.device};
  HandsetServices services{services_.gateway, services_.clock, services_.rng, [this] { wake(); },
                           [this](const HandsetKeys& changed) { return state_.save(changed); }};
  person.devices.push_back(std::make_unique<Handset>(std::move(services), std::move(keys), jid, lid,
                                                     person.manners, person.inbox));
  person.devices.back()->go_online();
}

Result<PhoneInfo> Contacts::create_phone(const std::string& number, const std::string& name,
                                         const std::string& platform) {
  WS_TRY(auto phone, phones_.create(number, name, platform, false));
  WS_CHECK(adopt(phone, {}));
  return phone;
}

Result<Person*> Contacts::create(const std::string& number, const std::string& name,
                                 std::size_t companions) {
  WS_TRY(const auto phone, phones_.create(number, name, "", true));
  WS_CHECK(adopt(phone, {}));
  auto& person = people_.back();
  for (std::size_t i = 0; i < companions; ++i) {
    WS_CHECK(add_companion(person));
  }
  return &person;
}

// What linking by QR comes to, with both ends at hand.
Status Contacts::add_companion(Person& person) {
  const auto& number = person.phone.number;
  auto keys = HandsetKeys::make(number, crypto::KeyPair::generate(services_.rng), services_.rng);
  WS_TRY(const auto grant, phones_.grant(number, keys.identity.key.public_key));
  auto& key = keys.identity.key;
  const auto signature =
      crypto::sign(key.private_key,
                   stanza::device_signature_message(grant.identity, key.public_key), services_.rng);
  keys.device_identity =
      stanza::encode_signed_identity(grant.identity, signature, stanza::AccountKey::include);
  auto one_time = keys.add_one_time(kOneTimeKeys, services_.rng);
  NewCompanion companion{.number = number,
                         .name = person.phone.name,
                         .key_index = grant.identity.key_index,
                         .device_identity = keys.device_identity,
                         .key_index_list = grant.key_index_list,
                         .bundle = keys.bundle(std::move(one_time))};
  WS_TRY(const auto jid, services_.gateway.add_companion(std::move(companion)));
  keys.device = jid.device;
  WS_CHECK(state_.save(keys));
  install(person, std::move(keys));
  return {};
}

Result<Person*> Contacts::find(const std::string& who) {
  for (auto& person : people_)
    if (person.phone.name == who) return &person;
  const auto digits = phone_digits(who);
  for (auto& person : people_)
    if (digits && person.phone.number == *digits) return &person;
  return fail(Error{.code = ErrorCode::not_found,
                    .message = "there is no virtual person of this name or number",
                    .remedy = "See 'wasphere sandbox contact list' and 'phone list'."});
}

Result<wire::Jid> Contacts::address(const std::string& to) {
  if (to.find('@') != std::string::npos) {
    if (auto jid = wire::Jid::parse(to)) return *std::move(jid);
  }
  if (const auto person = find(to))
    return wire::Jid{(*person)->phone.number, std::string(wire::kUserServer)};
  WS_TRY(auto digits, phone_digits(to));
  return wire::Jid{std::move(digits), std::string(wire::kUserServer)};
}

std::vector<Person*> Contacts::all() {
  std::vector<Person*> found;
  for (auto& person : people_) found.push_back(&person);
  return found;
}

Status Contacts::reinstall(Person& person) {
  const auto& number = person.phone.number;
  WS_TRY(const auto identity, phones_.new_identity(number));
  auto keys = HandsetKeys::make(number, identity, services_.rng);
  auto one_time = keys.add_one_time(kOneTimeKeys, services_.rng);
  WS_CHECK(state_.save(keys));
  while (person.devices.size() > 1) {
    WS_CHECK(state_.remove(person.devices.back()->keys()));
    person.devices.pop_back();
  }
  WS_CHECK(services_.gateway.publish_phone(number, keys.bundle(std::move(one_time))));
  person.handset().reinstall(std::move(keys));
  return {};
}

void Contacts::wake() {
  if (std::exchange(woken_, true)) return;
  turn_timer_->arm(runtime::Duration(0), [this] { turn(); });
}

void Contacts::turn() {
  woken_ = false;
  bool more = false;
  for (auto& person : people_)
    for (auto& device : person.devices) more = device->turn(kStanzasPerTurn) || more;
  if (more) wake();
}

}  // namespace wasphere::sandbox
