// A client that wants to be linked: six refs to show, or a pairing code to relay; then
// pair-success, the check of its answer, and 515 (protocol 1, sections 5, 6 and 11.3).
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>

#include "core/stanza/stream.h"
#include "core/wire/node.h"
#include "daemon/runtime/clock.h"
#include "sandbox/phone_gateway.h"
#include "sandbox/records.h"

namespace wasphere::sandbox {

class Link;
struct Network;

class RegistrationRole {
 public:
  using Data = stanza::ParsedClientPayload::Registration;

  RegistrationRole(Link& link, Network& network, Data data, const crypto::PublicKey& noise_key);
  ~RegistrationRole();

  void start();
  void on_node(const wire::Node& node);
  void on_closed();

  // True while this ref may be used: each by its own age, a code's for 180 s.
  bool offers(std::string_view ref) const;
  bool code_outstanding(std::string_view number) const;
  runtime::SteadyTime code_time() const { return code_ ? code_->made : runtime::SteadyTime{}; }
  CodeRequest code_request() const;  // precondition: a code is outstanding
  const crypto::PublicKey& noise_key() const { return noise_key_; }
  const std::string& os_name() const { return data_.os_name; }

  // For the phone. One pairing at a time; the answer comes when the companion has confirmed and its
  // registration is durable, when it refuses or leaves, or after ten seconds.
  void pair(PairDeviceRequest request, Answer<LinkedCompanion> done);
  void relay_primary_hello(PrimaryHelloRequest request, Answer<CompanionBundle> done);

 private:
  struct Code {
    std::string number;
    std::string ref;
    Bytes wrapped_ephemeral;
    runtime::SteadyTime made;
    unsigned hellos = 0;
  };
  struct Pairing {
    std::string stanza_id;
    PairDeviceRequest request;
    wire::Jid jid;
    wire::Jid lid;
    Answer<LinkedCompanion> done;
  };

  void arm_refs_end();
  void on_refs_end();
  void on_request(const wire::Node& iq);
  void on_companion_hello(const wire::Node& iq);
  void on_companion_finish(const wire::Node& iq);
  void on_pair_answer(const wire::Node& iq);
  Result<LinkedCompanion> confirm(const wire::Node& iq);
  DeviceRecord make_record() const;
  void settle(Result<LinkedCompanion> result);
  void settle_code(Result<CompanionBundle> result);

  Link& link_;
  Network& network_;
  Data data_;
  const crypto::PublicKey noise_key_;
  std::array<std::string, 6> refs_;
  runtime::SteadyTime refs_time_;
  std::optional<Code> code_;
  std::optional<Pairing> pairing_;
  Answer<CompanionBundle> awaiting_finish_;
  std::unique_ptr<runtime::Timer> refs_timer_;
  std::unique_ptr<runtime::Timer> pairing_timer_;
};

}  // namespace wasphere::sandbox
