// Faults that tests ask for. Each is consumed at one named place in an otherwise ordinary flow;
// there is no faulty mode.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/stanza/server.h"
#include "core/util/result.h"
#include "core/wire/jid.h"
#include "core/wire/node.h"

namespace wasphere::sandbox {

enum class HandshakeFault : std::uint8_t {
  none,
  garbage_hello,
  truncated_hello,
  empty_hello,
  wrong_root,
  expired_chain,
  wrong_leaf,
  garbage_after,
  close_before_hello,
  close_after_hello,
};
enum class PairingFault : std::uint8_t { none, bad_hmac, bad_signature, garbage_identity };

Result<HandshakeFault> handshake_fault(std::string_view name);
Result<PairingFault> pairing_fault(std::string_view name);

class Faults {
 public:
  // `count` next uses; a new fault of the same kind replaces the old one.
  void set(HandshakeFault fault, unsigned count) { handshake_ = {fault, count}; }
  void set(PairingFault fault, unsigned count) { pairing_ = {fault, count}; }
  HandshakeFault take_handshake() { return handshake_.take(); }
  PairingFault take_pairing() { return pairing_.take(); }

  // Refuses the next `count` logins of `device` (its account if it has no device number), or of
  // anybody. Without a device, registrations are refused as well.
  void add_failure(std::optional<wire::Jid> device, stanza::FailureContent spec, unsigned count);
  std::optional<stanza::FailureContent> take_failure(const std::optional<wire::Jid>& device);

  // New connections get HTTP 503.
  bool refuse = false;
  // Nothing is answered: on every link, or on those of one device.
  void silence(const std::optional<wire::Jid>& device, bool silent);
  bool silent(const std::optional<wire::Jid>& device) const;

 private:
  template <class Kind>
  struct Counted {
    Kind kind = Kind::none;
    unsigned left = 0;
    Kind take() {
      if (left == 0) return Kind::none;
      --left;
      return kind;
    }
  };
  struct Failure {
    std::optional<wire::Jid> device;
    stanza::FailureContent spec;
    unsigned left;
  };

  Counted<HandshakeFault> handshake_;
  Counted<PairingFault> pairing_;
  std::vector<Failure> failures_;
  bool all_silent_ = false;
  std::set<wire::Jid> silent_devices_;
};

}  // namespace wasphere::sandbox
