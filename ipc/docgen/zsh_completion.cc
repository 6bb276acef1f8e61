#include "ipc/docgen/posix_tables.h"

namespace wasphere::docgen {
namespace {

constexpr std::string_view kHead = R"(#compdef wasphere
# Completion of wasphere for zsh.
# Made by wasphere-docgen from the table of commands: change that, not this.

)";

constexpr std::string_view kBody = R"sh(# Asks the daemon or the sandbox that the line is about.
_wasphere_ask() {
  command ${(Q)words[1]} "${connection[@]}" --timeout 2s "$@" 2>/dev/null
}

# Offers what comes from there.
_wasphere_fill() {
  local source=$1
  local -a found
  if [[ $source == ,* ]]; then
    source=${source#,}
    compset -P '*,'
  fi
  case $source in
    words*) compadd -- ${=source#words} ;;
    keys*) compset -P '*=' || compadd -S '' -- ${=source#keys} ;;
    files) _files ;;
    sessions) found=(${(f)"$(_wasphere_ask session list -o names)"}) && compadd -a found ;;
    methods) found=(${(f)"$(_wasphere_ask rpc list -o names)"}) && compadd -a found ;;
    phones)
      found=(${(f)"$(_wasphere_ask sandbox phone list -o ndjson |
        sed -n 's/.*"phoneNumber":"\([^"]*\)".*/\1/p')"}) && compadd -a found
      ;;
  esac
}

_wasphere() {
  local route= flag= word ended=
  local -a connection offered
  integer place=0
  for word in "${(@Q)words[2,CURRENT-1]}"; do
    if [[ -n $flag ]]; then
      [[ $flag == --socket || $flag == --control ]] && connection+=("$flag" "$word")
      flag=
    elif [[ -z $ended && $word == -- ]]; then
      ended=1
    elif [[ -z $ended && $word == -* ]]; then
      [[ $word == --socket=* || $word == --control=* ]] && connection+=("$word")
      _wasphere_takes_value "$word" && flag=$word
    elif [[ -z $route && $word == help ]]; then
      :
    elif ((place == 0)) && _wasphere_is_path "${route:+$route }$word"; then
      route=${route:+$route }$word
    else
      ((place += 1))
    fi
  done
  if [[ -n $flag ]]; then
    _wasphere_fill "$(_wasphere_value "$route" "$flag")"
  elif [[ -z $ended && $PREFIX == --*=* ]]; then
    flag=${PREFIX%%=*}
    compset -P 1 '*='
    _wasphere_fill "$(_wasphere_value "$route" "$flag")"
  elif [[ -z $ended && $PREFIX == -* ]]; then
    _wasphere_flags "$route"
    _describe -o option offered
  else
    if ((place == 0)) && _wasphere_words "$route"; then
      _describe command offered
    fi
    _wasphere_fill "$(_wasphere_place "$route" "$place")"
  fi
}

if [[ $funcstack[1] == _wasphere ]]; then
  _wasphere "$@"
else
  compdef _wasphere wasphere
fi
)sh";

std::string described(const std::string& name, const std::string& doc) {
  return "        " + quoted(name + ":" + doc) + "\n";
}

std::string words_function(const Model& model) {
  std::string out = "_wasphere_words() {\n  case $1 in\n";
  for (const Group& group : model.groups) {
    out += "    " + quoted(group.path) + ")\n      offered=(\n";
    for (const auto& [word, doc] : group.words) out += described(word, doc);
    out += "      )\n      ;;\n";
  }
  return out + "    *) return 1 ;;\n  esac\n}\n\n";
}

std::string described_flags(const std::vector<Flag>& flags) {
  std::string out;
  for (const Flag& flag : flags) {
    for (const std::string& spelling : flag.spellings) out += described(spelling, flag.doc);
  }
  return out;
}

std::string flags_function(const Model& model) {
  std::string out = "_wasphere_flags() {\n  offered=()\n  case $1 in\n";
  for (const Command& command : model.commands) {
    if (command.flags.empty()) continue;
    out += "    " + quoted(command.path) + ")\n      offered=(\n" + described_flags(command.flags) +
           "      )\n      ;;\n";
  }
  return out + "  esac\n  offered+=(\n" + described_flags(model.globals) + "  )\n}\n\n";
}

}  // namespace

std::string zsh_completion(const Model& model) {
  return std::string(kHead) + words_function(model) + flags_function(model) + posix_tables(model) +
         std::string(kBody);
}

}  // namespace wasphere::docgen
