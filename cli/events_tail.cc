#include "cli/events_tail.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/clock.h"
#include "cli/compose.h"
#include "cli/context.h"
#include "cli/member.h"
#include "cli/pipe_command.h"
#include "cli/session_view.h"
#include "cli/table.h"
#include "cli/text.h"
#include "cli/values.h"
#include "ipc/commands.h"
#include "ipc/json.h"

namespace wasphere::cli {
namespace {

using nlohmann::json;

constexpr Milliseconds kFirstRetry{200};
constexpr Milliseconds kLongestRetry{3000};

// "phoneNumber=+44… isNewLink=yes": what happened in one line; pictures and the like are left out.
std::string data_summary(const json& data) {
  constexpr std::size_t kLongest = 80;
  std::string out;
  if (!data.is_object()) return out;
  for (const auto& [key, value] : data.items()) {
    if (value.is_null() || value.is_structured()) continue;
    const std::string text =
        value.is_string() ? readable_time(value.get<std::string>()) : value.dump();
    if (text.starts_with("data:") || key == "qrString") continue;
    out += (out.empty() ? "" : " ") + key + "=" + shorten(printable(text), kLongest);
  }
  return out;
}

Tone tone_of_event(std::string_view type) {
  if (type == "session.connected") return Tone::good;
  if (type == "session.reconnecting") return Tone::busy;
  const bool bad = type == "session.banned" || type == "session.logged_out" ||
                   type == "session.failed" || type == "session.disconnected";
  return bad ? Tone::bad : Tone::plain;
}

class Tail {
 public:
  explicit Tail(Context& context)
      : context_(context),
        console_(context.console()),
        deadline_(context.settings().timeout ? Deadline::after(*context.settings().timeout)
                                             : Deadline::never()) {}

  Result<int> run() {
    WS_CHECK(read_options());
    WS_TRY(auto client, context_.connect_daemon());
    WS_CHECK(subscribe(client));
    while (true) {
      const auto ended = follow(client);
      if (ended) return *ended;
      if (ended.error().code != ErrorCode::daemon_unreachable) return fail(ended.error());
      console_.note("The daemon has gone; waiting for it to come back.");
      WS_TRY(const bool back, reconnect(client));
      if (!back) return time_is_up();
    }
  }

 private:
  Status read_options() {
    WS_TRY(left_, natural_number("count"));
    WS_TRY(last_seq_, natural_number("since"));
    return {};
  }

  Result<std::optional<std::int64_t>> natural_number(const std::string& name) const {
    const auto text = first_value(context_.values(), name);
    if (!text) return std::nullopt;
    WS_TRY(const json number, typed_value(*find_option(context_.verb(), name), *text));
    const auto value = number.get<std::int64_t>();
    if (value < 0) return fail(ErrorCode::validation_failed, "--" + name + " cannot be negative.");
    return value;
  }

  json subscription() const {
    json params = json::object();
    const auto types = context_.values().find("type");
    if (types != context_.values().end()) params["events"] = split_lists(types->second);
    if (!context_.settings().sessions.empty()) params["sessions"] = context_.settings().sessions;
    if (last_seq_) params["after"] = *last_seq_;
    return params;
  }

  Status subscribe(ipc::UnixClient& client) {
    WS_TRY(const json answer, context_.call(client, "event.subscribe", subscription()));
    const std::int64_t begins_after = int_member(answer, "seq");
    if (last_seq_) note_gap(*last_seq_, begins_after);
    last_seq_ = begins_after;
    return {};
  }

  void note_gap(std::int64_t wanted, std::int64_t begins_after) {
    if (begins_after > wanted) {
      console_.note("Gap: events " + std::to_string(wanted + 1) + " to " +
                    std::to_string(begins_after) + " are no longer kept.");
    }
    if (begins_after < wanted) {
      console_.note("Gap: the daemon's event log starts anew, at " + std::to_string(begins_after) +
                    " instead of " + std::to_string(wanted) + ".");
    }
  }

  // Until the count is full or time is up; an error when the connection ends.
  Result<int> follow(ipc::UnixClient& client) {
    while (left_ != 0) {
      if (deadline_.passed()) return time_is_up();
      WS_TRY(const auto notification, client.wait_notification(deadline_.left()));
      if (!notification || notification->method != "event") continue;
      WS_CHECK(emit(*notification->params));
      last_seq_ = int_member(*notification->params, "seq", last_seq_.value_or(0));
      if (left_) --*left_;
    }
    return 0;
  }

