// From one message to what each device gets of it (protocol 2, section 8.4).
#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "core/stanza/fields.h"
#include "core/stanza/message.h"
#include "sandbox/network.h"
#include "sandbox/router.h"

namespace wasphere::sandbox {
namespace {

constexpr std::size_t kReportingTag = 20;
constexpr std::array<std::string_view, 3> kKeptAttributes{"edit", "category", "push_priority"};
constexpr std::array<std::string_view, 5> kKeptChildren{"device-identity", "meta", "bot", "biz",
                                                        "verified_name"};

wire::Jid own_address(const Envelope& envelope) {
  const bool hidden = envelope.address_space() == wire::kLidServer;
  return hidden ? envelope.account.lid_jid(envelope.sender.device) : envelope.sender;
}

// The address of the same account in the other namespace, without a device.
wire::Jid other_address(const AccountRecord& account, const Envelope& envelope) {
  const bool hidden = envelope.address_space() == wire::kLidServer;
  return hidden ? account.jid() : account.lid_jid();
}

std::string alternate_key(const char* role, const Envelope& envelope) {
  const bool hidden = envelope.address_space() == wire::kLidServer;
  return std::string(role) + (hidden ? "_pn" : "_lid");
}

wire::Node reporting_for_reader(const wire::Node& reporting, Rng& rng) {
  auto out = reporting;
  auto parts = reporting.children();
  parts.push_back(stanza::leaf("reporting_tag", rng.bytes(kReportingTag)));
  out.content = std::move(parts);
  return out;
}

class FanOut {
 public:
  FanOut(Network& network, const Envelope& envelope, bool again)
      : network_(network), envelope_(envelope), again_(again && !envelope.to_one_device()) {}

  void run() {
    if (envelope_.group != nullptr) return to_group();
    if (envelope_.status) return to_status();
    for (const auto& target : envelope_.targets) to_person(target);
    if (!envelope_.fan_out) to_person({envelope_.to, envelope_.direct.front()});
  }

 private:
  void to_person(const Addressed& target) {
    const auto device = known_device(target.device);
    if (!device || target.enc == nullptr) return;
    const bool own = device->user == envelope_.account.number;
    if (!own && device->user != envelope_.recipient->number) return;
    auto stanza = start(own_address(envelope_));
    if (own && !envelope_.peer) {
      stamp_own_copy(stanza);
    } else if (!own) {
      stanza.set(alternate_key("sender", envelope_), other_address(envelope_.account, envelope_));
    }
    finish(*device, std::move(stanza), {target.enc}, own && !envelope_.peer);
  }

  void stamp_own_copy(wire::Node& stanza) const {
    // A direct copy for an own device names its chat itself: the answer to a retry.
    const bool direct = envelope_.recipient == &envelope_.account;
    const auto chat = direct ? envelope_.stanza.jid("recipient") : std::nullopt;
    stanza.set("recipient", chat.value_or(envelope_.to).without_device());
    const auto* account = chat ? network_.world.account_of(*chat) : envelope_.recipient;
    if (account != nullptr)
      stanza.set(alternate_key("peer_recipient", envelope_), other_address(*account, envelope_));
  }

  void to_group() {
    if (const auto one = envelope_.stanza.jid("participant")) return to_member(*one);
    for (const auto& [number, role] : envelope_.group->members)
      to_devices_of(*network_.world.account(number));
  }

  // The answer to a retry: for one device, without a sender key message.
  void to_member(const wire::Jid& participant) {
    const auto device = known_device(participant);
    if (!device || !envelope_.group->has(device->user)) return;
    finish(*device, start_in_room(), envelope_.direct, device->user == envelope_.account.number);
  }

  void to_devices_of(const AccountRecord& account) {
    const bool own = &account == &envelope_.account;
    for (const auto& device : network_.world.addresses_of(account)) {
      if (device == envelope_.sender) continue;
      auto encs = encs_for(device);
      encs.insert(encs.end(), envelope_.direct.begin(), envelope_.direct.end());
      if (!encs.empty()) finish(device, start_in_room(), encs, own);
    }
  }

  std::vector<const wire::Node*> encs_for(const wire::Jid& device) const {
    std::vector<const wire::Node*> found;
    if (network_.message_faults.take(MessageFault::withhold_key, device)) return found;
    for (const auto& target : envelope_.targets)
      if (target.enc != nullptr && known_device(target.device) == device)
        found.push_back(target.enc);
    return found;
  }

