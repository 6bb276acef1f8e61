#include "ipc/codec.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/util/encoding.h"
#include "ipc/json.h"

namespace wasphere::ipc {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxProblems = 32;  // an answer stays small whatever was sent

std::size_t character_count(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

// Names come from the caller: shortened and without anything a terminal would obey.
std::string printable(std::string_view name) {
  constexpr std::size_t kLongest = 40;
  std::string out;
  for (const char c : name.substr(0, kLongest)) out.push_back(c >= ' ' && c <= '~' ? c : '?');
  if (name.size() > kLongest) out += "...";
  return out;
}

std::string pointer_segment(std::string_view name) {
  std::string out = "/";
  for (const char c : printable(name)) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out.push_back(c);
    }
  }
  return out;
}

bool is_printable_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

std::string session_name_problem(std::string_view name) {
  const bool control = std::ranges::any_of(
      name, [](char c) { return static_cast<unsigned char>(c) < 0x20U || c == 0x7F; });
  if (control) return "must not contain control characters";
  if (name.find('/') != name.npos) return "must not contain '/'";
  if (name.starts_with("sess_")) return "must not begin with sess_, which marks ids";
  return {};
}

std::string type_phrase(Kind kind) {
  switch (kind) {
    case Kind::text:
      return "must be a string";
    case Kind::integer:
      return "must be a whole number";
    case Kind::number:
      return "must be a number";
    case Kind::boolean:
      return "must be true or false";
    case Kind::object:
      return "must be an object";
    case Kind::list:
      return "must be a list";
    case Kind::json:
    case Kind::optional:
      return "has the wrong type";
  }
  return {};
}

