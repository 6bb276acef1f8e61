#include "cli/app.h"

#include <algorithm>
#include <cstring>
#include <exception>

#include "cli/args.h"
#include "cli/compose.h"
#include "cli/console.h"
#include "cli/context.h"
#include "cli/help.h"
#include "cli/report.h"
#include "cli/signals.h"
#include "core/util/version.h"

namespace wasphere::cli {
namespace {

constexpr int kUsageExit = 2;
constexpr int kBrokenPipeExit = 141;

// Before the command line is understood, and when it never will be.
bool wants_json(const std::vector<std::string>& argv) {
  const auto variable = environment("WASPHERE_OUTPUT");
  bool json = variable == "json" || variable == "ndjson";
  for (std::size_t i = 0; i < argv.size(); ++i) {
    const std::string next = i + 1 < argv.size() ? argv[i + 1] : "";
    if (argv[i] == "--json" || argv[i].starts_with("--output=") || argv[i].starts_with("-o")) {
      json = argv[i].ends_with("json");
    }
    if (argv[i] == "-o" || argv[i] == "--output") json = next.ends_with("json");
  }
  return json;
}

class App {
 public:
  explicit App(const std::vector<std::string>& argv)
      : argv_(argv), verbs_(all_verbs()), as_json_(wants_json(argv)) {
    if (environment("NO_COLOR")) console_.set_colour_allowed(false);
  }

  int run() {
    try {
      const auto exit_code = run_parsed();
      if (exit_code) return *exit_code;
      return told(exit_code.error());
    } catch (const BrokenPipe&) {
      return kBrokenPipeExit;
    } catch (const OutputFailed& failed) {
      return told({.code = ErrorCode::io_error,
                   .message = std::string("Standard output cannot be written: ") +
                              std::strerror(failed.error_number) + "."});
    } catch (const std::exception& bug) {
      return told({.code = ErrorCode::internal, .message = bug.what()});
    }
  }

 private:
  Result<int> run_parsed() {
    WS_TRY(ParsedArgs parsed, parse_args(argv_, verbs_));
    if (parsed.version) {
      console_.out("wasphere " + std::string(kVersion) + "\n");
      return 0;
    }
    if (parsed.help) {
      console_.out(help_text(parsed.path, verbs_));
      return 0;
    }
    if (parsed.verb == nullptr) {
      console_.complain(help_text(parsed.path, verbs_));
      return kUsageExit;
    }
    return run_verb(parsed);
  }

  Result<int> run_verb(ParsedArgs& parsed) {
    WS_TRY(const Settings settings, read_settings(parsed.globals));
    as_json_ = settings.output == OutputFormat::json || settings.output == OutputFormat::ndjson;
    console_.set_quiet(settings.quiet);
    console_.set_colour_allowed(settings.colour);
    WS_CHECK(fill_session(*parsed.verb, settings, parsed.values));
    WS_CHECK(check_required(*parsed.verb, parsed.values));
    session_ = first_value(parsed.values, "session")
                   .value_or(first_value(parsed.values, "name").value_or(""));
    Context context(*parsed.verb, std::move(parsed.values), settings, console_, verbs_);
    auto exit_code = parsed.verb->run(context);
    request_ = context.failed_request();
    return exit_code;
  }

  // The session a verb is about, when its own words do not name it.
  static Status fill_session(const Verb& verb, const Settings& settings, Values& values) {
    const Option* option = find_option(verb, "session");
    if (option == nullptr || !option->required || values.contains("session")) return {};
    if (settings.sessions.size() > 1) {
      return fail(Error{.code = ErrorCode::validation_failed,
                        .message = "'" + verb_name(verb.path) + "' takes one session, not several.",
                        .remedy = "Name one session."});
    }
    if (!settings.sessions.empty()) values["session"] = {settings.sessions.front()};
    // What cannot be undone needs its name in the command itself.
    const bool from_environment = verb.method != "session.delete" && settings.default_session;
    if (!values.contains("session") && from_environment)
      values["session"] = {*settings.default_session};
    return {};
  }

  int told(const Error& error) {
    report(console_, error, session_, request_, as_json_);
    return error_info(error.code).exit_code;
  }

  const std::vector<std::string>& argv_;
  const std::vector<Verb> verbs_;
  Console console_;
  bool as_json_;
  std::string session_;
  std::string request_;
};

}  // namespace

int run_app(const std::vector<std::string>& argv) {
  reserve_standard_descriptors();
  install_signal_handlers();
  return App(argv).run();
}

}  // namespace wasphere::cli
