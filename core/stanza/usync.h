// Who is on WhatsApp, with which devices and which hidden address (protocol 2, sections 4.1, 2.2).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/stanza/adv.h"
#include "core/stanza/prekeys.h"
#include "core/util/result.h"
#include "core/wire/node.h"

namespace wasphere::stanza {

struct DeviceEntry {
  std::uint16_t device = 0;
  std::optional<std::uint32_t> key_index;  // never of device 0
  bool hosted = false;
};

struct UserDevices {
  wire::Jid user;                // bare, in the namespace of the question
  std::optional<wire::Jid> lid;  // bare
  // Valid ones only, device 0 always among them; empty if the answer has no device list.
  std::vector<DeviceEntry> devices;
  std::string hash;
  std::uint32_t raw_id = 0;  // of the key index list; another one means a new phone identity
  std::uint64_t key_index_time = 0;
  std::optional<bool> registered;  // of a contact query
  std::string asked_number;        // of a contact query: the digits asked for, which may differ
};

enum class UsyncContext : std::uint8_t { message, interactive, background };
// devices (version 2) and lid of these bare users.
wire::Node device_query(std::string_view id, std::string_view sid, UsyncContext context,
                        const std::vector<wire::Jid>& users);
// contact and lid of phone numbers, digits only. The answer is read by parse_usync() too.
wire::Node contact_query(std::string_view id, std::string_view sid,
                         const std::vector<std::string>& numbers);
// Companions without key index, or whose index the signed list does not allow, are left out; all of
// them if the list's signature is wrong (a list that does not bring its key is believed). Errors of
// the whole query come as whatsapp_error; a "backoff" of the server as retry_after_ms of
// rate_limited. Users that were asked for and are not in the answer, or had an error there, are
// absent.
Result<std::vector<UserDevices>> parse_usync(const wire::Node& answer);

// Fetching pre-key bundles.
struct FetchedBundle {
  wire::Jid device;
  // With one one-time key or none. Nothing: the server had an error for it, or sent no keys.
  std::optional<UploadedBundle> bundle;
  Bytes device_identity;    // of companions; empty: none
  std::uint32_t error = 0;  // the server's; 0: none
};
wire::Node bundle_request(std::string_view id, const std::vector<wire::Jid>& devices,
                          bool identity_changed);
Result<std::vector<FetchedBundle>> parse_bundles(const wire::Node& answer);
// Section 2.2 asks to check a companion's identity: plausible_device_identity() of adv.h.

// <notification type="devices"> and account_sync's <devices>.
struct DevicesChanged {
  wire::Jid user;  // bare
  std::optional<wire::Jid> lid;
  std::vector<wire::Jid> removed;
  bool added = false;  // or the list changed in another way: it has to be asked for again
};
std::optional<DevicesChanged> parse_devices_changed(const wire::Node& notification);
// The user of <notification type="encrypt"><identity/></notification>: he has a new phone identity.
std::optional<wire::Jid> parse_identity_changed(const wire::Node& notification);

// <rotate> of the signed pre-key; the answer's error is in check_iq_result().
wire::Node rotate_signed_prekey(std::string_view id, const SignedPreKey& key);

// Privacy tokens (section 4.8).
struct PrivacyToken {
  wire::Jid from;
  std::optional<wire::Jid> from_lid;
  Bytes token;
  std::uint64_t time = 0;
};
std::optional<PrivacyToken> parse_privacy_token(const wire::Node& notification);
wire::Node issue_privacy_token(std::string_view id, const wire::Jid& to, std::uint64_t now_s);
bool privacy_token_valid(std::uint64_t token_time, std::uint64_t now_s);

}  // namespace wasphere::stanza