// Whole numbers written as 5.0 or 1e3 are whole numbers.
std::optional<std::int64_t> whole_number(double number) {
  constexpr double kExact = 9007199254740992.0;
  if (!(std::fabs(number) <= kExact) || std::trunc(number) != number) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

class Decoder {
 public:
  explicit Decoder(UnknownFields unknown) : unknown_(unknown) {}

  void object(const ObjectType& type, const json& in, void* out) {
    if (!in.is_object()) return add("TYPE", type_phrase(Kind::object));
    for (const FieldInfo& field : type.fields) member(field, in, out);
    if (unknown_ == UnknownFields::refused) refuse_unknown(type, in);
  }

  Status finish() {
    if (problems_.empty()) return {};
    Error error{ErrorCode::validation_failed, summary(), {}, 0, {}};
    error.fields = std::move(problems_);
    return fail(std::move(error));
  }

 private:
  void member(const FieldInfo& field, const json& in, void* out) {
    const auto found = in.find(field.name);
    const Scoped at(*this, pointer_segment(field.name));
    if (found == in.end() || found->is_null()) {
      // A free value may be null; anything else that is null counts as missing.
      if (found != in.end() && field.type->kind == Kind::json) return;
      if (field.required()) add("REQUIRED", "is required");
      if (found != in.end() && field.nullable())
        field.type->grow(const_cast<void*>(field.slot(out)));
      return;
    }
    value(field, *field.type, *found, const_cast<void*>(field.slot(out)));
  }

  void value(const FieldInfo& field, const ValueType& type, const json& in, void* slot) {
    switch (type.kind) {
      case Kind::optional:
        return value(field, *type.element, in, type.grow(slot));
      case Kind::text:
        return text(field.rules, in, *static_cast<std::string*>(slot));
      case Kind::integer:
        return integer(field.rules, in, *static_cast<std::int64_t*>(slot));
      case Kind::number:
        return number(field.rules, in, *static_cast<double*>(slot));
      case Kind::list:
        return list(field, type, in, slot);
      case Kind::object:
        return object(*type.object, in, slot);
      case Kind::json:
        static_cast<Json*>(slot)->text = dump_json(in);
        return;
      case Kind::boolean:
        if (!in.is_boolean()) return add("TYPE", type_phrase(type.kind));
        *static_cast<bool*>(slot) = in.get<bool>();
        return;
    }
  }

  void text(const Rules& rules, const json& in, std::string& out) {
    if (!in.is_string()) return add("TYPE", type_phrase(Kind::text));
    const std::string& given = in.get_ref<const std::string&>();
    if (!is_valid_utf8(given)) return add("FORMAT", "must be valid UTF-8");
    if (given.find('\0') != given.npos) return add("FORMAT", "must not contain a NUL character");
    std::string_view kept = given;
    if (rules.format == Format::session_name) kept = trimmed(kept);
    const std::size_t characters = character_count(kept);
    if (characters < rules.min_length || characters > rules.max_length) {
      return add("LENGTH", length_phrase(rules));
    }
    if (!rules.choices.empty() && std::ranges::find(rules.choices, kept) == rules.choices.end()) {
      return add("FORMAT", choice_phrase(rules, kept));
    }
    if (rules.format == Format::ascii && !is_printable_ascii(kept)) {
      return add("FORMAT", "must be printable ASCII");
    }
    if (rules.format == Format::session_name) {
      if (auto problem = session_name_problem(kept); !problem.empty()) {
        return add("FORMAT", std::move(problem));
      }
    }
    out = kept;
  }

  void integer(const Rules& rules, const json& in, std::int64_t& out) {
    if (!in.is_number()) return add("TYPE", type_phrase(Kind::integer));
    std::optional<std::int64_t> number;
    if (in.is_number_float()) {
      number = whole_number(in.get<double>());
      if (!number) return add("TYPE", type_phrase(Kind::integer));
    } else if (!in.is_number_unsigned() || in.get<std::uint64_t>() <= INT64_MAX) {
      number = in.get<std::int64_t>();
    }
    if (!number || *number < rules.min || *number > rules.max) {
      return add("RANGE", range_phrase(rules));
    }
    out = *number;
  }

  void number(const Rules& rules, const json& in, double& out) {
    if (!in.is_number()) return add("TYPE", type_phrase(Kind::number));
    const auto given = in.get<double>();
    const bool within =
        given >= static_cast<double>(rules.min) && given <= static_cast<double>(rules.max);
    if (!within) return add("RANGE", range_phrase(rules));
    out = given;
  }

  void list(const FieldInfo& field, const ValueType& type, const json& in, void* slot) {
    if (!in.is_array()) return add("TYPE", type_phrase(Kind::list));
    if (in.size() < field.rules.min_count || in.size() > field.rules.max_count) {
      return add("LENGTH", count_phrase(field.rules));
    }
    for (std::size_t i = 0; i < in.size() && problems_.size() < kMaxProblems; ++i) {
      const Scoped at(*this, "/" + std::to_string(i));
      value(field, *type.element, in[i], type.grow(slot));
    }
  }

  void refuse_unknown(const ObjectType& type, const json& in) {
    std::vector<std::string_view> known;
    for (const FieldInfo& field : type.fields) known.push_back(field.name);
    for (const auto& [name, ignored] : in.items()) {
      if (problems_.size() >= kMaxProblems) return;
      if (std::ranges::find(known, name) != known.end()) continue;
      const Scoped at(*this, pointer_segment(name));
      const std::string_view meant = nearest_name(name, known);
      add("UNKNOWN", meant.empty()
                         ? "is not known here"
                         : "is not known here; did you mean '" + std::string(meant) + "'?");
    }
  }

  static std::string length_phrase(const Rules& rules) {
    if (rules.max_length == kNoLimit) {
      return "must have at least " + std::to_string(rules.min_length) + " characters";
    }
    return "must have " + std::to_string(rules.min_length) + " to " +
           std::to_string(rules.max_length) + " characters";
  }

  static std::string count_phrase(const Rules& rules) {
    const std::string most = std::to_string(rules.max_count) + " entries";
    if (rules.min_count == 0) return "must have at most " + most;
    return "must have " + std::to_string(rules.min_count) + " to " + most;
  }

  static std::string range_phrase(const Rules& rules) {
    return "must be between " + std::to_string(rules.min) + " and " + std::to_string(rules.max);
  }

  static std::string choice_phrase(const Rules& rules, std::string_view given) {
    std::string out = "must be one of ";
    for (std::size_t i = 0; i < rules.choices.size(); ++i) {
      if (i > 0) out += i + 1 == rules.choices.size() ? " or " : ", ";
      out += rules.choices[i];
    }
    const std::string_view meant = nearest_name(given, rules.choices);
    if (!meant.empty()) out += "; did you mean '" + std::string(meant) + "'?";
    return out;
  }

  // "'name' is required; 'nane' is not known here", shortened after three.
  std::string summary() const {
    constexpr std::size_t kShown = 3;
    std::string out;
    for (std::size_t i = 0; i < std::min(problems_.size(), kShown); ++i) {
      const FieldError& problem = problems_[i];
      if (i > 0) out += "; ";
      out += problem.pointer.empty() ? "The request" : "'" + problem.pointer.substr(1) + "'";
      out += " " + problem.message;
    }
    if (problems_.size() > kShown) {
      out += "; and " + std::to_string(problems_.size() - kShown) + " more";
    }
    return out.ends_with('?') ? out : out + ".";
  }

  void add(std::string_view code, std::string message) {
    if (problems_.size() >= kMaxProblems) return;
    problems_.push_back({pointer_, std::string(code), std::move(message)});
  }

  // Extends the pointer for as long as it lives.
  class Scoped {
   public:
    Scoped(Decoder& decoder, const std::string& segment)
        : decoder_(decoder), length_(decoder.pointer_.size()) {
      decoder_.pointer_ += segment;
    }
    ~Scoped() { decoder_.pointer_.resize(length_); }
    Scoped(const Scoped&) = delete;
    Scoped& operator=(const Scoped&) = delete;

   private:
    Decoder& decoder_;
    std::size_t length_;
  };

  UnknownFields unknown_;
  std::string pointer_;
  std::vector<FieldError> problems_;
};

json encode_value(const ValueType& type, const void* slot, EmptyOptionals empty) {
  switch (type.kind) {
    case Kind::text:
      return *static_cast<const std::string*>(slot);
    case Kind::integer:
      return *static_cast<const std::int64_t*>(slot);
    case Kind::number:
      return *static_cast<const double*>(slot);
    case Kind::boolean:
      return *static_cast<const bool*>(slot);
    case Kind::object:
      return encode_object(*type.object, slot, empty);
    case Kind::optional:
      return type.size(slot) == 0 ? json() : encode_value(*type.element, type.at(slot, 0), empty);
    case Kind::json: {
      const std::string& text = static_cast<const Json*>(slot)->text;
      auto parsed = parse_json(text);
      // Text that is no JSON travels as a string: nothing is lost and the line stays valid.
      return parsed ? std::move(*parsed) : json(text);
    }
    case Kind::list: {
      json out = json::array();
      for (std::size_t i = 0; i < type.size(slot); ++i) {
        out.push_back(encode_value(*type.element, type.at(slot, i), empty));
      }
      return out;
    }
  }
  return {};
}

}  // namespace

Status decode_object(const ObjectType& type, const json& in, void* out, UnknownFields unknown) {
  Decoder decoder(unknown);
  decoder.object(type, in, out);
  return decoder.finish();
}

json encode_object(const ObjectType& type, const void* object, EmptyOptionals empty) {
  json out = json::object();
  for (const FieldInfo& field : type.fields) {
    const void* slot = field.slot(object);
    const bool absent = field.type->kind == Kind::optional && field.type->size(slot) == 0;
    if (absent && empty == EmptyOptionals::left_out) continue;
    out[std::string(field.name)] = encode_value(*field.type, slot, empty);
  }
  return out;
}

}  // namespace wasphere::ipc
