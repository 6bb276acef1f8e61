#include "sandbox/message_faults.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace wasphere::sandbox {
namespace {

constexpr std::array kNames{
    std::pair{std::string_view{"ack_error"}, MessageFault::ack_error},
    std::pair{std::string_view{"ack_drop"}, MessageFault::ack_drop},
    std::pair{std::string_view{"ack_delay"}, MessageFault::ack_delay},
    std::pair{std::string_view{"drop"}, MessageFault::drop},
    std::pair{std::string_view{"duplicate"}, MessageFault::duplicate},
    std::pair{std::string_view{"reorder"}, MessageFault::reorder},
    std::pair{std::string_view{"corrupt"}, MessageFault::corrupt},
    std::pair{std::string_view{"unknown_enc"}, MessageFault::unknown_enc},
    std::pair{std::string_view{"disconnect"}, MessageFault::disconnect},
    std::pair{std::string_view{"withhold_key"}, MessageFault::withhold_key},
    std::pair{std::string_view{"withhold_notice"}, MessageFault::withhold_notice},
    std::pair{std::string_view{"refuse_query"}, MessageFault::refuse_query},
};

bool concerns(const MessageFaults::Rule& rule, const wire::Jid& device) {
  if (!rule.device) return true;
  return *rule.device == device ||
         (rule.device->device == 0 && *rule.device == device.without_device());
}

wire::Node* last_enc(wire::Node& message) {
  auto* parts = std::get_if<wire::Nodes>(&message.content);
  if (parts == nullptr) return nullptr;
  const auto found = std::find_if(parts->rbegin(), parts->rend(),
                                  [](const wire::Node& part) { return part.tag == "enc"; });
  return found == parts->rend() ? nullptr : &*found;
}

// Behind everything that has a length, before the last bytes of a MAC.
void corrupt(wire::Node& message) {
  constexpr std::size_t kFromEnd = 12;
  auto* enc = last_enc(message);
  if (enc == nullptr) return;
  auto body = enc->content_bytes();
  if (body.size() >= kFromEnd) body[body.size() - kFromEnd] ^= 0x01;
  enc->content = std::move(body);
}

void make_unknown(wire::Node& message) {
  if (auto* parts = std::get_if<wire::Nodes>(&message.content))
    for (auto& part : *parts)
      if (part.tag == "enc") part.set("type", "frskmsg");
}

}  // namespace

Result<MessageFault> message_fault(std::string_view name) {
  std::string known;
  for (const auto& [text, kind] : kNames) {
    if (text == name) return kind;
    known += (known.empty() ? "" : ", ") + std::string(text);
  }
  return fail(Error{.code = ErrorCode::validation_failed,
                    .message = "kind must be one of " + known,
                    .fields = {{"/kind", "FORMAT", "must be one of " + known}}});
}

void MessageFaults::add(Rule rule) {
  if (rule.count > 0) rules_.push_back(std::move(rule));
}

std::optional<int> MessageFaults::take(MessageFault kind, const wire::Jid& device) {
  const auto rule = std::find_if(rules_.begin(), rules_.end(), [&](const Rule& each) {
    return each.kind == kind && concerns(each, device);
  });
  if (rule == rules_.end()) return std::nullopt;
  if (rule->after > 0) return --rule->after, std::nullopt;
  const int value = rule->value;
  if (--rule->count == 0) rules_.erase(rule);
  return value;
}

DeliveryFaults::Outcome DeliveryFaults::apply(MessageFaults& faults, const wire::Jid& device,
                                              const wire::Node& message) {
  Outcome outcome;
  if (faults.take(MessageFault::disconnect, device)) return {{}, true};
  if (faults.take(MessageFault::drop, device)) return outcome;
  auto stanza = message;
  if (faults.take(MessageFault::corrupt, device)) corrupt(stanza);
  if (faults.take(MessageFault::unknown_enc, device)) make_unknown(stanza);
  if (!held_ && faults.take(MessageFault::reorder, device)) {
    held_ = std::move(stanza);
    return outcome;
  }
  const bool twice = faults.take(MessageFault::duplicate, device).has_value();
  outcome.stanzas.push_back(stanza);
  if (twice) outcome.stanzas.push_back(std::move(stanza));
  if (held_) outcome.stanzas.push_back(*std::exchange(held_, std::nullopt));
  return outcome;
}

}  // namespace wasphere::sandbox
