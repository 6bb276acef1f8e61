// The server's part of linking with a code: it relays between companion and phone (protocol 1,
// section 6.1).
#pragma once

#include <optional>
#include <string>

#include "core/stanza/pairing_code.h"

namespace wasphere::stanza {

enum class LinkCodeStage : std::uint8_t { companion_hello, companion_finish, get_country_code };
// Nothing if the IQ is not about link codes, or its stage is unknown.
std::optional<LinkCodeStage> link_code_stage(const wire::Node& iq);

struct CompanionHello {
  wire::Jid phone;
  Bytes wrapped_companion_ephemeral;  // 80 bytes
  crypto::PublicKey companion_noise_key{};
  std::string platform_id;       // "1"; old clients send "49", the character's code
  std::string platform_display;  // "Chrome (Linux)"
};
Result<CompanionHello> parse_companion_hello(const wire::Node& iq);
wire::Node companion_hello_answer(const wire::Node& iq, std::string_view ref);

wire::Node build_primary_hello(std::string_view id, std::uint64_t time, const PrimaryHello& hello);

struct CompanionFinishContent {
  wire::Jid phone;
  Bytes wrapped_key_bundle;  // 156 bytes
  crypto::PublicKey companion_identity{};
  std::string ref;
};
Result<CompanionFinishContent> parse_companion_finish(const wire::Node& iq);

wire::Node country_code_answer(const wire::Node& iq, std::string_view iso);
// "The code is void, make a new one."
wire::Node build_refresh_code(std::string_view id, std::uint64_t time, std::string_view ref,
                              bool force_manual);
// "Make a new adv secret and show the current ref again" (section 5.3).
wire::Node build_companion_reg_refresh(std::string_view id, std::uint64_t time);

}  // namespace wasphere::stanza
