#include "cli/delivery.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "cli/clock.h"
#include "cli/member.h"
#include "cli/message_view.h"
#include "cli/print.h"
#include "cli/values.h"
#include "ipc/commands.h"
#include "ipc/json.h"

namespace wasphere::cli {
namespace {

using nlohmann::json;

constexpr Milliseconds kPatience = std::chrono::seconds(60);  // of --wait without --timeout
constexpr Milliseconds kSlice = std::chrono::seconds(20);     // of one call that waits
constexpr Milliseconds kGrace = std::chrono::seconds(10);     // for its answer to arrive
constexpr Milliseconds kRetry{200};

bool only_id(Context& context) {
  return context.console().quiet() || context.settings().output == OutputFormat::names;
}

void print_message(Context& context, const json& message) {
  Console& console = context.console();
  const std::string id = text_member(message, "messageId");
  if (only_id(context)) return console.out(id + "\n");
  switch (context.settings().output) {
    case OutputFormat::json:
      return console.out(ipc::dump_json_pretty(message) + "\n");
    case OutputFormat::ndjson:
      return console.out(ipc::dump_json(message) + "\n");
    case OutputFormat::table:
    case OutputFormat::names:
      return console.out(id + "  " + text_member(message, "status") + "\n");
  }
}

void note_queue(Context& context, const json& answer) {
  const std::int64_t position = int_member(answer, "position");
  if (text_member(answer, "status") != "queued" || position == 0) return;
  const std::string when = text_member(answer, "estimatedSendAt");
  context.console().note("Place " + std::to_string(position) + " in the queue" +
                         (when.empty() ? "" : ", to be sent at " + readable_time(when)) + ".");
}

// How a message ended that will never get there.
Error end_of(const json& message) {
  const std::string status = text_member(message, "status");
  const std::string reason = text_member(message, "error");
  Error error;
  error.code = ErrorCode::whatsapp_error;
  if (status == "expired") error.code = ErrorCode::whatsapp_timeout;
  if (status == "cancelled") error.code = ErrorCode::conflict;
  if (reason == "NOT_ON_WHATSAPP") error.code = ErrorCode::not_on_whatsapp;
  if (reason == "GROUP_NOT_FOUND") error.code = ErrorCode::group_not_found;
  error.message = "Message " + text_member(message, "messageId") + " " +
                  (status == "failed" ? "was not sent: " + reason : "is " + status) + ".";
  if (status != "failed") error.remedy = "Send it again if it is still wanted.";
  return error;
}

bool is_over(const json& message) {
  const std::string status = text_member(message, "status");
  return status == "failed" || status == "expired" || status == "cancelled";
}

// What comes after a status; empty after the last one.
std::string next_goal(const std::string& status) {
  if (status == "queued" || status == "sending") return "sent";
  if (status == "sent") return "delivered";
  return status == "delivered" ? "read" : "";
}

Error not_in_time(const json& message, const std::string& goal) {
  const std::string id = text_member(message, "messageId");
  return {.code = ErrorCode::timed_out,
          .message =
              "Message " + id + " is " + text_member(message, "status") + ", not yet " + goal + ".",
          .remedy = "It goes on by itself; look with 'wasphere message status " + id + "'."};
}

// Asks again and again, also over a restart of the daemon.
class Follower {
 public:
  Follower(Context& context, json params, Deadline deadline)
      : context_(context), params_(std::move(params)), deadline_(deadline) {}

  // The last answer of message.wait.
  Result<json> run() {
    while (true) {
      auto answer = ask();
      if (answer && (over(*answer) || deadline_.passed())) return answer;
      if (answer) continue;
      if (answer.error().code != ErrorCode::daemon_unreachable || deadline_.passed()) return answer;
      pause_for(deadline_.left(kRetry));
    }
  }

 private:
  static bool over(const json& answer) {
    return member(answer, "reached") == true || is_over(member(answer, "message"));
  }

  Result<json> ask() {
    auto client = context_.connect_daemon();
    if (!client) return fail(std::move(client).error());
    const Milliseconds slice = deadline_.left(kSlice);
    params_["timeoutMs"] = slice.count();
    return client->call("message.wait", params_, slice + kGrace);
  }

