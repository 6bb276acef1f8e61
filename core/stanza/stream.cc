#include "core/stanza/stream.h"

#include <algorithm>
#include <array>

#include "core/stanza/fields.h"

namespace wasphere::stanza {
namespace {

struct Row {
  int code;
  EndClass kind;
  std::string_view reason;
};

constexpr std::array kFailures{
    Row{400, EndClass::refused, "generic_failure"},
    Row{401, EndClass::logged_out, "logged_out"},
    Row{402, EndClass::banned_temporary, "temporary_ban"},
    Row{403, EndClass::banned_locked, "account_locked"},
    Row{405, EndClass::outdated, "client_outdated"},
    Row{406, EndClass::banned_permanent, "banned"},
    Row{409, EndClass::refused, "bad_user_agent"},
    Row{413, EndClass::refused, "token_expired"},
    Row{414, EndClass::refused, "token_invalid"},
    Row{415, EndClass::refused, "not_found"},
    Row{418, EndClass::refused, "client_unknown"},
    Row{500, EndClass::retry, "internal_server_error"},
    Row{501, EndClass::refused, "experimental"},
    Row{503, EndClass::retry, "service_unavailable"},
};

constexpr std::array kStreamErrors{
    Row{401, EndClass::logged_out, "logged_out"},
    // The numeric form of <conflict type="replaced"/>: dialling again would only start a fight.
    Row{409, EndClass::replaced, "replaced"},
    Row{429, EndClass::retry, "rate_limited"},
    Row{500, EndClass::retry, "internal_server_error"},
    Row{503, EndClass::retry, "service_unavailable"},
    Row{515, EndClass::restart, "restart_required"},
    Row{516, EndClass::logged_out, "forced_logout"},
};

template <std::size_t N>
const Row* find_row(const std::array<Row, N>& rows, int code) {
  auto row = std::find_if(rows.begin(), rows.end(), [&](const Row& r) { return r.code == code; });
  return row == rows.end() ? nullptr : &*row;
}

StreamEnd end_of(EndClass kind, int code, std::string_view reason) {
  StreamEnd end;
  end.kind = kind;
  end.code = code;
  end.reason = reason;
  return end;
}

// A code of at most three digits; 0 if there is none.
int code_of(const wire::Node& node, std::string_view key) {
  auto value = node.number(key);
  return value && *value <= 999 ? static_cast<int>(*value) : 0;
}

// `expire` is a duration. It is capped, so that adding it to any clock cannot overflow.
void read_ban(StreamEnd& end, const wire::Node& node) {
  constexpr std::uint64_t kTenYears = 10ULL * 366 * 86400;
  end.ban_code = code_of(node, "code");
  if (auto seconds = node.number("expire")) end.ban_seconds = std::min(*seconds, kTenYears);
}

// An unknown 5xx is the server's trouble and may pass; an unknown 4xx says that we are not wanted.
StreamEnd unknown_failure(int code) {
  return end_of(code >= 500 ? EndClass::retry : EndClass::refused, code, "unknown_failure");
}

std::optional<StreamEnd> conflict_end(const wire::Node& conflict, int code) {
  std::string type = conflict.attr_or("type", "replaced");
  if (type == "device_removed") return end_of(EndClass::logged_out, code, "device_removed");
  if (type == "replaced") return end_of(EndClass::replaced, code, "replaced");
  return std::nullopt;
}

}  // namespace

Result<Success> parse_success(const wire::Node& node) {
  if (node.tag != "success") return malformed("no <success>");
  Success out;
  out.server_time = node.number("t").value_or(0);
  out.lid = node.jid("lid").value_or(wire::Jid{});
  out.display_name = utf8_or_empty(node.attr_or("display_name", ""));
  return out;
}

StreamEnd parse_failure(const wire::Node& node) {
  int code = code_of(node, "reason");
  if (code == 0) return end_of(EndClass::refused, 0, "no_reason");
  const Row* row = find_row(kFailures, code);
  if (row == nullptr) return unknown_failure(code);
  StreamEnd end = end_of(row->kind, code, row->reason);
  if (end.kind == EndClass::banned_temporary) read_ban(end, node);
  return end;
}

StreamEnd parse_stream_error(const wire::Node& node) {
  int code = code_of(node, "code");
  if (const wire::Node* conflict = node.child("conflict"))
    if (auto end = conflict_end(*conflict, code)) return *end;
  if (const Row* row = find_row(kStreamErrors, code)) return end_of(row->kind, code, row->reason);
  if (node.child("ack") != nullptr) return end_of(EndClass::retry, code, "ack_required");
  if (node.child("xml-not-well-formed") != nullptr)
    return end_of(EndClass::retry, code, "malformed_stanza");
  return end_of(EndClass::retry, code, "unknown_stream_error");
}

}  // namespace wasphere::stanza
