// <receipt> in both directions (protocol 2, sections 6.3 to 6.6).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/stanza/message.h"
#include "core/stanza/prekeys.h"

namespace wasphere::stanza {

enum class ReceiptType : std::uint8_t {
  delivered,  // no type, or "inactive"
  read,
  played,
  sender,     // an own device has its copy
  read_self,  // an own device has read
  played_self,
  peer,
  hist_sync,
  retry,
  server_error,
  other,
};

// The value of the type attribute; delivered without one.
ReceiptType receipt_type_of(std::string_view name);

// The keys a retry receipt may bring, and what it asks for.
struct RetryRequest {
  std::uint32_t count = 0;
  std::uint32_t error = 0;  // section 6.5; 0: unknown
  std::uint64_t time = 0;   // of the message, Unix seconds
  std::uint32_t registration_id = 0;
  std::optional<UploadedBundle> keys;  // signal::to_bundle() makes a bundle of it
  Bytes device_identity;               // empty: none
};

struct IncomingReceipt {
  std::vector<std::string> ids;  // at least one
  ReceiptType type = ReceiptType::delivered;
  wire::Jid from;
  std::optional<wire::Jid> participant;
  std::optional<wire::Jid> recipient;
  wire::Jid chat;  // bare
  // Who has it: one device; several, each with its time, in the grouped form.
  struct Reader {
    wire::Jid who;
    std::uint64_t time = 0;  // Unix seconds; 0: not said
    std::string id;          // grouped form: the one message meant; empty: all of ids
  };
  std::vector<Reader> readers;
  bool offline = false;
  std::optional<RetryRequest> retry;  // always there if type is retry
};
// protocol_error on missing ids or addresses, on a retry that does not say what it wants, and on
// keys that are no keys. `type` of enc_rekey_retry (calls) is other.
Result<IncomingReceipt> parse_receipt(const wire::Node& node, const OwnAddresses& own);

// What answers a message (the table of section 6.3): the address, and the type.
struct ReceiptAddress {
  wire::Jid to;  // verbatim from
  std::optional<wire::Jid> participant;
  std::optional<wire::Jid> recipient;
};
ReceiptAddress receipt_address(const IncomingMessage& message);
// "sender", "peer_msg", "inactive", or nothing for an ordinary delivery while our presence is
// available (`active`).
std::string_view receipt_type(const IncomingMessage& message, bool active);

inline constexpr std::size_t kMaxReceiptIds = 256;
// <receipt>, with <list> if there are several ids; ids beyond kMaxReceiptIds are left out, so split
// before. `type` may be empty. Precondition: at least one id.
wire::Node build_receipt(const std::vector<std::string>& ids, const ReceiptAddress& address,
                         std::string_view type, std::optional<std::uint64_t> time = {});

struct OwnKeys {
  crypto::PublicKey identity{};
  PublicPreKey one_time;
  std::uint32_t signed_id = 0;
  crypto::PublicKey signed_key{};
  crypto::Signature signature{};
  Bytes device_identity;
};
// `keys` from the second try on, or when there was no session at all.
wire::Node build_retry_receipt(const IncomingMessage& message, std::uint32_t count,
                               std::uint32_t error, std::uint32_t registration_id,
                               const std::optional<OwnKeys>& keys);

}  // namespace wasphere::stanza
