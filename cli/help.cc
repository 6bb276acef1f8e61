#include "cli/help.h"

#include <algorithm>

#include "cli/args.h"
#include "cli/text.h"

namespace wasphere::cli {
namespace {

constexpr int kWidth = 80;
constexpr int kLongestName = 30;

struct Entry {
  std::string name;
  std::string doc;
};

// The text in lines of at most `columns`, continued lines indented.
std::string wrapped(std::string_view text, int indent, int columns) {
  std::string out;
  int used = 0;
  while (!text.empty()) {
    const auto space = text.find(' ');
    const std::string_view word = text.substr(0, space);
    const int width = display_width(word);
    if (used > 0 && used + 1 + width > columns) {
      out += '\n' + std::string(static_cast<std::size_t>(indent), ' ');
      used = 0;
    }
    out += (used > 0 ? " " : "") + std::string(word);
    used += width + (used > 0 ? 1 : 0);
    text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
  }
  return out;
}

std::string render_entries(const std::vector<Entry>& entries) {
  int widest = 0;
  for (const auto& entry : entries) widest = std::max(widest, display_width(entry.name));
  const int column = std::min(widest, kLongestName) + 4;
  std::string out;
  for (const auto& entry : entries) {
    std::string head = "  " + padded(entry.name, column - 2);
    if (display_width(entry.name) > column - 4) {
      head = "  " + entry.name + '\n' + std::string(static_cast<std::size_t>(column), ' ');
    }
    out += head + wrapped(entry.doc, column, kWidth - column) + '\n';
  }
  return out;
}

bool in_group(const Verb& verb, const std::vector<std::string>& path) {
  return verb.path.size() > path.size() && std::equal(path.begin(), path.end(), verb.path.begin());
}

Entry option_entry(const Option& option) {
  std::string name = option.letter != 0 ? std::string("-") + option.letter + ", " : "    ";
  name += option.flag;
  if (option.kind != ValueKind::boolean) name += " " + option.placeholder;
  std::string doc = option.doc;
  if (!option.choices.empty() && doc.find(option.choices.front()) == std::string::npos) {
    doc += " (";
    for (const auto& choice : option.choices)
      doc += (choice == option.choices.front() ? "" : "|") + choice;
    doc += ")";
  }
  return {name, doc};
}

std::vector<Entry> option_entries(const std::vector<Option>& options) {
  std::vector<Entry> out;
  for (const auto& option : options) {
    if (!option.positional()) out.push_back(option_entry(option));
  }
  return out;
}

std::string usage_line(const Verb& verb) {
  std::string out = "Usage: wasphere " + verb_name(verb.path);
  for (const auto& option : verb.options) {
    if (!option.positional()) continue;
    const std::string word = option.placeholder + (option.repeated ? "…" : "");
    out += option.required ? " " + word : " [" + word + "]";
  }
  return out + " [OPTION…]\n";
}

std::vector<Entry> verb_entries(const std::vector<std::string>& path,
                                const std::vector<Verb>& verbs) {
  std::vector<Entry> out;
  for (const auto& verb : verbs) {
    if (in_group(verb, path)) out.push_back({verb_name(verb.path), verb.summary});
  }
  return out;
}

std::string verb_help(const Verb& verb, const std::vector<Verb>& verbs) {
  std::string out = usage_line(verb) + "\n" + wrapped(verb.summary, 0, kWidth) + "\n";
  if (!verb.details.empty()) out += "\n" + wrapped(verb.details, 0, kWidth) + "\n";
  std::vector<Entry> positionals;
  for (const auto& option : verb.options) {
    if (option.positional()) positionals.push_back({option.placeholder, option.doc});
  }
  if (!positionals.empty()) out += "\nArguments:\n" + render_entries(positionals);
  const auto options = option_entries(verb.options);
  if (!options.empty()) out += "\nOptions:\n" + render_entries(options);
  const auto below = verb_entries(verb.path, verbs);
  if (!below.empty()) out += "\nCommands:\n" + render_entries(below);
  if (!verb.method.empty()) out += "\nRPC method: " + verb.method + "\n";
  return out + "\nGlobal options: see 'wasphere --help'.\n";
}

std::string group_help(const std::vector<std::string>& path, const std::vector<Verb>& verbs) {
  return "Usage: wasphere " + verb_name(path) + " COMMAND [ARGUMENT…] [OPTION…]\n\nCommands:\n" +
         render_entries(verb_entries(path, verbs)) + "\n'wasphere " + verb_name(path) +
         " COMMAND --help' says more about one of them.\n";
}

std::string program_help(const std::vector<Verb>& verbs) {
  auto globals = option_entries(global_options());
  globals.push_back({"-h, --help", "Help about the program, a group or a command"});
  globals.push_back({"    --version", "The version of this program"});
  return "Usage: wasphere COMMAND [ARGUMENT…] [OPTION…]\n\n"
         "Talks to wasphered, the self-hosted WhatsApp gateway.\n\nCommands:\n" +
         render_entries(verb_entries({}, verbs)) + "\nGlobal options:\n" + render_entries(globals) +
         "\nExit codes: 0 done, 1 bug, 2 bad usage, 3 daemon not reachable, 4 not allowed,\n"
         "5 no such thing, 6 a person is needed, 7 refused for good, 8 try later,\n"
         "9 time ran out, 10 conflict, 12 not supported, 13 local I/O, 130 interrupted.\n"
         "\nStart here: wasphere link NAME\n";
}

}  // namespace

std::string help_text(const std::vector<std::string>& path, const std::vector<Verb>& verbs) {
  if (path.empty()) return program_help(verbs);
  const auto verb = std::find_if(verbs.begin(), verbs.end(),
                                 [&](const Verb& candidate) { return candidate.path == path; });
  return verb != verbs.end() ? verb_help(*verb, verbs) : group_help(path, verbs);
}

}  // namespace wasphere::cli
