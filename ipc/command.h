// How one operation is described: a request struct names its members once, and decoding, help, man
// pages, completions, REST routes and scope checks are all derived from that.
//
//   struct SessionGet {
//     using Response = SessionView;
//     static constexpr CommandInfo command{.method = "session.get", .cli = "session show", …};
//     std::string session;
//     static constexpr auto fields = std::tuple{arg("session", &SessionGet::session, "Name or
//     id.")};
//   };
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <tuple>

#include "core/util/error.h"

namespace wasphere::ipc {

// A member of free shape: any JSON value as its text.
struct Json {
  std::string text = "null";
  bool operator==(const Json&) const = default;
};

enum class Scope : std::uint8_t {
  none,
  sessions_read,
  sessions_write,
  sessions_delete,
  messages_send,
  messages_send_bulk,
  messages_read,
  webhooks_read,
  webhooks_write,
  webhooks_delete,
  workspace_read,
  workspace_write,
  audit_read,
  keys_read,
  keys_write,
};
// By the number of the scope; the first is no scope at all.
inline constexpr std::array<std::string_view, 15> kScopeNames{"",
                                                              "sessions:read",
                                                              "sessions:write",
                                                              "sessions:delete",
                                                              "messages:send",
                                                              "messages:send_bulk",
                                                              "messages:read",
                                                              "webhooks:read",
                                                              "webhooks:write",
                                                              "webhooks:delete",
                                                              "workspace:read",
                                                              "workspace:write",
                                                              "audit:read",
                                                              "keys:read",
                                                              "keys:write"};
constexpr std::string_view scope_name(Scope scope) {
  return kScopeNames[static_cast<std::size_t>(scope)];
}

enum class HttpVerb : std::uint8_t { none, get, post, patch, del };
struct Route {
  HttpVerb verb = HttpVerb::none;  // none: the operation has no REST route
  std::string_view path{};         // "/api/sessions/{session}"; each {name} is a field
  int success = 200;               // HTTP status of the success answer
  // Another status of success, for answers whose member status has this value; 0: none.
  int other = 0;
  std::string_view other_when{};
  // Content type of an answer that is its member text and no JSON; empty: JSON.
  std::string_view media{};

