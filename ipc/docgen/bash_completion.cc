#include "ipc/docgen/posix_tables.h"

namespace wasphere::docgen {
namespace {

constexpr std::string_view kHead = R"(# Completion of wasphere for bash.
# Made by wasphere-docgen from the table of commands: change that, not this.

)";

constexpr std::string_view kBody =
    R"sh(# Candidates from the lines of standard input that begin with $1, each behind the prefix $2.
_wasphere_offer() {
  local line wanted=${1//\\/}
  case $wanted in
    \'* | \"*)
      while IFS= read -r line; do
        [[ $line == "${wanted:1}"* ]] && COMPREPLY+=("$2$line")
      done
      ;;
    *)
      while IFS= read -r line; do
        [[ $line == "$wanted"* ]] && COMPREPLY+=("$2$(printf '%q' "$line")")
      done
      ;;
  esac
}

# Asks the daemon or the sandbox that the line is about.
_wasphere_ask() {
  command "$_wasphere_program" "${_wasphere_connection[@]}" --timeout 2s "$@" 2>/dev/null
}

# Fills in candidates: where they come from, what they begin with, prefix of each.
_wasphere_fill() {
  local source=$1 wanted=$2 prefix=$3
  if [[ $source == ,* ]]; then
    source=${source#,}
    prefix+=${wanted%"${wanted##*,}"}
    wanted=${wanted##*,}
  fi
  case $source in
    words*) _wasphere_offer "$wanted" "$prefix" < <(printf '%s\n' ${source#words}) ;;
    keys*)
      compopt -o nospace 2>/dev/null
      _wasphere_offer "$wanted" "$prefix" < <(printf '%s\n' ${source#keys})
      ;;
    files)
      compopt -o filenames 2>/dev/null
      local file
      while IFS= read -r file; do COMPREPLY+=("$prefix$file"); done < <(compgen -f -- "$wanted")
      ;;
    sessions) _wasphere_offer "$wanted" "$prefix" < <(_wasphere_ask session list -o names) ;;
    methods) _wasphere_offer "$wanted" "$prefix" < <(_wasphere_ask rpc list -o names) ;;
    phones)
      _wasphere_offer "$wanted" "$prefix" < <(_wasphere_ask sandbox phone list -o ndjson |
        sed -n 's/.*"phoneNumber":"\([^"]*\)".*/\1/p')
      ;;
  esac
}

# The line as the program sees it: readline breaks "--flag=value" into three words.
_wasphere_read_line() {
  local i glue=
  words=()
  for ((i = 0; i <= COMP_CWORD; i++)); do
    if [[ $i -gt 1 && (${COMP_WORDS[i]} == = || $glue) ]]; then
      words[${#words[@]} - 1]+=${COMP_WORDS[i]}
    else
      words+=("${COMP_WORDS[i]}")
    fi
    glue=
    [[ ${COMP_WORDS[i]} == = ]] && glue=1
  done
}

_wasphere() {
  local words cur path= place=0 flag= word ended=
  local _wasphere_program _wasphere_connection=()
  COMPREPLY=()
  _wasphere_read_line
  _wasphere_program=${words[0]}
  cur=${words[${#words[@]} - 1]}
  for word in "${words[@]:1:${#words[@]}-2}"; do
    if [[ $flag ]]; then
      [[ $flag == --socket || $flag == --control ]] && _wasphere_connection+=("$flag" "$word")
      flag=
    elif [[ ! $ended && $word == -- ]]; then
      ended=1
    elif [[ ! $ended && $word == -* ]]; then
      [[ $word == --socket=* || $word == --control=* ]] && _wasphere_connection+=("$word")
      _wasphere_takes_value "$word" && flag=$word
    elif [[ -z $path && $word == help ]]; then
      :
    elif ((place == 0)) && _wasphere_is_path "${path:+$path }$word"; then
      path=${path:+$path }$word
    else
      ((place++))
    fi
  done
  if [[ $flag ]]; then
    _wasphere_fill "$(_wasphere_value "$path" "$flag")" "$cur" ''
  elif [[ ! $ended && $cur == --*=* ]]; then
    local prefix=
    [[ $COMP_WORDBREAKS == *=* ]] || prefix=${cur%%=*}=
    _wasphere_fill "$(_wasphere_value "$path" "${cur%%=*}")" "${cur#*=}" "$prefix"
  elif [[ ! $ended && $cur == -* ]]; then
    _wasphere_offer "$cur" '' < <(printf '%s\n' $(_wasphere_flags "$path"))
  else
    ((place == 0)) && _wasphere_offer "$cur" '' < <(printf '%s\n' $(_wasphere_words "$path"))
    [[ $cur == *=* ]] || _wasphere_fill "$(_wasphere_place "$path" "$place")" "$cur" ''
  fi
}

complete -F _wasphere wasphere
)sh";

std::string words_function(const Model& model) {
  std::string out = "_wasphere_words() {\n  case $1 in\n";
  for (const Group& group : model.groups) {
    out += "    " + quoted(group.path) + ") echo '";
    for (std::size_t i = 0; i < group.words.size(); ++i) {
      out += (i == 0 ? "" : " ") + group.words[i].first;
    }
    out += "' ;;\n";
  }
  return out + "  esac\n}\n\n";
}

std::string spellings(const std::vector<Flag>& flags) {
  std::string out;
  for (const Flag& flag : flags) {
    for (const std::string& spelling : flag.spellings) out += (out.empty() ? "" : " ") + spelling;
  }
  return quoted(out);
}

std::string flags_function(const Model& model) {
  std::string out = "_wasphere_flags() {\n  case $1 in\n";
  for (const Command& command : model.commands) {
    if (command.flags.empty()) continue;
    out += "    " + quoted(command.path) + ") echo " + spellings(command.flags) + " ;;\n";
  }
  return out + "  esac\n  echo " + spellings(model.globals) + "\n}\n\n";
}

}  // namespace

std::string bash_completion(const Model& model) {
  return std::string(kHead) + words_function(model) + flags_function(model) + posix_tables(model) +
         std::string(kBody);
}

}  // namespace wasphere::docgen
