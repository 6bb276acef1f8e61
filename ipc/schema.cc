#include "ipc/schema.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "ipc/codec.h"
#include "ipc/json.h"

namespace wasphere::ipc {
namespace {

constexpr bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
constexpr char lower(char c) {
  return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
}
constexpr char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

// Case and separators do not count: msg_delay_min_ms is msgDelayMinMs.
std::string folded(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c != '_' && c != '-' && c != '.') out.push_back(lower(c));
  }
  return out;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

std::string bounds(std::string_view unit, std::size_t min, std::size_t max) {
  std::string out;
  if (min > 0) out = std::to_string(min) + " to ";
  if (min == 0) out = "at most ";
  return out + std::to_string(max) + std::string(unit);
}

std::string integer_bounds(const Rules& rules) {
  constexpr Rules kOpen;
  if (rules.min != kOpen.min && rules.max != kOpen.max) {
    return std::to_string(rules.min) + " to " + std::to_string(rules.max);
  }
  if (rules.min != kOpen.min) return "at least " + std::to_string(rules.min);
  if (rules.max != kOpen.max) return "at most " + std::to_string(rules.max);
  return {};
}

std::string choices_text(std::span<const std::string_view> choices) {
  std::string out = "one of: ";
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (i > 0) out += ", ";
    out += choices[i];
  }
  return out;
}

}  // namespace

std::string flag_name(std::string_view field_name) {
  std::string out;
  for (const char c : field_name) {
    if (is_upper(c) && !out.empty()) out.push_back('-');
    out.push_back(lower(c));
  }
  return out;
}

std::string value_name(const FieldInfo& field) {
  if (!field.rules.value_name.empty()) return std::string(field.rules.value_name);
  std::string out = flag_name(field.name);
  for (char& c : out) c = c == '-' ? '_' : upper(c);
  return out;
}

std::optional<std::string> default_text(const ObjectType& object, const FieldInfo& field) {
  if (!field.rules.defaulted) return std::nullopt;
  nlohmann::json made;
  struct Context {
    const ObjectType& object;
    nlohmann::json& made;
  } context{object, made};
  object.with_default(
      [](const void* value, void* opaque) {
        auto& into = *static_cast<Context*>(opaque);
        into.made = encode_object(into.object, value, EmptyOptionals::left_out);
      },
      &context);
  const auto found = made.find(field.name);
  if (found == made.end()) return std::nullopt;
  return dump_json(*found);
}

std::string type_name(const ValueType& type) {
  switch (type.kind) {
    case Kind::text:
      return "string";
    case Kind::integer:
      return "integer";
    case Kind::number:
      return "number";
    case Kind::boolean:
      return "boolean";
    case Kind::json:
      return "any";
    case Kind::object:
      return "object";
    case Kind::list:
      return "list of " + type_name(*type.element);
    case Kind::optional:
      return type_name(*type.element);
  }
  return {};
}

std::string rules_text(const FieldInfo& field) {
  const Rules& rules = field.rules;
  const ValueType* type = &field.value();
  std::string out;
  const auto add = [&out](const std::string& text) {
    if (!text.empty()) out += (out.empty() ? "" : "; ") + text;
  };
  if (type->kind == Kind::list) {
    if (rules.max_count != kNoLimit) add(bounds(" entries", rules.min_count, rules.max_count));
    type = type->element;
  }
  if (type->kind == Kind::integer || type->kind == Kind::number) add(integer_bounds(rules));
  if (rules.max_length != kNoLimit) add(bounds(" characters", rules.min_length, rules.max_length));
  if (!rules.choices.empty()) add(choices_text(rules.choices));
  if (rules.format == Format::ascii) add("printable ASCII");
  if (rules.format == Format::session_name) add("no '/', not beginning with sess_");
  return out;
}

std::string_view nearest_name(std::string_view wanted, std::span<const std::string_view> known) {
  constexpr std::size_t kLongest = 64;  // bounds the work on hostile input
  if (wanted.empty() || wanted.size() > kLongest) return {};
  const std::string from = folded(wanted);
  std::string_view best;
  std::size_t best_distance = std::max<std::size_t>(1, from.size() / 3) + 1;
  for (const std::string_view name : known) {
    const std::size_t distance = edit_distance(from, folded(name));
    if (distance < best_distance) {
      best = name;
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace wasphere::ipc
