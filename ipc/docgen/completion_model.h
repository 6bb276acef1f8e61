// What every shell's completion script is written from: the verbs with where their values come
// from.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/verb.h"

namespace wasphere::docgen {

// Where the candidates of a value come from.
struct Source {
  enum class Kind { none, words, keys, files, sessions, phones, methods };
  Kind kind = Kind::none;
  bool list = false;                 // several, separated by commas
  std::vector<std::string> words{};  // of words and keys ("name=")

  // "sessions", ",words a b": how the scripts name it; empty for none.
  std::string text() const;
};

struct Flag {
  std::vector<std::string> spellings;  // "--type", "-t"; "--no-link" too where it exists
  bool takes_value = false;
  Source source{};
  std::string doc;  // one short sentence, without a full stop
};

struct Place {
  Source source;
  bool repeated = false;
};

struct Command {
  std::string path;  // "session create"
  std::vector<Flag> flags;
  std::vector<Place> places;
};

struct Group {
  std::string path;                                          // "" or "sandbox phone"
  std::vector<std::pair<std::string, std::string>> words{};  // what may follow, with what it does
};

struct Model {
  std::vector<Group> groups;
  std::vector<Command> commands;
  std::vector<Flag> globals;

  // Every path that is a command or the beginning of one.
  std::vector<std::string> paths() const;
  // Every spelling that takes a value. Throws std::logic_error if a spelling takes one in some
  // commands and none in others: the scripts read a line without knowing the command yet.
  std::vector<std::string> valued_spellings() const;
};

Model completion_model(const std::vector<cli::Verb>& verbs);

// In single quotes, for all three shells alike; the texts hold no quotes of their own.
std::string quoted(std::string_view text);

std::string bash_completion(const Model& model);
std::string zsh_completion(const Model& model);
std::string fish_completion(const Model& model);

}  // namespace wasphere::docgen