  // Only those named see a status; a retry names one device.
  void to_status() {
    if (const auto one = envelope_.stanza.jid("participant")) {
      const auto device = known_device(*one);
      if (device) finish(*device, start_in_room(), envelope_.direct, false);
      return;
    }
    std::set<const AccountRecord*> viewers;
    for (const auto& target : envelope_.targets)
      if (const auto* account = network_.world.account_of(target.device)) viewers.insert(account);
    for (const auto* account : viewers) to_devices_of(*account);
  }

  wire::Node start(const wire::Jid& from) const {
    wire::Node stanza{"message",
                      {{"from", from},
                       {"type", envelope_.stanza.attr_or("type", "")},
                       {"id", envelope_.id},
                       {"t", std::to_string(envelope_.time)}},
                      {}};
    if (!envelope_.account.name.empty()) stanza.set("notify", envelope_.account.name);
    for (const auto key : kKeptAttributes)
      if (const auto value = envelope_.stanza.attr(key)) stanza.set(std::string(key), *value);
    return stanza;
  }

  wire::Node start_in_room() const {
    auto stanza = start(envelope_.to);
    stanza.set("participant", own_address(envelope_));
    stanza.set(alternate_key("participant", envelope_),
               other_address(envelope_.account, envelope_));
    if (envelope_.group != nullptr)
      stanza.set("addressing_mode", envelope_.group->lid_mode ? "lid" : "pn");
    return stanza;
  }

  void finish(const wire::Jid& device, wire::Node stanza,
              const std::vector<const wire::Node*>& encs, bool own_copy) {
    auto& post = network_.post;
    const bool asked = post.retry_taken(envelope_.account.number, envelope_.id, device);
    if (again_ && !asked) return;
    wire::Nodes parts;
    for (const auto* enc : encs) parts.push_back(*enc);
    for (const auto& child : envelope_.stanza.children()) {
      if (child.tag == "reporting") parts.push_back(reporting_for_reader(child, network_.rng));
      if (std::find(kKeptChildren.begin(), kKeptChildren.end(), child.tag) != kKeptChildren.end())
        parts.push_back(child);
    }
    stanza.content = std::move(parts);
    network_.post.post(device, {LetterKind::message, own_copy, std::move(stanza)});
  }

  // Nothing for a device that is not there (any more), and for the sender itself.
  std::optional<wire::Jid> known_device(const wire::Jid& jid) const {
    const auto device = network_.world.phone_form(jid);
    if (!device || *device == envelope_.sender) return std::nullopt;
    const bool there = device->device == 0 || network_.world.device(*device) != nullptr;
    return there ? device : std::nullopt;
  }

  Network& network_;
  const Envelope& envelope_;
  const bool again_;
};

std::vector<wire::Jid> devices_now(const Network& network, const Envelope& envelope) {
  std::vector<wire::Jid> devices;
  const auto add = [&](const AccountRecord& account) {
    for (const auto& device : network.world.addresses_of(account))
      devices.push_back(*network.world.in_namespace(device, envelope.address_space()));
  };
  if (envelope.group != nullptr) {
    for (const auto& [number, role] : envelope.group->members) add(*network.world.account(number));
    return devices;
  }
  add(envelope.account);
  if (envelope.recipient != &envelope.account) add(*envelope.recipient);
  return devices;
}

}  // namespace

void fan_out(Network& network, const Envelope& envelope, bool again) {
  FanOut(network, envelope, again).run();
}

std::string diverging_hash(const Network& network, const Envelope& envelope) {
  const auto stated = envelope.stanza.attr("phash");
  if (envelope.group != nullptr) {
    if (!stated) return "";
    auto now = stanza::participant_hash(devices_now(network, envelope));
    return now == *stated ? "" : now;
  }
  if (envelope.status || envelope.peer || !envelope.fan_out) return "";
  std::vector<wire::Jid> meant{own_address(envelope)};
  for (const auto& target : envelope.targets) meant.push_back(target.device);
  auto now = stanza::participant_hash(devices_now(network, envelope));
  return now == stanza::participant_hash(meant) ? "" : now;
}

}  // namespace wasphere::sandbox
