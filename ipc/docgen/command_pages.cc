// The pages of the command line: wasphere(1) and one page per noun.
#include <algorithm>
#include <map>
#include <stdexcept>

#include "cli/args.h"
#include "core/util/error.h"
#include "ipc/docgen/manual_page.h"
#include "ipc/docgen/pages.h"

namespace wasphere::docgen {
namespace {

struct Described {
  std::string_view name;
  std::string_view text;
};

// A noun without a line here fails the build: its page could not say what it is about.
constexpr std::array kNouns{
    Described{"session", "create, link and look after WaSphere sessions"},
    Described{"message", "send, look at, change and follow WhatsApp messages"},
    Described{"queue", "look after the WhatsApp messages that wait to be sent"},
    Described{"group", "create and look after WhatsApp groups"},
    Described{"contact", "find out who is on WhatsApp"},
    Described{"events", "follow what happens in WaSphere"},
    Described{"webhook", "have events of WaSphere delivered to other programs"},
    Described{"key", "make and look after API keys of WaSphere"},
    Described{"audit", "see who changed what in WaSphere"},
    Described{"workspace", "settings of a WaSphere daemon as a whole"},
    Described{"daemon", "ask the WaSphere daemon about itself"},
    Described{"message", "look at, change and cancel WhatsApp messages"},
    Described{"send", "send WhatsApp messages"},
    Described{"queue", "look after messages that wait to be sent"},
    Described{"chat", "show typing and presence"},
    Described{"group", "look after WhatsApp groups"},
    Described{"contact", "ask WhatsApp about people"},
    Described{"webhook", "have events delivered to HTTP endpoints"},
    Described{"key", "make and look after API keys"},
    Described{"audit", "see what was changed and what was refused"},
    Described{"workspace", "look after the installation as a whole"},
    Described{"sandbox", "a WhatsApp network of one's own to try WaSphere out on"},
};

constexpr std::array kEnvironment{
    Described{"WASPHERE_SOCKET", "Socket of the daemon, unless --socket is given."},
    Described{"WASPHERE_SESSION",
              "Session to use when neither the command nor --session names one."},
    Described{"WASPHERE_OUTPUT", "Output format, unless --output is given."},
    Described{"WASPHERE_SANDBOX_CONTROL",
              "Control socket of the sandbox, unless --control is given."},
    Described{"XDG_RUNTIME_DIR", "Where the socket of a daemon of one's own is looked for."},
    Described{"NO_COLOR", "When set to anything, nothing is coloured."},
};

struct ExitMeaning {
  int code;
  std::string_view text;
};

constexpr std::array kExitMeanings{
    ExitMeaning{0, "Done."},
    ExitMeaning{1, "Something unexpected, which is a bug."},
    ExitMeaning{2, "Bad usage or bad input: correct the call."},
    ExitMeaning{3, "The daemon is not reachable: start it."},
    ExitMeaning{4, "Not allowed: get the right, or another user."},
    ExitMeaning{5, "There is no such thing: correct the name."},
    ExitMeaning{6, "A person is needed: the session must be linked, or its account looked after."},
    ExitMeaning{7, "Refused for good: do not try again unchanged."},
    ExitMeaning{8, "Not now: try again later."},
    ExitMeaning{9, "Time ran out while waiting; the daemon goes on working."},
    ExitMeaning{10, "Conflict with what exists already."},
    ExitMeaning{12, "This daemon cannot do it."},
    ExitMeaning{13, "A file, disk or socket of this host failed."},
    ExitMeaning{130, "Interrupted, or declined at the question."},
    ExitMeaning{141, "Whoever read the output went away."},
};

std::string page_name(std::string_view noun) {
  return "wasphere-" + std::string(noun);
}

std::string synopsis_of(const cli::Verb& verb) {
  std::string out = "wasphere " + cli::verb_name(verb.path);
  for (const cli::Option& option : verb.options) {
    if (!option.positional()) continue;
    const std::string word = option.placeholder + (option.repeated ? "..." : "");
    out += option.required ? " " + word : " [" + word + "]";
  }
  return out + " [OPTION...]";
}

std::string tag_of(const cli::Option& option) {
  if (option.positional()) return ManualPage::argument_tag(option.placeholder);
  if (option.kind != cli::ValueKind::boolean) {
    return ManualPage::flag_tag(option.flag, option.letter, option.placeholder);
  }
  std::string tag = ManualPage::flag_tag(option.flag, option.letter, "");
  // A parameter can be switched off as well; what is not said keeps its value.
  if (option.parameter) tag += " , " + ManualPage::flag_tag("--no-" + option.flag.substr(2), 0, "");
  return tag;
}

std::string doc_of(const cli::Option& option) {
  std::string out = option.doc;
  if (!out.ends_with('.') && !out.ends_with(')')) out += ".";
  const bool named = option.choices.empty() || out.find(option.choices.front()) != out.npos;
  if (named) return out;
  out += " One of ";
  for (std::size_t i = 0; i < option.choices.size(); ++i) {
    out += (i == 0 ? "" : ", ") + option.choices[i];
  }
  return out + ".";
}

void write_options(ManualPage& page, const std::vector<cli::Option>& options) {
  if (options.empty()) return;
  page.begin_list();
  for (const cli::Option& option : options) page.item(tag_of(option)).text(doc_of(option));
  page.end_list();
}

void write_verb(ManualPage& page, const cli::Verb& verb) {
  page.subsection(cli::verb_name(verb.path));
  page.command_line(synopsis_of(verb));
  page.paragraph().text(verb.summary);
  if (!verb.details.empty()) page.paragraph().text(verb.details);
  write_options(page, verb.options);
  if (!verb.method.empty()) {
    page.paragraph().text("Operation: " + verb.method + ", see wasphere-rpc(7).");
  }
}

// Every exit code of the error table must have a meaning, and names its errors.
void write_exit_codes(ManualPage& page) {
  std::map<int, std::string> names;
  for (const ErrorInfo& info : all_errors()) {
    std::string& list = names[info.exit_code];
    list += (list.empty() ? "" : ", ") + std::string(info.name);
  }
  page.section("EXIT STATUS").begin_list();
  for (const ExitMeaning& meaning : kExitMeanings) {
    page.item(ManualPage::literal_tag(std::to_string(meaning.code))).text(meaning.text);
    const auto errors = names.extract(meaning.code);
    if (!errors.empty()) page.text("Errors: " + errors.mapped() + ".");
  }
  page.end_list();
  if (!names.empty()) throw std::logic_error("an exit code has no meaning in the manual");
}

void write_global_options(ManualPage& page) {
  page.section("OPTIONS");
  page.text("These can stand before or behind any command.");
  std::vector<cli::Option> options = cli::global_options();
  page.begin_list();
  for (const cli::Option& option : options) page.item(tag_of(option)).text(doc_of(option));
  page.item(ManualPage::flag_tag("--json", 0, "")).text("The same as --output json.");
  page.item(ManualPage::flag_tag("--help", 'h', ""))
      .text("Explain the program, a group of commands or one command.");
  page.item(ManualPage::flag_tag("--version", 0, "")).text("Print the version and exit.");
  page.end_list();
}

void write_environment(ManualPage& page) {
  page.section("ENVIRONMENT").begin_list();
  for (const Described& variable : kEnvironment) {
    page.item("Ev " + std::string(variable.name)).text(variable.text);
  }
  page.end_list();
}

void write_files(ManualPage& page) {
  page.section("FILES").begin_list();
  page.item("Pa /run/wasphere/wasphered.sock").text("Socket of the system's daemon, tried first.");
  page.item("Pa $XDG_RUNTIME_DIR/wasphere/wasphered.sock")
      .text("Socket of a daemon of one's own, tried next.");
  page.end_list();
}

void write_examples(ManualPage& page) {
  page.section("EXAMPLES");
  page.text("Link an account: draw a QR, and be done when the phone has scanned it.");
  page.command_line("wasphere link support");
  page.text("The same with a code that is typed on the phone.");
  page.command_line("wasphere session pair support +447700900123");
  page.text("Follow events as JSON, from the first one that is kept.");
  page.command_line("wasphere events tail --since 0 -o ndjson");
  page.text("Act on the state of the sessions in a script.");
  page.command_line("wasphere status -q || echo 'somebody should look'");
}

bool has_page(const std::vector<cli::Verb>& verbs, const cli::Verb& verb) {
  return std::ranges::count(nouns(verbs), verb.path.front()) > 0;
}

std::string_view about(std::string_view noun) {
  const auto* found = std::ranges::find(kNouns, noun, &Described::name);
  if (found == kNouns.end()) {
    throw std::logic_error("the noun " + std::string(noun) + " has no description for its page");
  }
  return found->text;
}

std::string sentence(std::string_view phrase) {
  std::string out = std::string(phrase) + ".";
  out.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(out.front())));
  return out;
}

