#include "sandbox/faults.h"

#include <algorithm>
#include <array>
#include <utility>

namespace wasphere::sandbox {
namespace {

constexpr std::array kHandshakeNames{
    std::pair{std::string_view{"none"}, HandshakeFault::none},
    std::pair{std::string_view{"garbage_hello"}, HandshakeFault::garbage_hello},
    std::pair{std::string_view{"truncated_hello"}, HandshakeFault::truncated_hello},
    std::pair{std::string_view{"empty_hello"}, HandshakeFault::empty_hello},
    std::pair{std::string_view{"wrong_root"}, HandshakeFault::wrong_root},
    std::pair{std::string_view{"expired_chain"}, HandshakeFault::expired_chain},
    std::pair{std::string_view{"wrong_leaf"}, HandshakeFault::wrong_leaf},
    std::pair{std::string_view{"garbage_after"}, HandshakeFault::garbage_after},
    std::pair{std::string_view{"close_before_hello"}, HandshakeFault::close_before_hello},
    std::pair{std::string_view{"close_after_hello"}, HandshakeFault::close_after_hello},
};
constexpr std::array kPairingNames{
    std::pair{std::string_view{"none"}, PairingFault::none},
    std::pair{std::string_view{"bad_hmac"}, PairingFault::bad_hmac},
    std::pair{std::string_view{"bad_signature"}, PairingFault::bad_signature},
    std::pair{std::string_view{"garbage_identity"}, PairingFault::garbage_identity},
};

template <class Table>
auto find_kind(const Table& table, std::string_view name)
    -> Result<typename Table::value_type::second_type> {
  std::string known;
  for (const auto& [text, kind] : table) {
    if (text == name) return kind;
    known += (known.empty() ? "" : ", ") + std::string(text);
  }
  return fail(Error{.code = ErrorCode::validation_failed,
                    .message = "kind must be one of " + known,
                    .fields = {{"/kind", "FORMAT", "must be one of " + known}}});
}

bool matches(const wire::Jid& wanted, const std::optional<wire::Jid>& device) {
  if (!device) return false;
  return wanted == *device || (wanted.device == 0 && wanted == device->without_device());
}

}  // namespace

Result<HandshakeFault> handshake_fault(std::string_view name) {
  return find_kind(kHandshakeNames, name);
}

Result<PairingFault> pairing_fault(std::string_view name) {
  return find_kind(kPairingNames, name);
}

void Faults::add_failure(std::optional<wire::Jid> device, stanza::FailureContent spec,
                         unsigned count) {
  if (count > 0) failures_.push_back({std::move(device), spec, count});
}

std::optional<stanza::FailureContent> Faults::take_failure(const std::optional<wire::Jid>& device) {
  const auto found = std::find_if(failures_.begin(), failures_.end(), [&](const Failure& failure) {
    return !failure.device || matches(*failure.device, device);
  });
  if (found == failures_.end()) return std::nullopt;
  const auto spec = found->spec;
  if (--found->left == 0) failures_.erase(found);
  return spec;
}

void Faults::silence(const std::optional<wire::Jid>& device, bool silent) {
  if (!device) {
    all_silent_ = silent;
    if (!silent) silent_devices_.clear();
  } else if (silent) {
    silent_devices_.insert(*device);
  } else {
    silent_devices_.erase(*device);
  }
}

bool Faults::silent(const std::optional<wire::Jid>& device) const {
  if (all_silent_) return true;
  return std::any_of(silent_devices_.begin(), silent_devices_.end(),
                     [&](const wire::Jid& wanted) { return matches(wanted, device); });
}

}  // namespace wasphere::sandbox
