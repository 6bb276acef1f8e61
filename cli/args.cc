#include "cli/args.h"

#include <algorithm>

#include "cli/suggest.h"

namespace wasphere::cli {
namespace {

tl::unexpected<Error> usage(std::string message, std::string remedy) {
  return fail(Error{.code = ErrorCode::validation_failed,
                    .message = std::move(message),
                    .remedy = std::move(remedy)});
}

bool begins_with(const std::vector<std::string>& path, const std::vector<std::string>& prefix) {
  return path.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), path.begin());
}

std::string help_hint(const std::vector<std::string>& path) {
  return "See 'wasphere " + verb_name(path) + (path.empty() ? "" : " ") + "--help'.";
}

class Parser {
 public:
  Parser(const std::vector<std::string>& argv, const std::vector<Verb>& verbs)
      : argv_(argv), verbs_(verbs) {}

  Result<ParsedArgs> run() {
    while (next_ < argv_.size()) {
      const std::string token = argv_[next_++];
      WS_CHECK(take(token));
    }
    out_.verb = verb_at(out_.path);
    return std::move(out_);
  }

 private:
  Status take(const std::string& token) {
    if (!options_ended_ && token == "--") {
      options_ended_ = true;
      return {};
    }
    // A lone "-" is a value: standard input.
    if (options_ended_ || token.size() < 2 || token[0] != '-') return take_word(token);
    return token[1] == '-' ? take_long(token) : take_short(token);
  }

  Status take_word(const std::string& word) {
    if (positionals_ == 0) {
      auto longer = out_.path;
      longer.push_back(word);
      if (std::any_of(verbs_.begin(), verbs_.end(),
                      [&](const Verb& verb) { return begins_with(verb.path, longer); })) {
        out_.path = std::move(longer);
        return {};
      }
    }
    const Verb* verb = verb_at(out_.path);
    return verb == nullptr ? unknown_verb(word) : take_positional(*verb, word);
  }

  Status take_positional(const Verb& verb, const std::string& word) {
    std::size_t index = 0;
    for (const auto& option : verb.options) {
      if (!option.positional()) continue;
      if (index++ < positionals_ && !option.repeated) continue;
      ++positionals_;
      out_.values[option.name].push_back(word);
      return {};
    }
    return usage("'" + verb_name(verb.path) + "' takes no further argument '" + word + "'.",
                 help_hint(verb.path));
  }

  Status unknown_verb(const std::string& word) {
    std::vector<std::string> candidates;
    for (const auto& verb : verbs_) {
      if (begins_with(verb.path, out_.path) && verb.path.size() > out_.path.size()) {
        candidates.push_back(verb.path[out_.path.size()]);
      }
    }
    const std::string group = out_.path.empty() ? "" : verb_name(out_.path) + " ";
    const auto near = nearest(word, candidates);
    return usage("There is no command '" + group + word + "'.",
                 near ? "Did you mean 'wasphere " + group + *near + "'?" : help_hint(out_.path));
  }

  Status take_long(const std::string& token) {
    const auto equals = token.find('=');
    const std::string flag = token.substr(0, equals);
    const bool has_value = equals != std::string::npos;
    const std::string value = has_value ? token.substr(equals + 1) : "";
    if (flag == "--help") return set_switch(out_.help);
    if (flag == "--version") return set_switch(out_.version);
    if (flag == "--json") return store(out_.globals, *global("output"), "json");
    auto [option, target, negated] = find_flag(flag);
    if (option == nullptr) return unknown_flag(flag);
    if (option->kind == ValueKind::boolean)
      return take_switch(*option, *target, negated, has_value, value);
    if (has_value) return store(*target, *option, value);
    return take_next(flag, *option, *target);
  }

  Status take_short(const std::string& token) {
    const char letter = token[1];
    if (letter == 'h' && token.size() == 2) return set_switch(out_.help);
    auto [option, target] = find_letter(letter);
    if (option == nullptr) return unknown_flag(token);
    if (option->kind == ValueKind::boolean) {
      if (token.size() > 2) return unknown_flag(token);
      return store(*target, *option, "true");
    }
    if (token.size() > 2) return store(*target, *option, token.substr(2));
    return take_next(token, *option, *target);
  }

  Status take_next(const std::string& flag, const Option& option, Values& target) {
    if (next_ >= argv_.size()) return usage(flag + " needs a value.", help_hint(out_.path));
    return store(target, option, argv_[next_++]);
  }

  Status take_switch(const Option& option, Values& target, bool negated, bool has_value,
                     const std::string& value) {
    if (!has_value) return store(target, option, negated ? "false" : "true");
    if (negated || (value != "true" && value != "false")) {
      return usage(option.flag + " takes no value but true or false.", help_hint(out_.path));
    }
    return store(target, option, value);
  }

