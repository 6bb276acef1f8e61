# Completion of wasphere for bash.
# Made by wasphere-docgen from the table of commands: change that, not this.

_wasphere_words() {
  case $1 in
    '') echo 'status link session events daemon sandbox rpc version help' ;;
    'session') echo 'create list show set delete qr pair reconnect disconnect logout' ;;
    'events') echo 'tail' ;;
    'daemon') echo 'info ping' ;;
    'sandbox') echo 'info phone link stream-error failure clock fault' ;;
    'sandbox phone') echo 'create list scan enter-code unlink' ;;
    'sandbox link') echo 'list drop refuse silence' ;;
    'sandbox fault') echo 'handshake pairing' ;;
    'rpc') echo 'list schema' ;;
  esac
}

_wasphere_flags() {
  case $1 in
    'status') echo '--watch -w' ;;
    'link') echo '--qr-format --qr-out --qr-invert' ;;
    'session create') echo '--description --msg-delay-min-ms --msg-delay-max-ms --typing-simulation --no-typing-simulation --rate-limit-per-min --auto-read-on-receive --no-auto-read-on-receive --receive-enabled --no-receive-enabled --no-link --qr-format --qr-out --qr-invert' ;;
    'session list') echo '--status' ;;
    'session set') echo '--name --description --msg-delay-min-ms --msg-delay-max-ms --typing-simulation --no-typing-simulation --rate-limit-per-min --auto-read-on-receive --no-auto-read-on-receive --receive-enabled --no-receive-enabled' ;;
    'session delete') echo '--unlink --no-unlink' ;;
    'session qr') echo '--force --no-force --qr-format --qr-out --qr-invert' ;;
    'session pair') echo '--phone' ;;
    'events tail') echo '--type -t --since --count -n --exec' ;;
    'sandbox info') echo '--control' ;;
    'sandbox phone create') echo '--name --platform --control' ;;
    'sandbox phone list') echo '--control' ;;
    'sandbox phone scan') echo '--control' ;;
    'sandbox phone enter-code') echo '--control' ;;
    'sandbox phone unlink') echo '--device --control' ;;
    'sandbox link list') echo '--control' ;;
    'sandbox link drop') echo '--control' ;;
    'sandbox link refuse') echo '--refuse --no-refuse --control' ;;
    'sandbox link silence') echo '--silent --no-silent --control' ;;
    'sandbox stream-error') echo '--code --conflict --child --control' ;;
    'sandbox failure') echo '--reason --code --expire --count --control' ;;
    'sandbox clock') echo '--control' ;;
    'sandbox fault handshake') echo '--count --control' ;;
    'sandbox fault pairing') echo '--count --control' ;;
  esac
  echo '--socket --session -s --output -o --quiet -q --timeout --no-color --yes -y --verbose -v --json --help -h --version'
}

# Whether the words lead to a command.
_wasphere_is_path() {
  case $1 in
    'daemon'|'daemon info'|'daemon ping'|'events'|'events tail'|'help'|'link'|'rpc'|'rpc list'|'rpc schema'|'sandbox'|'sandbox clock'|'sandbox failure'|'sandbox fault'|'sandbox fault handshake'|'sandbox fault pairing'|'sandbox info'|'sandbox link'|'sandbox link drop'|'sandbox link list'|'sandbox link refuse'|'sandbox link silence'|'sandbox phone'|'sandbox phone create'|'sandbox phone enter-code'|'sandbox phone list'|'sandbox phone scan'|'sandbox phone unlink'|'sandbox stream-error'|'session'|'session create'|'session delete'|'session disconnect'|'session list'|'session logout'|'session pair'|'session qr'|'session reconnect'|'session set'|'session show'|'status'|'version') return 0 ;;
    *) return 1 ;;
  esac
}

