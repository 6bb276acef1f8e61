#include "core/stanza/link_code_server.h"

#include "core/stanza/fields.h"
#include "core/stanza/server.h"
#include "core/util/encoding.h"

namespace wasphere::stanza {
namespace {

constexpr std::string_view kRegistration = "link_code_companion_reg";
constexpr std::string_view kRef = "link_code_pairing_ref";
constexpr std::size_t kWrappedEphemeral = 80;
constexpr std::size_t kWrappedBundle = 156;
constexpr std::size_t kMaxDisplay = 128;

wire::Node stage_node(std::string_view stage, wire::Nodes children) {
  return {std::string(kRegistration), {{"stage", std::string(stage)}}, std::move(children)};
}

// The registration child with that stage, and the phone it names.
Result<const wire::Node*> find_stage(const wire::Node& iq, LinkCodeStage stage) {
  if (link_code_stage(iq) != stage) return malformed("another stage of linking with a code");
  const wire::Node* node = iq.child(kRegistration);
  auto phone = node->jid("jid");
  if (!phone || phone->user.empty()) return malformed("linking with a code for no phone");
  return node;
}

std::string text_of(const wire::Node& node, std::string_view tag) {
  return to_text(child_bytes(node, tag).value_or(Bytes{}));
}

}  // namespace

std::optional<LinkCodeStage> link_code_stage(const wire::Node& iq) {
  if (iq.tag != "iq") return std::nullopt;
  const wire::Node* node = iq.child(kRegistration);
  if (node == nullptr) return std::nullopt;
  std::string stage = node->attr_or("stage", "");
  if (stage == "companion_hello") return LinkCodeStage::companion_hello;
  if (stage == "companion_finish") return LinkCodeStage::companion_finish;
  if (stage == "get_country_code") return LinkCodeStage::get_country_code;
  return std::nullopt;
}

Result<CompanionHello> parse_companion_hello(const wire::Node& iq) {
  WS_TRY(const wire::Node* node, find_stage(iq, LinkCodeStage::companion_hello));
  auto wrapped = child_bytes(*node, "link_code_pairing_wrapped_companion_ephemeral_pub");
  auto noise_key = child_array<32>(*node, "companion_server_auth_key_pub");
  std::string platform_id = text_of(*node, "companion_platform_id");
  std::string display = text_of(*node, "companion_platform_display");
  if (!wrapped || wrapped->size() != kWrappedEphemeral)
    return malformed("companion_hello without an ephemeral key of 80 bytes");
  if (!noise_key) return malformed("companion_hello without a noise key of 32 bytes");
  if (!is_printable(platform_id, 2)) return malformed("companion_hello without a platform id");
  if (display.empty() || display.size() > kMaxDisplay || !is_valid_utf8(display))
    return malformed("companion_hello without a platform name");
  return CompanionHello{node->jid("jid").value_or(wire::Jid{}), std::move(*wrapped), *noise_key,
                        std::move(platform_id), std::move(display)};
}

wire::Node companion_hello_answer(const wire::Node& iq, std::string_view ref) {
  return answer(iq, {stage_node("companion_hello", {leaf(std::string(kRef), ref)})});
}

wire::Node build_primary_hello(std::string_view id, std::uint64_t time, const PrimaryHello& hello) {
  return build_notification(
      id, kRegistration, time,
      {stage_node("primary_hello", {leaf("link_code_pairing_wrapped_primary_ephemeral_pub",
                                         hello.wrapped_primary_ephemeral),
                                    leaf("primary_identity_pub", hello.primary_identity),
                                    leaf(std::string(kRef), hello.ref)})});
}

Result<CompanionFinishContent> parse_companion_finish(const wire::Node& iq) {
  WS_TRY(const wire::Node* node, find_stage(iq, LinkCodeStage::companion_finish));
  auto bundle = child_bytes(*node, "link_code_pairing_wrapped_key_bundle");
  auto identity = child_array<32>(*node, "companion_identity_public");
  std::string ref = text_of(*node, kRef);
  if (!bundle || bundle->size() != kWrappedBundle)
    return malformed("companion_finish without a key bundle of 156 bytes");
  if (!identity) return malformed("companion_finish without an identity key of 32 bytes");
  if (ref.empty()) return malformed("companion_finish without a ref");
  return CompanionFinishContent{node->jid("jid").value_or(wire::Jid{}), std::move(*bundle),
                                *identity, std::move(ref)};
}

wire::Node country_code_answer(const wire::Node& iq, std::string_view iso) {
  return answer(iq, {text_attr_node("country_code", "iso", std::string(iso))});
}

wire::Node build_refresh_code(std::string_view id, std::uint64_t time, std::string_view ref,
                              bool force_manual) {
  wire::Node node = stage_node("refresh_code", {leaf(std::string(kRef), ref)});
  node.set("force_manual_refresh", force_manual ? "true" : "false");
  return build_notification(id, kRegistration, time, {std::move(node)});
}

wire::Node build_companion_reg_refresh(std::string_view id, std::uint64_t time) {
  return build_notification(id, "companion_reg_refresh", time,
                            {wire::Node{"companion_reg_refresh", {}, {}}});
}

}  // namespace wasphere::stanza