void write_sandbox_program(ManualPage& page) {
  page.section("DESCRIPTION");
  page.text(
      "wasphere-sandbox is a WhatsApp network in one process: a WebSocket server with the real "
      "handshake, virtual phones that scan QR codes, and faults on demand. Nothing leaves the "
      "host. "
      "Any client of the network can be tried on it; no account is at risk. "
      "'wasphered --sandbox' has one inside.");
  page.paragraph().text(
      "When it is ready, it prints one line of JSON on standard output, with url and noiseRoot for "
      "the daemon's network.url and network.noise_root, and control, the path of its control "
      "socket. "
      "It ends on SIGTERM and SIGINT.");
  page.section("OPTIONS").begin_list();
  page.item(ManualPage::flag_tag("--listen", 0, "ADDRESS:PORT"))
      .text("Where the network listens; the default 127.0.0.1:0 takes a free port.");
  page.item(ManualPage::flag_tag("--control", 0, "PATH"))
      .text("Path of the control socket; by default sandbox.sock in the state directory.");
  page.item(ManualPage::flag_tag("--state-dir", 0, "DIR"))
      .text(
          "Where phones, accounts and keys are kept; by default wasphere-sandbox in "
          "$XDG_STATE_HOME.");
  page.item(ManualPage::flag_tag("--log-level", 0, "LEVEL"))
      .text("One of debug, info, warning, error. The log goes to standard error.");
  page.item(ManualPage::flag_tag("--help", 0, "")).text("Print the options and exit.");
  page.item(ManualPage::flag_tag("--version", 0, "")).text("Print the version and exit.");
  page.end_list();
}