  // A limit on the time is how long to follow; only with a count is something missing at its end.
  int time_is_up() const {
    return left_ && *left_ > 0 ? error_info(ErrorCode::timed_out).exit_code : 0;
  }

  // False: time ran out first.
  Result<bool> reconnect(ipc::UnixClient& client) {
    Milliseconds pause = kFirstRetry;
    while (!deadline_.passed()) {
      pause_for(deadline_.left(pause));
      pause = std::min(pause * 2, kLongestRetry);
      auto next = context_.connect_daemon();
      if (!next) continue;
      const Status subscribed = subscribe(*next);
      if (!subscribed && subscribed.error().code == ErrorCode::daemon_unreachable) continue;
      if (!subscribed) return fail(subscribed.error());
      client = std::move(*next);
      console_.note("The daemon is back; events go on.");
      return true;
    }
    return false;
  }

  Status emit(const json& notification) {
    json event = notification;
    event.erase("subscription");
    if (const auto command = first_value(context_.values(), "exec"))
      return execute(*command, event);
    switch (context_.settings().output) {
      case OutputFormat::json:
      case OutputFormat::ndjson:
        console_.out(ipc::dump_json(event) + "\n");
        break;
      case OutputFormat::names:
        console_.out(printable(text_member(event, "event")) + "\n");
        break;
      case OutputFormat::table:
        console_.out(line_of(event));
        break;
    }
    return {};
  }

  Status execute(const std::string& command, const json& event) {
    const std::string type = text_member(event, "event");
    const std::vector<std::pair<std::string, std::string>> variables{
        {"WASPHERE_EVENT", type},
        {"WASPHERE_SESSION", text_member(event, "sessionName")},
        {"WASPHERE_SOCKET", context_.daemon_socket()}};
    WS_TRY(const int status, pipe_to_command(command, ipc::dump_json(event) + "\n", variables));
    if (status != 0) {
      console_.note("The command ended with " + std::to_string(status) + " for event " +
                    std::to_string(int_member(event, "seq")) + " (" + type + ").");
    }
    return {};
  }

  std::string line_of(const json& event) const {
    constexpr int kTypeColumns = 22;
    constexpr int kSessionColumns = 14;
    const std::string type = printable(text_member(event, "event"));
    const std::string session = printable(text_member(event, "sessionName"));
    const std::string summary = data_summary(member(event, "data"));
    return readable_time(text_member(event, "timestamp")) + "  " +
           padded(std::to_string(int_member(event, "seq")), 6) + "  " +
           padded(session.empty() ? "-" : session, kSessionColumns) + "  " +
           painted(summary.empty() ? type : padded(type, kTypeColumns), tone_of_event(type),
                   console_.stdout_colour()) +
           (summary.empty() ? "" : "  " + summary) + "\n";
  }

  Context& context_;
  Console& console_;
  Deadline deadline_;
  std::optional<std::int64_t> left_;      // events still to show; nothing: no limit
  std::optional<std::int64_t> last_seq_;  // the reader has seen everything up to here
};

Result<int> run_tail(Context& context) {
  return Tail(context).run();
}

std::string all_types() {
  std::string out;
  for (const auto& type : ipc::event_types())
    out += (out.empty() ? "" : ", ") + std::string(type.info.name);
  return out;
}

}  // namespace

void compose_event_verbs(std::vector<Verb>& verbs) {
  Verb& tail = verb_at(verbs, "events tail");
  tail.run = &run_tail;
  tail.details =
      "Follows until interrupted. When the daemon restarts, goes on behind the last event seen "
      "and "
      "says so if events in between are lost. --session NAME,… limits it to these sessions.";
  tail.options = {
      {.name = "type",
       .flag = "--type",
       .letter = 't',
       .kind = ValueKind::list,
       .placeholder = "TYPE,…",
       .doc = "Only events of these types: " + all_types()},
      {.name = "since",
       .flag = "--since",
       .kind = ValueKind::integer,
       .placeholder = "SEQ",
       .doc = "Begin behind this event; 0 for all that are kept."},
      {.name = "count",
       .flag = "--count",
       .letter = 'n',
       .kind = ValueKind::integer,
       .placeholder = "N",
       .doc = "End after that many."},
      {.name = "exec",
       .flag = "--exec",
       .placeholder = "CMD",
       .doc =
           "Run CMD with /bin/sh for each event, one at a time, the event as JSON on its standard "
           "input and WASPHERE_EVENT, WASPHERE_SESSION and WASPHERE_SOCKET set."}};
}

}  // namespace wasphere::cli
