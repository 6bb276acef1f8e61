#include "ipc/docgen/completion_model.h"

namespace wasphere::docgen {
namespace {

constexpr std::string_view kHead = R"(# Completion of wasphere for fish.
# Made by wasphere-docgen from the table of commands: change that, not this.

)";

constexpr std::string_view kBody = R"sh(
# What the line says before the cursor: first the words of the command, second the number of arguments
# behind them, then the options that choose a socket.
function __wasphere_line
    set -l route
    set -l place 0
    set -l flag
    set -l ended no
    set -l connection
    set -l words (commandline -opc)
    for word in $words[2..-1]
        if test -n "$flag"
            contains -- $flag --socket --control; and set -a connection $flag $word
            set flag
        else if test "$ended $word" = "no --"
            set ended yes
        else if test $ended = no; and string match -q -- '-*' $word
            string match -qr -- '^--(socket|control)=' $word; and set -a connection $word
            contains -- $word $__wasphere_valued; and set flag $word
        else if test "$route|$word" = "|help"
        else if test $place = 0; and contains -- (string trim -- "$route $word") $__wasphere_paths
            set route (string trim -- "$route $word")
        else
            set place (math $place + 1)
        end
    end
    printf '%s\n' "$route" $place $connection
end

# Whether the cursor is at that place of that command: 0 for the first argument, 1+ for all behind it.
function __wasphere_at -a route place
    set -l line (__wasphere_line)
    test "$line[1]" = "$route"; or return 1
    switch "$place"
        case ''
            return 0
        case '*+'
            test $line[2] -ge (string trim -rc + -- $place)
        case '*'
            test $line[2] = $place
    end
end

# Asks the daemon or the sandbox that the line is about.
function __wasphere_ask
    set -l words (commandline -opc)
    set -l line (__wasphere_line)
    command $words[1] $line[3..-1] --timeout 2s $argv 2>/dev/null
end

function __wasphere_sessions
    __wasphere_ask session list -o names
end

function __wasphere_methods
    __wasphere_ask rpc list -o names
end

function __wasphere_phones
    __wasphere_ask sandbox phone list -o ndjson | string replace -rf '.*"phoneNumber":"([^"]*)".*' '$1'
end

# Several values with commas between them: the candidates behind what is there already.
function __wasphere_list
    set -l there (commandline -ct | string replace -rf '^(--[^=]*=)?(.*,)?[^,]*$' '$2')
    printf '%s\n' "$there"$argv
end

complete -c wasphere -f
)sh";

std::string set_list(const std::string& name, const std::vector<std::string>& values) {
  std::string out = "set -g " + name;
  for (const std::string& value : values) out += " " + quoted(value);
  return out + "\n";
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

// The rest of a "complete" line: candidates of the source.
std::string candidates(const Source& source) {
  using Kind = Source::Kind;
  const std::string open = source.list ? "(__wasphere_list " : "";
  switch (source.kind) {
    case Kind::none:
      return " -f";
    case Kind::files:
      return " -F";
    case Kind::keys:
      return " -f -a " + quoted(joined(source.words));
    case Kind::words:
      return " -f -a " + quoted(open + joined(source.words) + (source.list ? ")" : ""));
    case Kind::sessions:
      return " -f -a " + quoted(source.list ? "(__wasphere_list (__wasphere_sessions))"
                                            : "(__wasphere_sessions)");
    case Kind::phones:
      return " -f -a " + quoted("(__wasphere_phones)");
    case Kind::methods:
      return " -f -a " + quoted("(__wasphere_methods)");
  }
  return "";
}

std::string condition(const std::string& path, const std::string& place) {
  const std::string at = "__wasphere_at \"" + path + "\"" + (place.empty() ? "" : " " + place);
  return " -n " + quoted(at);
}

std::string flag_line(const std::string& where, const Flag& flag) {
  std::string out = "complete -c wasphere" + where;
  for (const std::string& spelling : flag.spellings) {
    out += spelling.starts_with("--") ? " -l " + spelling.substr(2) : " -s " + spelling.substr(1);
  }
  if (flag.takes_value) out += " -r" + candidates(flag.source);
  return out + " -d " + quoted(flag.doc) + "\n";
}

std::string group_lines(const Group& group) {
  std::string out;
  for (const auto& [word, doc] : group.words) {
    out += "complete -c wasphere" + condition(group.path, "0") + " -a " + word + " -d " +
           quoted(doc) + "\n";
  }
  return out;
}

std::string command_lines(const Command& command) {
  std::string out;
  for (const Flag& flag : command.flags) out += flag_line(condition(command.path, ""), flag);
  for (std::size_t i = 0; i < command.places.size(); ++i) {
    const Place& place = command.places[i];
    if (place.source.kind == Source::Kind::none) continue;
    const std::string number = std::to_string(i) + (place.repeated ? "+" : "");
    out +=
        "complete -c wasphere" + condition(command.path, number) + candidates(place.source) + "\n";
  }
  return out;
}

}  // namespace

std::string fish_completion(const Model& model) {
  std::string out(kHead);
  out += set_list("__wasphere_paths", model.paths());
  out += set_list("__wasphere_valued", model.valued_spellings());
  out += kBody;
  for (const Flag& flag : model.globals) out += flag_line("", flag);
  for (const Group& group : model.groups) out += group_lines(group);
  for (const Command& command : model.commands) out += command_lines(command);
  return out;
}

}  // namespace wasphere::docgen
