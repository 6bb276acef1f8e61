// The QR: pair-device, the text in both directions (protocol 1, sections 5.1 and 5.2).
#include "core/stanza/fields.h"
#include "core/stanza/pairing.h"
#include "core/util/encoding.h"

namespace wasphere::stanza {
namespace {

constexpr std::string_view kUrlPrefix = "https://wa.me/settings/linked_devices#";
constexpr std::size_t kMaxRef = 1024;
constexpr std::size_t kMaxText = 4096;

tl::unexpected<Error> bad_qr(std::string_view what) {
  return fail(ErrorCode::validation_failed, "not a linking QR: " + std::string(what));
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

// Cuts what follows the last comma off `text`; nothing if there is no comma.
std::optional<std::string_view> cut_last_field(std::string_view& text) {
  std::size_t comma = text.rfind(',');
  if (comma == std::string_view::npos) return std::nullopt;
  std::string_view field = text.substr(comma + 1);
  text = text.substr(0, comma);
  return field;
}

std::string_view last_field(std::string_view text) {
  auto field = cut_last_field(text);
  return field.value_or(std::string_view{});
}

// The last field as 32 bytes of base64, cut off.
Result<ByteArray<32>> cut_key(std::string_view& text, std::string_view name) {
  auto field = cut_last_field(text);
  if (!field) return bad_qr("the " + std::string(name) + " is missing");
  auto bytes = from_base64(*field);
  auto key = bytes ? to_array<32>(*bytes) : std::nullopt;
  if (!key) return bad_qr("the " + std::string(name) + " is not 32 bytes of base64");
  return *key;
}

}  // namespace

Result<std::vector<std::string>> parse_pair_device(const wire::Node& iq) {
  const wire::Node* pair = is_tag(iq, "iq", "set") ? iq.child("pair-device") : nullptr;
  if (pair == nullptr || !iq.has("id")) return malformed("no <pair-device> request");
  std::vector<std::string> refs;
  for (const wire::Node& child : pair->children()) {
    if (child.tag != "ref") continue;
    std::string ref = child.content_text();
    if (!is_printable(ref, kMaxRef)) return malformed("<pair-device> with an unprintable ref");
    refs.push_back(std::move(ref));
  }
  if (refs.empty()) return malformed("<pair-device> without a ref");
  return refs;
}

std::string qr_text(std::string_view ref, const Device& device, std::string_view platform_id,
                    bool with_url_prefix) {
  std::string out;
  if (with_url_prefix) out += kUrlPrefix;
  out += ref;
  out += ',' + to_base64(device.noise_key.public_key);
  out += ',' + to_base64(device.identity_key.public_key);
  out += ',' + to_base64(device.adv_secret.view());
  out += ',';
  out += platform_id;
  return out;
}

// From the end, since a ref may hold commas.
Result<QrContent> parse_qr_text(std::string_view text) {
  if (text.size() > kMaxText) return bad_qr("too long");
  text = trimmed(text);
  if (text.starts_with(kUrlPrefix)) text.remove_prefix(kUrlPrefix.size());
  if (last_field(text).starts_with("https://")) cut_last_field(text);
  QrContent out;
  if (last_field(text).size() == 1) out.platform_id = *cut_last_field(text);
  WS_TRY(auto secret, cut_key(text, "secret"));
  out.adv_secret = Secret<32>(secret);
  wipe(secret);
  WS_TRY(out.identity_key, cut_key(text, "identity key"));
  WS_TRY(out.noise_key, cut_key(text, "noise key"));
  if (!is_printable(text, kMaxRef)) return bad_qr("the ref is missing or unprintable");
  out.ref = text;
  return out;
}

wire::Node build_pair_device(std::string_view id, const std::vector<std::string>& refs) {
  wire::Node pair{"pair-device", {}, wire::Nodes{}};
  wire::Nodes children;
  for (const std::string& ref : refs) children.push_back(leaf("ref", ref));
  pair.content = std::move(children);
  return {"iq",
          {{"from", wire::Jid::server_only()},
           {"type", "set"},
           {"id", std::string(id)},
           {"xmlns", "md"}},
          wire::Nodes{std::move(pair)}};
}

}  // namespace wasphere::stanza
