// The reporting token: a keyed hash over the fields of a message that a report may quote (protocol
// 2, section 4.7).
#include <algorithm>
#include <charconv>
#include <map>

#include "core/crypto/hash.h"
#include "core/model/addon.h"
#include "core/model/wrap.h"

namespace wasphere::model {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kTokenBytes = 16;
constexpr std::string_view kUseCase = "Report Token";
constexpr int kMaxDepth = 32;

// Version 2 of the list. "3{2 17{21}}": of field 3 only these fields count. "1*": field 1 is a
// Message itself.
constexpr std::string_view kListed =
    "1 3{2 3 8 11 17{21 22} 25} 4{1 16 17{21 22}} 5{3 4 5 16 17{21 22}} 6{1 17{21 22} 30} "
    "7{2 7 10 17{21 22} 20} 8{2 7 9 17{21 22} 21} 9{2 6 7 13 17{21 22} 20} 12{1 2 14* 15} "
    "18{6 16 17{21 22}} 26{4 5 8 13 17{21 22}} 28{1 2 4 5 6 7{21 22}} 37{1*} "
    "49{2 3{1 2} 5{21 22} 8{1 2}} 53{1*} 55{1*} 58{1*} 59{1*} 60{2 3{1 2} 5{21 22} 8{1 2}} "
    "64{2 3{1 2} 5{21 22} 8{1 2}} 66{2 6 7 13 17{21 22} 20} 74{1*} 87{1*} 88{1 2{1} 3{21 22}} "
    "92{1*} 93{1*} 94{1*}";

struct Rule {
  bool message = false;  // "*"
  std::map<std::uint32_t, Rule> inside;
};

// Takes the rules up to the closing brace off `text`.
Rule read_rules(std::string_view& text) {
  Rule out;
  while (!text.empty() && text.front() != '}') {
    std::uint32_t number = 0;
    auto end = std::from_chars(text.data(), text.data() + text.size(), number).ptr;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    Rule& rule = out.inside[number];
    rule.message = text.starts_with('*');
    bool nested = text.starts_with('{');
    if (nested || rule.message) text.remove_prefix(1);
    if (nested) rule = read_rules(text);
    if (nested) text.remove_prefix(1);
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  }
  return out;
}

const Rule& root() {
  static const Rule rules = [] {
    std::string_view text = kListed;
    return read_rules(text);
  }();
  return rules;
}

Bytes listed_content(BytesView message, const Rule& rules, int depth);

Bytes listed_field(const ProtoField& each, const Rule& rule, int depth) {
  if (!rule.message && rule.inside.empty()) return to_bytes(each.whole);
  Bytes content = listed_content(each.content, rule.message ? root() : rule, depth + 1);
  Bytes out;
  if (!content.empty()) append_embedded(out, each.number, content);
  return out;
}

// Nothing at all of a message that does not decode.
Bytes listed_content(BytesView message, const Rule& rules, int depth) {
  std::multimap<std::uint32_t, Bytes> kept;  // keeps the order of equal numbers
  ProtoFields fields(message);
  while (auto each = fields.next()) {
    auto rule = rules.inside.find(each->number);
    if (rule == rules.inside.end() || depth > kMaxDepth) continue;
    kept.emplace(each->number, listed_field(*each, rule->second, depth));
  }
  Bytes out;
  if (fields.failed()) return out;
  for (const auto& [number, bytes] : kept) append(out, bytes);
  return out;
}

bool carries_none(std::uint32_t number) {
  return number == field::kReaction || number == field::kEncReaction ||
         number == field::kPollUpdate || number == field::kEncEventResponse;
}

}  // namespace

std::optional<Bytes> reporting_token(BytesView message, const MessageSecret& secret,
                                     std::string_view message_id, const wire::Jid& sender,
                                     const wire::Jid& remote) {
  auto layers = unwrap(message);
  if (!layers) return std::nullopt;
  const auto& content = layers->innermost().content;
  if (content && carries_none(content->number)) return std::nullopt;
  Bytes listed = listed_content(message, root(), 0);
  if (listed.empty()) return std::nullopt;
  Bytes info = concat({as_bytes(message_id), as_bytes(sender.without_device().to_string()),
                       as_bytes(remote.without_device().to_string()), as_bytes(kUseCase)});
  Bytes key = crypto::hkdf_sha256(secret, {}, info, kKeyBytes);
  return to_bytes(BytesView(crypto::hmac_sha256(key, listed)).first(kTokenBytes));
}

}  // namespace wasphere::model