_wasphere_takes_value() {
  case $1 in
    '--child'|'--code'|'--conflict'|'--control'|'--count'|'--description'|'--device'|'--exec'|'--expire'|'--msg-delay-max-ms'|'--msg-delay-min-ms'|'--name'|'--output'|'--phone'|'--platform'|'--qr-format'|'--qr-out'|'--rate-limit-per-min'|'--reason'|'--session'|'--since'|'--socket'|'--status'|'--timeout'|'--type'|'-n'|'-o'|'-s'|'-t') return 0 ;;
    *) return 1 ;;
  esac
}

# Where the value of a flag comes from: path, flag.
_wasphere_value() {
  case "$1 $2" in
    'link --qr-format') echo 'words ansi text png' ;;
    'link --qr-out') echo 'files' ;;
    'session create --qr-format') echo 'words ansi text png' ;;
    'session create --qr-out') echo 'files' ;;
    'session list --status') echo 'words disconnected connecting connected reconnecting banned' ;;
    'session qr --qr-format') echo 'words ansi text png' ;;
    'session qr --qr-out') echo 'files' ;;
    'events tail --type'|'events tail -t') echo ',words session.qr session.code session.connected session.reconnecting session.disconnected session.logged_out session.banned session.failed session.created session.deleted session.config_updated session.status' ;;
    'sandbox info --control') echo 'files' ;;
    'sandbox phone create --control') echo 'files' ;;
    'sandbox phone list --control') echo 'files' ;;
    'sandbox phone scan --control') echo 'files' ;;
    'sandbox phone enter-code --control') echo 'files' ;;
    'sandbox phone unlink --control') echo 'files' ;;
    'sandbox link list --control') echo 'files' ;;
    'sandbox link drop --control') echo 'files' ;;
    'sandbox link refuse --control') echo 'files' ;;
    'sandbox link silence --control') echo 'files' ;;
    'sandbox stream-error --control') echo 'files' ;;
    'sandbox failure --control') echo 'files' ;;
    'sandbox clock --control') echo 'files' ;;
    'sandbox fault handshake --control') echo 'files' ;;
    'sandbox fault pairing --control') echo 'files' ;;
    *' --socket') echo 'files' ;;
    *' --session') echo ',sessions' ;;
    *' -s') echo ',sessions' ;;
    *' --output') echo 'words table json ndjson names' ;;
    *' -o') echo 'words table json ndjson names' ;;
    *) return 1 ;;
  esac
}

# Where the argument at a place comes from: path, number from 0.
_wasphere_place() {
  case "$1 $2" in
    'status '[0-9]*) echo 'sessions' ;;
    'link 0') echo 'sessions' ;;
    'session show 0') echo 'sessions' ;;
    'session set 0') echo 'sessions' ;;
    'session set '[0-9]*) echo 'keys name= description= msgDelayMinMs= msgDelayMaxMs= typingSimulation= rateLimitPerMin= autoReadOnReceive= receiveEnabled=' ;;
    'session delete 0') echo 'sessions' ;;
    'session qr 0') echo 'sessions' ;;
    'session pair 0') echo 'sessions' ;;
    'session reconnect 0') echo 'sessions' ;;
    'session disconnect 0') echo 'sessions' ;;
    'session logout 0') echo 'sessions' ;;
    'sandbox phone scan 0') echo 'phones' ;;
    'sandbox phone enter-code 0') echo 'phones' ;;
    'sandbox phone unlink 0') echo 'phones' ;;
    'sandbox fault handshake 0') echo 'words none garbage_hello truncated_hello empty_hello wrong_root expired_chain wrong_leaf garbage_after close_before_hello close_after_hello' ;;
    'sandbox fault pairing 0') echo 'words none bad_hmac bad_signature garbage_identity' ;;
    'rpc 0') echo 'methods' ;;
    'rpc schema 0') echo 'methods' ;;
    *) return 1 ;;
  esac
}

# Candidates from the lines of standard input that begin with $1, each behind the prefix $2.
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