void write_synopsis(ManualPage& page, std::string_view noun) {
  page.section("SYNOPSIS");
  std::string lines = "wasphere " + std::string(noun) + " COMMAND [ARGUMENT...] [OPTION...]";
  if (noun == "sandbox") lines = "wasphere-sandbox [OPTION...]\n" + lines;
  page.verbatim(lines);
}

Output noun_page(const std::vector<cli::Verb>& verbs, const std::string& noun) {
  ManualPage page(page_name(noun), 1, about(noun));
  write_synopsis(page, noun);
  if (noun == "sandbox") {
    write_sandbox_program(page);
  } else {
    page.section("DESCRIPTION");
    page.text(
        "The options that all commands share, the environment, the files and the exit status "
        "are explained in wasphere(1).");
  }
  page.section("COMMANDS");
  for (const cli::Verb& verb : verbs) {
    if (verb.path.front() == noun) write_verb(page, verb);
  }
  page.see_also(other_pages(verbs, page_name(noun)));
  return {"man/" + page_name(noun) + ".1", page.str()};
}

}  // namespace

std::vector<std::string> nouns(const std::vector<cli::Verb>& verbs) {
  std::vector<std::string> out;
  for (const cli::Verb& verb : verbs) {
    const std::string& noun = verb.path.front();
    // A first word that is a command itself ("rpc") stays on the main page with all below it.
    const bool is_command = std::ranges::any_of(
        verbs, [&](const cli::Verb& other) { return other.path == std::vector{noun}; });
    if (!is_command && std::ranges::find(out, noun) == out.end()) out.push_back(noun);
  }
  return out;
}

std::vector<std::pair<std::string, int>> other_pages(const std::vector<cli::Verb>& verbs,
                                                     std::string_view except) {
  std::vector<std::pair<std::string, int>> out{{"wasphere", 1}};
  std::vector<std::string> names = nouns(verbs);
  std::ranges::sort(names);
  for (const std::string& noun : names) out.emplace_back(page_name(noun), 1);
  out.emplace_back("wasphered.conf", 5);
  out.emplace_back("wasphere-rpc", 7);
  out.emplace_back("wasphered", 8);
  std::erase_if(out, [&](const auto& page) { return page.first == except; });
  return out;
}

Output main_page(const std::vector<cli::Verb>& verbs) {
  ManualPage page("wasphere", 1, "link WhatsApp accounts and work with them from the shell");
  page.section("SYNOPSIS").verbatim("wasphere COMMAND [ARGUMENT...] [OPTION...]");
  page.section("DESCRIPTION");
  page.text(
      "wasphere talks to wasphered(8), the self-hosted WhatsApp gateway, over its Unix socket. "
      "Results go to standard output, progress and errors to standard error. An error names "
      "what is wrong and what to do, and its kind is the exit status.");
  write_global_options(page);
  page.section("COMMANDS");
  for (const cli::Verb& verb : verbs) {
    if (!has_page(verbs, verb)) write_verb(page, verb);
  }
  page.section("GROUPS OF COMMANDS");
  page.text("Each group has a page of its own.").begin_list();
  for (const std::string& noun : nouns(verbs)) {
    page.item("Xr " + page_name(noun) + " 1").text(sentence(about(noun)));
  }
  page.end_list();
  write_environment(page);
  write_files(page);
  write_exit_codes(page);
  write_examples(page);
  page.see_also(other_pages(verbs, "wasphere"));
  return {"man/wasphere.1", page.str()};
}

std::vector<Output> noun_pages(const std::vector<cli::Verb>& verbs) {
  std::vector<Output> out;
  for (const std::string& noun : nouns(verbs)) out.push_back(noun_page(verbs, noun));
  return out;
}

}  // namespace wasphere::docgen
