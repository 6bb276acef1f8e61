// What phones, and the virtual devices beside them, may ask of the server. They are clients of the
// network: this is their only way in, and no private key goes through it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/crypto/curve.h"
#include "core/stanza/prekeys.h"
#include "core/util/result.h"
#include "core/wire/node.h"

namespace wasphere::sandbox {

class Outlet;

struct NewAccount {
  std::string number;  // digits
  std::string name;
  std::string platform;
  crypto::PublicKey identity{};
};

// The <pair-device> of a phone (protocol 1, section 5.7).
struct PairDeviceRequest {
  std::string number;             // the phone that asks
  std::string ref;                // from the QR, or of the pairing code
  crypto::PublicKey noise_key{};  // as the phone read it; the server compares
  Bytes device_identity;          // ADVSignedDeviceIdentityHMAC
  Bytes key_index_list;           // ADVSignedKeyIndexList
  std::uint32_t key_index = 0;
};

struct LinkedCompanion {
  wire::Jid jid;
  wire::Jid lid;
};

struct CompanionInfo {
  wire::Jid jid;
  std::string os_name;
  std::uint32_t key_index = 0;
  bool connected = false;
  std::size_t pre_keys = 0;
};

// A companion waits for its pairing code to be typed (protocol 1, section 6).
struct CodeRequest {
  std::string ref;
  Bytes wrapped_companion_ephemeral;
  crypto::PublicKey noise_key{};
};

struct PrimaryHelloRequest {
  std::string number;
  std::string ref;
  Bytes wrapped_primary_ephemeral;
  crypto::PublicKey primary_identity{};
};

// The companion's answer to it, relayed.
struct CompanionBundle {
  Bytes wrapped_bundle;
  crypto::PublicKey companion_identity{};
};

// A companion that is made together with its phone instead of being linked by QR.
struct NewCompanion {
  std::string number;
  std::string name;
  std::uint32_t key_index = 0;
  Bytes device_identity;  // ADVSignedDeviceIdentity
  Bytes key_index_list;   // ADVSignedKeyIndexList
  stanza::UploadedBundle bundle;
};

// Answers come at most once, from the loop, possibly before the call returns.
template <class T>
using Answer = std::function<void(Result<T>)>;

class PhoneGateway {
 public:
  virtual ~PhoneGateway() = default;
  // The LID of the account. Asking again with the same identity is fine.
  virtual Result<wire::Jid> register_account(NewAccount account) = 0;
  virtual std::vector<CompanionInfo> companions(const std::string& number) const = 0;
  virtual void pair_device(PairDeviceRequest request, Answer<LinkedCompanion> done) = 0;
  virtual Result<CodeRequest> code_request(const std::string& number) const = 0;
  virtual void primary_hello(PrimaryHelloRequest request, Answer<CompanionBundle> done) = 0;
  // The removed devices. not_found if `device` is none of the phone's companions.
  virtual Result<std::vector<wire::Jid>> remove_companions(const std::string& number,
                                                           std::optional<std::uint16_t> device) = 0;

  // The phone's own keys: it can be written to from then on. With another identity than before, it
  // is a new installation: its companions are gone, and those who know it are told.
  virtual Status publish_phone(const std::string& number, stanza::UploadedBundle bundle) = 0;
  virtual Result<wire::Jid> add_companion(NewCompanion companion) = 0;
  // From then on `outlet` gets what is for the device, until it is disconnected.
  virtual void connect(const wire::Jid& device, Outlet& outlet) = 0;
  virtual void disconnect(const wire::Jid& device, Outlet& outlet) = 0;
  virtual void send(const wire::Jid& device, const wire::Node& stanza, Outlet& back) = 0;
  virtual wire::Node ask(const wire::Jid& device, const wire::Node& iq) = 0;
};

}  // namespace wasphere::sandbox
