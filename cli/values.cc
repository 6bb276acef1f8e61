#include "cli/values.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "cli/duration.h"
#include "cli/suggest.h"
#include "core/util/encoding.h"

namespace wasphere::cli {
namespace {

using nlohmann::json;

std::string spelled(const Option& option) {
  return option.positional() ? option.placeholder : option.flag;
}

tl::unexpected<Error> bad_value(const Option& option, const std::string& text,
                                const std::string& wanted) {
  return fail(Error{
      .code = ErrorCode::validation_failed,
      .message = spelled(option) + " must be " + wanted + ", not '" + text + "'.",
      .fields = {{.pointer = "/" + option.name, .code = "TYPE", .message = "must be " + wanted}},
      .remedy = "Correct the value and call again."});
}

template <class T>
Result<json> number(const Option& option, const std::string& text, const std::string& wanted) {
  T value{};
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  if (parsed.ec != std::errc() || parsed.ptr != end) return bad_value(option, text, wanted);
  return json(value);
}

Result<json> boolean(const Option& option, std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (text == "true" || text == "yes" || text == "on" || text == "1") return json(true);
  if (text == "false" || text == "no" || text == "off" || text == "0") return json(false);
  return bad_value(option, text, "true or false");
}

Result<json> parsed_json(const Option& option, const std::string& text) {
  json value = json::parse(text, nullptr, false);
  if (value.is_discarded()) return bad_value(option, text, "JSON");
  return value;
}

Result<json> plain_text(const Option& option, const std::string& text) {
  if (!is_valid_utf8(text)) return bad_value(option, "…", "UTF-8 text");
  const auto& choices = option.choices;
  if (choices.empty() || std::find(choices.begin(), choices.end(), text) != choices.end())
    return json(text);
  std::string wanted;
  for (const auto& choice : choices) wanted += (wanted.empty() ? "" : ", ") + choice;
  return bad_value(option, text, "one of " + wanted);
}

Result<json> milliseconds(const std::string& text) {
  WS_TRY(const Milliseconds duration, parse_duration(text));
  return json(duration.count());
}

struct Assignment {
  std::string key;
  std::string value;
};

Result<Assignment> split_assignment(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    return fail(
        Error{.code = ErrorCode::validation_failed,
              .message = "'" + text + "' is not of the form key=value.",
              .remedy = "Write each setting as key=value, for example rateLimitPerMin=20."});
  }
  return Assignment{.key = text.substr(0, equals), .value = text.substr(equals + 1)};
}

tl::unexpected<Error> unknown_key(const std::string& key, const std::vector<Option>& known) {
  std::vector<std::string> names;
  std::string all;
  for (const auto& option : known) {
    names.push_back(option.name);
    all += (all.empty() ? "" : ", ") + option.name;
  }
  const auto near = nearest(key, names);
  return fail(
      Error{.code = ErrorCode::validation_failed,
            .message = "There is no setting '" + key + "'.",
            .fields = {{.pointer = "/" + key, .code = "UNKNOWN", .message = "is not known"}},
            .remedy = near ? "Did you mean '" + *near + "'?" : "There are: " + all + "."});
}

}  // namespace

Result<json> typed_value(const Option& option, const std::string& text) {
  switch (option.kind) {
    case ValueKind::text:
      return plain_text(option, text);
    case ValueKind::integer:
      return number<std::int64_t>(option, text, "a whole number");
    case ValueKind::number:
      return number<double>(option, text, "a number");
    case ValueKind::boolean:
      return boolean(option, text);
    case ValueKind::list:
      return json(split_lists({text}));
    case ValueKind::json:
      return parsed_json(option, text);
    case ValueKind::duration:
      return milliseconds(text);
  }
  return bad_value(option, text, "something else");
}

Result<json> typed_params(const Verb& verb, const Values& values) {
  json params = json::object();
  for (const auto& option : verb.options) {
    const auto given = values.find(option.name);
    if (!option.parameter || given == values.end() || given->second.empty()) continue;
    if (option.kind == ValueKind::list) {
      params[option.name] = split_lists(given->second);
      continue;
    }
    WS_TRY(params[option.name], typed_value(option, given->second.back()));
  }
  return params;
}

Result<json> typed_assignments(const std::vector<std::string>& assignments,
                               const std::vector<Option>& known) {
  json out = json::object();
  for (const auto& text : assignments) {
    WS_TRY(const Assignment assignment, split_assignment(text));
    const auto option = std::find_if(known.begin(), known.end(), [&](const Option& candidate) {
      return candidate.name == assignment.key;
    });
    if (option == known.end()) return unknown_key(assignment.key, known);
    WS_TRY(out[assignment.key], typed_value(*option, assignment.value));
  }
  return out;
}

Result<json> untyped_assignments(const std::vector<std::string>& assignments) {
  json out = json::object();
  for (const auto& text : assignments) {
    WS_TRY(const Assignment assignment, split_assignment(text));
    json value = json::parse(assignment.value, nullptr, false);
    out[assignment.key] = value.is_discarded() ? json(assignment.value) : std::move(value);
  }
  return out;
}

std::vector<std::string> split_lists(const std::vector<std::string>& texts) {
  std::vector<std::string> out;
  for (const auto& text : texts) {
    std::size_t from = 0;
    while (from <= text.size()) {
      const auto comma = std::min(text.find(',', from), text.size());
      if (comma > from) out.push_back(text.substr(from, comma - from));
      from = comma + 1;
    }
  }
  return out;
}

}  // namespace wasphere::cli
