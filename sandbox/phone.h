// The virtual phones: each an account's primary device with its own identity key. They are clients
// of the server and reach it only through PhoneGateway.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/stanza/adv.h"
#include "core/stanza/pairing.h"
#include "core/util/rng.h"
#include "daemon/runtime/clock.h"
#include "sandbox/faults.h"
#include "sandbox/phone_gateway.h"
#include "sandbox/phone_state.h"

namespace wasphere::sandbox {

// Runs `work` off the loop, then `then` on it. Pairing codes cost about 200 ms of PBKDF2 a phone.
using Offload = std::function<void(std::function<void()> work, std::function<void()> then)>;

struct PhoneInfo {
  std::string number;  // digits
  std::string name;
  wire::Jid lid;
};

struct PhoneServices {
  PhoneGateway& gateway;
  Faults& faults;
  const runtime::Clock& clock;
  Rng& rng;  // also used inside `offload`
  Offload offload;
};

class Phones {
 public:
  // Reads the phones and registers the accounts that a crash kept from being registered.
  static Result<std::unique_ptr<Phones>> load(PhoneState& state, PhoneServices services);
  Phones(const Phones&) = delete;
  Phones& operator=(const Phones&) = delete;

  // Empty arguments: a made-up number from the range for fiction, a plain name, android.
  // `contact`: it only plays a virtual contact.
  Result<PhoneInfo> create(const std::string& number, const std::string& name,
                           const std::string& platform, bool contact = false);
  const std::vector<PhoneInfo>& all() const { return infos_; }
  std::vector<CompanionInfo> companions(const PhoneInfo& phone) const {
    return services_.gateway.companions(phone.number);
  }

  // Checks the text as a phone would, then links. validation_failed names what is wrong with it.
  void scan(const std::string& phone, std::string_view qr, Answer<LinkedCompanion> done);
  void enter_code(const std::string& phone, std::string_view code, Answer<LinkedCompanion> done);
  Result<std::vector<wire::Jid>> unlink(const std::string& phone,
                                        std::optional<std::uint16_t> device);

  // What a phone does for companions that are virtual themselves. Precondition: it is there.
  struct Grant {
    stanza::AdvIdentity identity;  // not yet signed by the companion
    Bytes key_index_list;
  };
  Result<Grant> grant(const std::string& number, const crypto::PublicKey& companion);
  crypto::KeyPair identity(const std::string& number) const;
  Result<crypto::KeyPair> new_identity(const std::string& number);
  bool is_contact(const std::string& number) const;

 private:
  struct CodeWork;

  Phones(PhoneState& state, PhoneServices services)
      : state_(&state), services_(std::move(services)) {}
  // By number, with or without the plus sign and spaces.
  Result<std::size_t> find(const std::string& phone) const;
  Status register_phone(const PhoneRecord& phone);
  Result<std::string> choose_number() const;
  // What both ways of linking end with.
  void link(std::size_t index, const std::string& ref, const crypto::PublicKey& noise_key,
            const crypto::PublicKey& identity, const Secret<32>& adv_secret,
            Answer<LinkedCompanion> done);
  Bytes granted_identity(const PhoneRecord& phone, const crypto::PublicKey& identity,
                         const Secret<32>& adv_secret, Bytes& key_index_list);
  void say_hello(const std::shared_ptr<CodeWork>& work);
  void open_bundle(const std::shared_ptr<CodeWork>& work, const CompanionBundle& bundle);

  PhoneState* state_;
  PhoneServices services_;
  std::vector<PhoneRecord> records_;
  std::vector<PhoneInfo> infos_;  // the same order
};

// The digits of "+44 7700 900123"; invalid_phone_number unless there are 6 to 15.
Result<std::string> phone_digits(std::string_view text);

}  // namespace wasphere::sandbox