  Context& context_;
  json params_;
  Deadline deadline_;
};

}  // namespace

std::vector<Option> delivery_options() {
  return {{.name = "wait",
           .flag = "--wait",
           .placeholder = "GOAL",
           .doc = "Wait until it is queued (the default), sent, delivered, read or played, at most "
                  "as long as --timeout says, else 60 s.",
           .choices = {"queued", "sent", "delivered", "read", "played"}},
          {.name = "at",
           .flag = "--at",
           .placeholder = "TIME",
           .doc = "Send at this time: 2026-05-25T08:00:00Z, Unix milliseconds, or +10m from now."},
          {.name = "ttl",
           .flag = "--ttl",
           .kind = ValueKind::duration,
           .placeholder = "DUR",
           .doc = "Give up when it is not sent within that time, 1m to 7d (default 1d)."},
          {.name = "key",
           .flag = "--key",
           .placeholder = "KEY",
           .doc = "Idempotency key: the same command with the same key sends once."},
          {.name = "requireConnected",
           .flag = "--require-connected",
           .kind = ValueKind::boolean,
           .doc = "Refuse instead of queueing while the session is not connected."}};
}

Result<json> start_of(const std::string& text, UnixTime now) {
  if (text.starts_with('+')) {
    WS_TRY(const Milliseconds after, parse_duration(text.substr(1)));
    return json((now.time_since_epoch() + after).count());
  }
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number);
  return parsed.ec == std::errc() && parsed.ptr == end ? json(number) : json(text);
}

Status add_delivery(const Context& context, json& params) {
  const Values& values = context.values();
  if (const auto at = first_value(values, "at")) {
    WS_TRY(params["at"], start_of(*at, wall_time()));
  }
  if (const auto ttl = first_value(values, "ttl")) {
    WS_TRY(const Milliseconds lifetime, parse_duration(*ttl));
    params["expiresInSec"] = lifetime.count() / 1000;
  }
  if (const auto key = first_value(values, "key")) params["idempotencyKey"] = *key;
  if (flag_set(values, "requireConnected")) params["requireConnected"] = true;
  return {};
}

Result<int> follow(Context& context, const std::string& session, const std::string& id,
                   const std::string& goal) {
  const json params{{"sessionId", session}, {"messageId", id}, {"for", goal}};
  const auto deadline = Deadline::after(context.settings().timeout.value_or(kPatience));
  WS_TRY(const json answer, Follower(context, params, deadline).run());
  const json& message = member(answer, "message");
  print_message(context, message);
  if (member(answer, "reached") == true) return 0;
  return fail(is_over(message) ? end_of(message) : not_in_time(message, goal));
}

Result<int> watch(Context& context, const std::string& session, const std::string& id) {
  const auto timeout = context.settings().timeout;
  const Deadline deadline = timeout ? Deadline::after(*timeout) : Deadline::never();
  json params{{"sessionId", session}, {"messageId", id}};
  WS_TRY(json message, context.call(*ipc::find_method("message.status"), params));
  while (true) {
    print_message(context, message);
    if (is_over(message)) return fail(end_of(message));
    const std::string goal = next_goal(text_member(message, "status"));
    if (goal.empty()) return 0;
    params["for"] = goal;
    WS_TRY(const json answer, Follower(context, params, deadline).run());
    message = member(answer, "message");
    if (member(answer, "reached") != true && !is_over(message))
      return fail(not_in_time(message, goal));
  }
}

Result<int> deliver(Context& context, std::string_view method, const json& params) {
  const std::string goal = first_value(context.values(), "wait").value_or("queued");
  auto client = context.connect_daemon();
  if (!client) return fail(std::move(client).error());
  WS_TRY(const json answer, context.call(*client, method, params));
  if (goal != "queued") {
    const std::string id = text_member(answer, "messageId");
    context.console().note("Accepted as " + id + "; waiting until it is " + goal + ".");
    return follow(context, text_member(answer, "sessionId"), id, goal);
  }
  print_message(context, answer);
  note_queue(context, answer);
  return 0;
}

}  // namespace wasphere::cli