  constexpr Route or_if(int status, std::string_view value) const {
    Route out = *this;
    out.other = status;
    out.other_when = value;
    return out;
  }
  constexpr Route as(std::string_view content_type) const {
    Route out = *this;
    out.media = content_type;
    return out;
  }
};
constexpr Route get(std::string_view path) {
  return {.verb = HttpVerb::get, .path = path};
}
constexpr Route post(std::string_view path, int success = 200) {
  return {.verb = HttpVerb::post, .path = path, .success = success};
}
constexpr Route patch(std::string_view path) {
  return {.verb = HttpVerb::patch, .path = path};
}
constexpr Route del(std::string_view path) {
  return {.verb = HttpVerb::del, .path = path};
}

// The errors an operation is known for, besides those any call can meet.
struct ErrorCodes {
  std::array<ErrorCode, 8> codes{};
  std::size_t count = 0;
  constexpr ErrorCodes() = default;
  template <class... Codes>
  constexpr ErrorCodes(ErrorCode first, Codes... rest)
      : codes{first, rest...}, count(1 + sizeof...(rest)) {}
  constexpr const ErrorCode* begin() const { return codes.data(); }
  constexpr const ErrorCode* end() const { return codes.data() + count; }
};

// What a key that is bound to one session reaches of an operation.
enum class Reach : std::uint8_t {
  named,     // the session that the request names: its member session, sessionId, sessions or
             // sessionIds
  filtered,  // all of it: it shows and touches nothing but what is of that session
  unbound,   // nothing
};

struct CommandInfo {
  std::string_view method;
  std::string_view cli{};  // verb of the command line; empty: only through 'wasphere rpc'
  Route route{};
  Scope scope = Scope::none;
  std::string_view summary;        // one sentence with a full stop
  std::string_view description{};  // further sentences
  std::string_view returns;        // what the result is, one sentence with a full stop
  ErrorCodes errors{};
  bool streaming = false;         // notifications follow the answer
  bool local_only = false;        // never over the network
  bool anyone = false;            // over the network without a key
  bool open_to_loopback = false;  // the same, from this host
  Scope also = Scope::none;       // opens the operation as well
  Reach reach = Reach::named;
  bool hidden = false;   // absent from help and documentation
  bool sandbox = false;  // of the sandbox's control socket, not of the daemon's
};

enum class Format : std::uint8_t {
  none,
  ascii,         // printable ASCII only
  session_name,  // trimmed on decoding; no control character, no '/', not starting with "sess_"
};

inline constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();

// What a value must satisfy. On a list, all but the counts apply to each element.
struct Rules {
  std::int64_t min = std::numeric_limits<std::int64_t>::min();
  std::int64_t max = std::numeric_limits<std::int64_t>::max();
  std::size_t min_length = 0;  // text, in Unicode characters
  std::size_t max_length = kNoLimit;
  std::size_t min_count = 0;  // lists
  std::size_t max_count = kNoLimit;
  std::span<const std::string_view> choices{};
  Format format = Format::none;
  std::string_view value_name{};  // placeholder in help: NAME
  bool defaulted = false;         // may be missing: the member's initialiser then holds
};

// Constraints: the arguments after the documentation of arg() and field().
constexpr auto range(std::int64_t min, std::int64_t max) {
  return [=](Rules& rules) { rules.min = min, rules.max = max; };
}
constexpr auto length(std::size_t min, std::size_t max) {
  return [=](Rules& rules) { rules.min_length = min, rules.max_length = max; };
}
constexpr auto count(std::size_t max) {
  return [=](Rules& rules) { rules.max_count = max; };
}
constexpr auto count(std::size_t min, std::size_t max) {
  return [=](Rules& rules) { rules.min_count = min, rules.max_count = max; };
}
// `choices` must have static storage.
constexpr auto one_of(std::span<const std::string_view> choices) {
  return [=](Rules& rules) { rules.choices = choices; };
}
constexpr auto format(Format format) {
  return [=](Rules& rules) { rules.format = format; };
}
constexpr auto value_name(std::string_view name) {
  return [=](Rules& rules) { rules.value_name = name; };
}
inline constexpr auto defaulted = [](Rules& rules) { rules.defaulted = true; };

template <class Owner, class Member>
struct Field {
  std::string_view name;
  Member Owner::* member;
  std::string_view doc;
  bool positional;
  Rules rules;
};

template <class Owner, class Member, class... Constraints>
constexpr Field<Owner, Member> make_field(std::string_view name, Member Owner::* member,
                                          std::string_view doc, bool positional,
                                          Constraints... constraints) {
  Rules rules;
  (constraints(rules), ...);
  return {name, member, doc, positional, rules};
}

// A member that the command line takes by position, in the order of the fields.
template <class Owner, class Member, class... Constraints>
constexpr auto arg(std::string_view name, Member Owner::* member, std::string_view doc,
                   Constraints... constraints) {
  return make_field(name, member, doc, true, constraints...);
}

// A member that the command line takes as --flag.
template <class Owner, class Member, class... Constraints>
constexpr auto field(std::string_view name, Member Owner::* member, std::string_view doc,
                     Constraints... constraints) {
  return make_field(name, member, doc, false, constraints...);
}

template <class... Types>
struct TypeList {
  static constexpr std::size_t size = sizeof...(Types);
};

template <class T>
struct TypeTag {
  using type = T;
};

// Calls visit(TypeTag<T>{}) for every T of the list.
template <class... Types, class Visitor>
constexpr void for_each_type(TypeList<Types...>, Visitor&& visit) {
  (visit(TypeTag<Types>{}), ...);
}

}  // namespace wasphere::ipc