  static Status store(Values& target, const Option& option, const std::string& value) {
    auto& list = target[option.name];
    // The last one wins, except where each one counts.
    if (option.kind != ValueKind::list) list.clear();
    list.push_back(value);
    return {};
  }

  static Status set_switch(bool& target) {
    target = true;
    return {};
  }

  struct Found {
    const Option* option = nullptr;
    Values* target = nullptr;
    bool negated = false;
  };

  Found find_flag(const std::string& flag) {
    for (auto [options, target] : scopes()) {
      for (const auto& option : *options) {
        if (option.positional()) continue;
        if (option.flag == flag) return {&option, target, false};
        const bool no =
            option.kind == ValueKind::boolean && flag == "--no-" + option.flag.substr(2);
        if (no) return {&option, target, true};
      }
    }
    return {};
  }

  struct FoundLetter {
    const Option* option = nullptr;
    Values* target = nullptr;
  };

  FoundLetter find_letter(char letter) {
    for (auto [options, target] : scopes()) {
      for (const auto& option : *options) {
        if (option.letter == letter) return {&option, target};
      }
    }
    return {};
  }

  struct Scope {
    const std::vector<Option>* options;
    Values* target;
  };

  // The verb's own options hide global ones of the same name.
  std::vector<Scope> scopes() {
    std::vector<Scope> out;
    if (const Verb* verb = verb_at(out_.path)) out.push_back({&verb->options, &out_.values});
    out.push_back({&global_options(), &out_.globals});
    return out;
  }

  static const Option* global(std::string_view name) {
    for (const auto& option : global_options()) {
      if (option.name == name) return &option;
    }
    return nullptr;
  }

  Status unknown_flag(const std::string& flag) {
    std::vector<std::string> candidates{"--help", "--version", "--json"};
    for (auto [options, target] : scopes()) {
      for (const auto& option : *options) {
        if (!option.positional()) candidates.push_back(option.flag);
      }
    }
    const auto near = nearest(flag, candidates);
    const std::string where = out_.path.empty() ? "'wasphere'" : "'" + verb_name(out_.path) + "'";
    return usage(where + " has no option " + flag + ".",
                 near ? "Did you mean " + *near + "?" : help_hint(out_.path));
  }

  const Verb* verb_at(const std::vector<std::string>& path) const {
    const auto found = std::find_if(verbs_.begin(), verbs_.end(),
                                    [&](const Verb& verb) { return verb.path == path; });
    return found == verbs_.end() ? nullptr : &*found;
  }

  const std::vector<std::string>& argv_;
  const std::vector<Verb>& verbs_;
  ParsedArgs out_;
  std::size_t next_ = 0;
  std::size_t positionals_ = 0;
  bool options_ended_ = false;
};

}  // namespace

const std::vector<Option>& global_options() {
  static const std::vector<Option> options{
      {.name = "socket",
       .flag = "--socket",
       .placeholder = "PATH",
       .doc = "Socket of the daemon (WASPHERE_SOCKET)."},
      {.name = "session",
       .flag = "--session",
       .letter = 's',
       .kind = ValueKind::list,
       .placeholder = "NAME",
       .doc = "Session to use when the command names none (WASPHERE_SESSION)."},
      {.name = "output",
       .flag = "--output",
       .letter = 'o',
       .placeholder = "FORMAT",
       .doc = "table, json, ndjson or names; --json is -o json (WASPHERE_OUTPUT).",
       .choices = {"table", "json", "ndjson", "names"}},
      {.name = "quiet",
       .flag = "--quiet",
       .letter = 'q',
       .kind = ValueKind::boolean,
       .doc = "Say nothing but results and errors."},
      {.name = "timeout",
       .flag = "--timeout",
       .kind = ValueKind::duration,
       .placeholder = "DUR",
       .doc = "Longest wait: 500ms, 60s, 2m."},
      {.name = "no-color",
       .flag = "--no-color",
       .kind = ValueKind::boolean,
       .doc = "No colours (NO_COLOR)."},
      {.name = "yes",
       .flag = "--yes",
       .letter = 'y',
       .kind = ValueKind::boolean,
       .doc = "Do not ask before something irreversible."},
      {.name = "verbose",
       .flag = "--verbose",
       .letter = 'v',
       .kind = ValueKind::boolean,
       .doc = "Name each call and how long it took, on standard error."},
  };
  return options;
}

Result<ParsedArgs> parse_args(const std::vector<std::string>& argv,
                              const std::vector<Verb>& verbs) {
  return Parser(argv, verbs).run();
}

Status check_required(const Verb& verb, const Values& values) {
  for (const auto& option : verb.options) {
    if (!option.required || values.contains(option.name)) continue;
    const std::string name = option.positional() ? option.placeholder : option.flag;
    return usage("'" + verb_name(verb.path) + "' needs " + name + ".", help_hint(verb.path));
  }
  return {};
}

}  // namespace wasphere::cli
