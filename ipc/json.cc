#include "ipc/json.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace wasphere::ipc {
namespace {

using nlohmann::json;

// Checked before parsing, so that hostile nesting costs no memory.
std::size_t nesting_depth(std::string_view text) {
  std::size_t depth = 0;
  std::size_t deepest = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      deepest = std::max(deepest, ++depth);
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
  }
  return deepest;
}

}  // namespace

Result<json> parse_json(std::string_view text) {
  if (nesting_depth(text) > kMaxJsonDepth) {
    return fail(ErrorCode::invalid_json,
                "The JSON is nested deeper than " + std::to_string(kMaxJsonDepth) + " levels.");
  }
  try {
    return json::parse(text);
  } catch (const json::parse_error& error) {
    return fail(ErrorCode::invalid_json,
                "This is not valid JSON: it breaks at byte " + std::to_string(error.byte) + ".");
  } catch (const json::out_of_range&) {
    return fail(ErrorCode::invalid_json, "A number in the JSON is too large.");
  }
}

std::string dump_json(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string dump_json_pretty(const json& value) {
  return value.dump(2, ' ', false, json::error_handler_t::replace);
}

}  // namespace wasphere::ipc
