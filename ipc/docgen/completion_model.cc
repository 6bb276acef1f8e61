#include "ipc/docgen/completion_model.h"

#include <algorithm>
#include <set>
#include <stdexcept>

#include "cli/args.h"
#include "ipc/commands.h"
#include "ipc/docgen/pages.h"

namespace wasphere::docgen {
namespace {

using Kind = Source::Kind;

// Names differ on the command line: "--type" is the parameter events.
const ipc::FieldInfo* list_with_choices(const cli::Verb& verb, const cli::Option& option) {
  const ipc::CommandType* command = ipc::find_method(verb.method);
  if (command == nullptr || option.kind != cli::ValueKind::list) return nullptr;
  for (const ipc::FieldInfo& field : command->params->fields) {
    const bool same =
        field.name == option.name || option.placeholder.starts_with(ipc::value_name(field));
    if (same && !field.rules.choices.empty()) return &field;
  }
  return nullptr;
}

std::vector<std::string> keys_of(const cli::Verb& verb) {
  std::vector<std::string> out;
  for (const cli::Option& option : verb.options) {
    if (option.parameter && !option.positional()) out.push_back(option.name + "=");
  }
  return out;
}

bool one_of(std::string_view text, std::initializer_list<std::string_view> candidates) {
  return std::ranges::find(candidates, text) != candidates.end();
}

Kind kind_of(const cli::Verb* verb, const cli::Option& option) {
  if (one_of(option.name, {"session", "sessions", "sessionId", "sessionIds", "names"}))
    return Kind::sessions;
  if (one_of(option.placeholder, {"FILE", "PATH"})) return Kind::files;
  if (verb == nullptr) return Kind::none;
  if (option.name == "phone" && verb->path.front() == "sandbox") return Kind::phones;
  if (option.name == "method" && verb->path.front() == "rpc") return Kind::methods;
  return Kind::none;
}

// `verb` is null for the global options.
Source source_of(const cli::Verb* verb, const cli::Option& option) {
  const bool list = option.kind == cli::ValueKind::list;
  if (!option.choices.empty()) return {Kind::words, list, option.choices};
  if (verb != nullptr && option.name == "assignments") return {Kind::keys, false, keys_of(*verb)};
  if (verb != nullptr) {
    if (const ipc::FieldInfo* field = list_with_choices(*verb, option)) {
      return {Kind::words, true, {field->rules.choices.begin(), field->rules.choices.end()}};
    }
  }
  return {kind_of(verb, option), list, {}};
}

// The first sentence, without what a shell would trip over.
std::string short_doc(std::string_view doc) {
  doc = doc.substr(0, std::min({doc.find(". "), doc.find(" ("), doc.find(": ")}));
  std::string out(doc.substr(0, doc.ends_with('.') ? doc.size() - 1 : doc.size()));
  std::erase_if(out,
                [](char c) { return c == '\'' || c == '\\' || c == '"' || c == '[' || c == ']'; });
  return out;
}

Flag flag_of(const cli::Verb* verb, const cli::Option& option) {
  Flag flag{.spellings = {option.flag},
            .takes_value = option.kind != cli::ValueKind::boolean,
            .source = {},
            .doc = short_doc(option.doc)};
  if (option.letter != 0) flag.spellings.push_back(std::string("-") + option.letter);
  if (flag.takes_value) flag.source = source_of(verb, option);
  return flag;
}

Flag plain_flag(std::vector<std::string> spellings, std::string doc) {
  return {
      .spellings = std::move(spellings), .takes_value = false, .source = {}, .doc = std::move(doc)};
}

Command command_of(const cli::Verb& verb) {
  Command out{.path = cli::verb_name(verb.path), .flags = {}, .places = {}};
  for (const cli::Option& option : verb.options) {
    if (option.positional()) {
      out.places.push_back({source_of(&verb, option), option.repeated});
      continue;
    }
    out.flags.push_back(flag_of(&verb, option));
    if (option.parameter && option.kind == cli::ValueKind::boolean) {
      out.flags.push_back(plain_flag({"--no-" + option.flag.substr(2)}, "The opposite"));
    }
  }
  return out;
}

Group& group_at(std::vector<Group>& groups, const std::string& path) {
  const auto found = std::ranges::find(groups, path, &Group::path);
  return found != groups.end() ? *found : groups.emplace_back(Group{.path = path});
}

void add_words(std::vector<Group>& groups, const cli::Verb& verb) {
  std::string path;
  for (std::size_t i = 0; i < verb.path.size(); ++i) {
    const bool last = i + 1 == verb.path.size();
    auto& words = group_at(groups, path).words;
    const auto found =
        std::ranges::find(words, verb.path[i], &std::pair<std::string, std::string>::first);
    if (found == words.end()) {
      words.emplace_back(verb.path[i], last ? short_doc(verb.summary) : "Group of commands");
    }
    path += (path.empty() ? "" : " ") + verb.path[i];
  }
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += " " + word;
  return out;
}

template <class Visitor>
void each_flag(const Model& model, Visitor visit) {
  for (const Flag& flag : model.globals) visit(flag);
  for (const Command& command : model.commands) {
    for (const Flag& flag : command.flags) visit(flag);
  }
}

}  // namespace

std::string Source::text() const {
  const std::string comma = list ? "," : "";
  switch (kind) {
    case Kind::none:
      return "";
    case Kind::words:
      return comma + "words" + joined(words);
    case Kind::keys:
      return "keys" + joined(words);
    case Kind::files:
      return "files";
    case Kind::sessions:
      return comma + "sessions";
    case Kind::phones:
      return "phones";
    case Kind::methods:
      return "methods";
  }
  return "";
}

std::vector<std::string> Model::paths() const {
  std::set<std::string> all;
  for (const Group& group : groups) {
    for (const auto& [word, doc] : group.words) {
      all.insert(group.path.empty() ? word : group.path + " " + word);
    }
  }
  return {all.begin(), all.end()};
}

std::vector<std::string> Model::valued_spellings() const {
  std::set<std::string> valued;
  std::set<std::string> plain;
  each_flag(*this, [&](const Flag& flag) {
    (flag.takes_value ? valued : plain).insert(flag.spellings.begin(), flag.spellings.end());
  });
  for (const std::string& spelling : valued) {
    if (plain.contains(spelling)) {
      throw std::logic_error(spelling + " takes a value in one command and none in another");
    }
  }
  return {valued.begin(), valued.end()};
}

Model completion_model(const std::vector<cli::Verb>& verbs) {
  Model model;
  for (const cli::Verb& verb : verbs) {
    model.commands.push_back(command_of(verb));
    add_words(model.groups, verb);
  }
  for (const cli::Option& option : cli::global_options()) {
    model.globals.push_back(flag_of(nullptr, option));
  }
  model.globals.push_back(plain_flag({"--json"}, "The same as --output json"));
  model.globals.push_back(
      plain_flag({"--help", "-h"}, "Explain the program, a group or a command"));
  model.globals.push_back(plain_flag({"--version"}, "The version of this program"));
  return model;
}

std::string quoted(std::string_view text) {
  return "'" + std::string(text) + "'";
}

std::vector<Output> completions(const std::vector<cli::Verb>& verbs) {
  const Model model = completion_model(verbs);
  return {{"completions/wasphere.bash", bash_completion(model)},
          {"completions/_wasphere", zsh_completion(model)},
          {"completions/wasphere.fish", fish_completion(model)}};
}

}  // namespace wasphere::docgen
