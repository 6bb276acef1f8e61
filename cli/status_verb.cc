#include "cli/status_verb.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/clock.h"
#include "cli/context.h"
#include "cli/member.h"
#include "cli/session_view.h"
#include "ipc/json.h"

namespace wasphere::cli {
namespace {

using nlohmann::json;

constexpr Milliseconds kRetry{1000};
// Changes come in bursts; one picture shows them all.
constexpr Milliseconds kBurst{100};

struct Picture {
  json daemon;
  json sessions = json::array();  // those that were asked for
};

bool is_named(const json& session, const std::string& name) {
  return text_member(session, "name") == name || text_member(session, "id") == name;
}

Result<json> select(const json& all, const std::vector<std::string>& names) {
  if (names.empty()) return all;
  json out = json::array();
  for (const auto& name : names) {
    const auto found = std::ranges::find_if(all, [&](const json& s) { return is_named(s, name); });
    if (found == all.end())
      return fail(ErrorCode::session_not_found, "There is no session '" + name + "'.");
    out.push_back(*found);
  }
  return out;
}

bool troubled(const json& session) {
  return needs_person(text_member(session, "status"), text_member(session, "statusDetail"));
}

int exit_code_of(const Picture& picture) {
  return std::ranges::any_of(picture.sessions, &troubled)
             ? error_info(ErrorCode::needs_person).exit_code
             : 0;
}

json as_json(const Picture& picture) {
  json waiting = json::array();
  for (const auto& session : picture.sessions) {
    if (troubled(session)) waiting.push_back(text_member(session, "name"));
  }
  return {{"daemon", picture.daemon},
          {"sessions", picture.sessions},
          {"needsPerson", waiting},
          {"ok", waiting.empty()}};
}

std::string daemon_line(const json& daemon) {
  return "wasphered " + text_member(daemon, "version") + " on the " +
         text_member(daemon, "network") + " network, pid " +
         std::to_string(int_member(daemon, "pid")) + ", up " +
         describe_duration(Milliseconds(int_member(daemon, "uptimeMs"))) + "\n";
}

std::string as_table(const Picture& picture, bool colour) {
  std::string out = daemon_line(picture.daemon);
  if (picture.sessions.empty()) return out + "no sessions\n";
  const auto count = std::ranges::count_if(picture.sessions, &troubled);
  const std::size_t total = picture.sessions.size();
  const std::string verdict = std::to_string(total) + (total == 1 ? " session, " : " sessions, ") +
                              (count == 0   ? "none needs"
                               : count == 1 ? "one needs"
                                            : std::to_string(count) + " need") +
                              " a person";
  out += painted(verdict, count == 0 ? Tone::good : Tone::bad, colour) + "\n\n";
  return out + render_sessions(picture.sessions, colour);
}

std::string as_text(const Picture& picture, OutputFormat format, bool colour) {
  switch (format) {
    case OutputFormat::json:
      return ipc::dump_json_pretty(as_json(picture)) + "\n";
    case OutputFormat::ndjson:
      return ipc::dump_json(as_json(picture)) + "\n";
    case OutputFormat::table:
      return as_table(picture, colour);
    case OutputFormat::names:
      break;
  }
  std::string out;
  for (const auto& session : picture.sessions) out += text_member(session, "name") + "\n";
  return out;
}

class StatusView {
 public:
  explicit StatusView(Context& context) : context_(context), console_(context.console()) {
    names_ = context.settings().sessions;
    const auto given = context.values().find("names");
    if (given != context.values().end())
      names_.insert(names_.end(), given->second.begin(), given->second.end());
  }

  Result<int> once() {
    WS_TRY(ipc::UnixClient client, context_.connect_daemon());
    WS_TRY(const Picture picture, look(client));
    show(picture);
    return exit_code_of(picture);
  }

  // Until it is interrupted, or for as long as --timeout says; outlives the daemon.
  Result<int> watch() {
    const Deadline deadline = context_.settings().timeout
                                  ? Deadline::after(*context_.settings().timeout)
                                  : Deadline::never();
    while (!deadline.passed()) {
      const auto ended = watch_connection(deadline);
      if (ended) break;
      if (ended.error().code != ErrorCode::daemon_unreachable) return fail(ended.error());
      if (!away_) console_.note("The daemon does not answer; waiting for it.");
      away_ = true;
      pause_for(deadline.left(kRetry));
    }
    return last_exit_code_;
  }

 private:
  Result<Picture> look(ipc::UnixClient& client) {
    Picture out;
    WS_TRY(out.daemon, context_.call(client, "daemon.info", json::object()));
    WS_TRY(const json page, context_.call(client, "session.list", json::object()));
    const json& all = member(page, "sessions");
    WS_TRY(out.sessions, select(all.is_array() ? all : json::array(), names_));
    return out;
  }

  void show(const Picture& picture) {
    // Asked for nothing but the exit code.
    if (console_.quiet()) return;
    const OutputFormat format = context_.settings().output;
    std::string text = as_text(picture, format, console_.stdout_colour());
    const bool redraw = watching_ && format == OutputFormat::table;
    if (redraw && console_.stdout_is_terminal()) text = "\x1b[H\x1b[2J" + text;
    if (redraw && !console_.stdout_is_terminal()) text += "\n";
    console_.out(text);
  }

  Status watch_connection(const Deadline& deadline) {
    watching_ = true;
    WS_TRY(ipc::UnixClient client, context_.connect_daemon());
    // Before the first look, so that no change falls in between.
    WS_CHECK(context_.call(client, "event.subscribe", json::object()));
    away_ = false;
    while (!deadline.passed()) {
      WS_TRY(const Picture picture, look(client));
      show(picture);
      last_exit_code_ = exit_code_of(picture);
      WS_TRY(const auto change, client.wait_notification(deadline.left()));
      if (change) {
        WS_CHECK(drain(client));
      }
    }
    return {};
  }

  static Status drain(ipc::UnixClient& client) {
    const Deadline end = Deadline::after(kBurst);
    while (!end.passed()) {
      WS_TRY(const auto more, client.wait_notification(end.left()));
      if (!more) break;
    }
    return {};
  }

  Context& context_;
  Console& console_;
  std::vector<std::string> names_;
  bool watching_ = false;
  bool away_ = false;
  int last_exit_code_ = 0;
};

Result<int> run_status(Context& context) {
  StatusView view(context);
  return flag_set(context.values(), "watch") ? view.watch() : view.once();
}

}  // namespace

Verb status_verb() {
  return {.path = {"status"},
          .summary = "Show the daemon and its sessions.",
          .method = "",
          .options = {{.name = "names",
                       .repeated = true,
                       .placeholder = "NAME",
                       .doc = "Only these sessions."},
                      {.name = "watch",
                       .flag = "--watch",
                       .letter = 'w',
                       .kind = ValueKind::boolean,
                       .doc = "Show it again at every change, until interrupted."}},
          .run = &run_status,
          .details =
              "Exit code 0: all is well, 3: the daemon is not reachable, 6: a session needs a "
              "person. With --quiet only the exit code tells."};
}

}  // namespace wasphere::cli
