# Completion of wasphere for bash.
# Made by wasphere-docgen from the table of commands: change that, not this.

_wasphere_words() {
  case $1 in
    '') echo 'status link session send message queue typing presence group contact events key audit daemon stats workspace webhook sandbox rpc version help' ;;
    'session') echo 'create list show set delete qr pair reconnect disconnect logout' ;;
    'message') echo 'react edit revoke show status wait cancel trace read list search send' ;;
    'queue') echo 'list stats hold release cancel' ;;
    'group') echo 'list show create add remove promote demote leave' ;;
    'contact') echo 'check' ;;
    'events') echo 'tail' ;;
    'key') echo 'list create update rotate delete' ;;
    'audit') echo 'list' ;;
    'daemon') echo 'health metrics info ping' ;;
    'workspace') echo 'show set' ;;
    'webhook') echo 'create list show set delete test rotate-secret deliveries redeliver replay verify' ;;
    'sandbox') echo 'info phone link stream-error failure clock fault policy contact group' ;;
    'sandbox phone') echo 'create list scan enter-code unlink' ;;
    'sandbox link') echo 'list drop refuse silence' ;;
    'sandbox fault') echo 'handshake pairing message clear' ;;
    'sandbox contact') echo 'create list set send inbox receipts retry read link reinstall' ;;
    'sandbox group') echo 'create list add remove' ;;
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
    'send') echo '--wait --at --ttl --key --require-connected --reply-to --mention --location --name --address --contact --poll --option --select' ;;
    'message react') echo '--wait --at --ttl --key --require-connected' ;;
    'message edit') echo '--wait --at --ttl --key --require-connected' ;;
    'message revoke') echo '--for-everyone --no-for-everyone --wait --at --ttl --key --require-connected' ;;
    'message status') echo '--watch -w' ;;
    'message wait') echo '--for' ;;
    'message list') echo '--chat --from --type --from-me --no-from-me --since --until --limit --cursor' ;;
    'message search') echo '--chat --from --type --from-me --no-from-me --since --until --limit --cursor' ;;
    'queue list') echo '--limit --cursor' ;;
    'typing') echo '--duration-ms' ;;
    'group create') echo '--participants' ;;
    'events tail') echo '--type -t --since --count -n --exec' ;;
    'key list') echo '--limit --cursor' ;;
    'key create') echo '--name --scope --expires' ;;
    'key update') echo '--name --scope --is-active --no-is-active --expires' ;;
    'key rotate') echo '--grace-sec' ;;
    'audit list') echo '--page --page-size --from --to --status-code --actor --method' ;;
    'workspace set') echo '--name --audit-days' ;;
    'webhook create') echo '--events --name --session-ids --retry-max --is-active --no-is-active --buffer-when-inactive --no-buffer-when-inactive --signing-secret --secret' ;;
    'webhook set') echo '--url --events --name --session-ids --retry-max --is-active --no-is-active --buffer-when-inactive --no-buffer-when-inactive' ;;
    'webhook rotate-secret') echo '--signing-secret' ;;
    'webhook deliveries') echo '--status --limit --cursor' ;;
    'webhook replay') echo '--from --to --events --include-delivered --no-include-delivered' ;;
    'webhook verify') echo '--secret-file --headers --body --tolerance --any-age' ;;
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
    'sandbox fault message') echo '--jid --count --after --value --control' ;;
    'sandbox fault clear') echo '--control' ;;
    'sandbox policy') echo '--lid-migrated --no-lid-migrated --need-device-identity --no-need-device-identity --drop-untyped-media --no-drop-untyped-media --timelocked --no-timelocked --capped --no-capped --blocked --control' ;;
    'sandbox contact create') echo '--number --name --devices --echo --no-echo --control' ;;
    'sandbox contact list') echo '--control' ;;
    'sandbox contact set') echo '--online --no-online --echo --no-echo --receipts --no-receipts --receipt-delay-ms --reads --no-reads --addressing --control' ;;
    'sandbox contact send') echo '--count --device --timeout-ms --control' ;;
    'sandbox contact inbox') echo '--chat --kind --text --own --no-own --devices --wait-count --timeout-ms --clear --no-clear --control' ;;
    'sandbox contact receipts') echo '--id --type --wait-count --timeout-ms --control' ;;
    'sandbox contact retry') echo '--count --control' ;;
    'sandbox contact read') echo '--id --type --control' ;;
    'sandbox contact link') echo '--control' ;;
    'sandbox contact reinstall') echo '--control' ;;
    'sandbox group create') echo '--addressing --control' ;;
    'sandbox group list') echo '--control' ;;
    'sandbox group add') echo '--control' ;;
    'sandbox group remove') echo '--control' ;;
    'message send') echo '--wait --at --ttl --key --require-connected --reply-to --mention --location --name --address --contact --poll --option --select' ;;
  esac
  echo '--socket --session -s --output -o --quiet -q --timeout --no-color --yes -y --verbose -v --json --help -h --version'
}

# Whether the words lead to a command.
_wasphere_is_path() {
  case $1 in
    'audit'|'audit list'|'contact'|'contact check'|'daemon'|'daemon health'|'daemon info'|'daemon metrics'|'daemon ping'|'events'|'events tail'|'group'|'group add'|'group create'|'group demote'|'group leave'|'group list'|'group promote'|'group remove'|'group show'|'help'|'key'|'key create'|'key delete'|'key list'|'key rotate'|'key update'|'link'|'message'|'message cancel'|'message edit'|'message list'|'message react'|'message read'|'message revoke'|'message search'|'message send'|'message show'|'message status'|'message trace'|'message wait'|'presence'|'queue'|'queue cancel'|'queue hold'|'queue list'|'queue release'|'queue stats'|'rpc'|'rpc list'|'rpc schema'|'sandbox'|'sandbox clock'|'sandbox contact'|'sandbox contact create'|'sandbox contact inbox'|'sandbox contact link'|'sandbox contact list'|'sandbox contact read'|'sandbox contact receipts'|'sandbox contact reinstall'|'sandbox contact retry'|'sandbox contact send'|'sandbox contact set'|'sandbox failure'|'sandbox fault'|'sandbox fault clear'|'sandbox fault handshake'|'sandbox fault message'|'sandbox fault pairing'|'sandbox group'|'sandbox group add'|'sandbox group create'|'sandbox group list'|'sandbox group remove'|'sandbox info'|'sandbox link'|'sandbox link drop'|'sandbox link list'|'sandbox link refuse'|'sandbox link silence'|'sandbox phone'|'sandbox phone create'|'sandbox phone enter-code'|'sandbox phone list'|'sandbox phone scan'|'sandbox phone unlink'|'sandbox policy'|'sandbox stream-error'|'send'|'session'|'session create'|'session delete'|'session disconnect'|'session list'|'session logout'|'session pair'|'session qr'|'session reconnect'|'session set'|'session show'|'stats'|'status'|'typing'|'version'|'webhook'|'webhook create'|'webhook delete'|'webhook deliveries'|'webhook list'|'webhook redeliver'|'webhook replay'|'webhook rotate-secret'|'webhook set'|'webhook show'|'webhook test'|'webhook verify'|'workspace'|'workspace set'|'workspace show') return 0 ;;
    *) return 1 ;;
  esac
}

_wasphere_takes_value() {
  case $1 in
    '--actor'|'--address'|'--addressing'|'--after'|'--at'|'--audit-days'|'--blocked'|'--body'|'--chat'|'--child'|'--code'|'--conflict'|'--contact'|'--control'|'--count'|'--cursor'|'--description'|'--device'|'--devices'|'--duration-ms'|'--events'|'--exec'|'--expire'|'--expires'|'--for'|'--from'|'--grace-sec'|'--headers'|'--id'|'--jid'|'--key'|'--kind'|'--limit'|'--location'|'--mention'|'--method'|'--msg-delay-max-ms'|'--msg-delay-min-ms'|'--name'|'--number'|'--option'|'--output'|'--page'|'--page-size'|'--participants'|'--phone'|'--platform'|'--poll'|'--qr-format'|'--qr-out'|'--rate-limit-per-min'|'--reason'|'--receipt-delay-ms'|'--reply-to'|'--retry-max'|'--scope'|'--secret'|'--secret-file'|'--select'|'--session'|'--session-ids'|'--signing-secret'|'--since'|'--socket'|'--status'|'--status-code'|'--text'|'--timeout'|'--timeout-ms'|'--to'|'--tolerance'|'--ttl'|'--type'|'--until'|'--url'|'--value'|'--wait'|'--wait-count'|'-n'|'-o'|'-s'|'-t') return 0 ;;
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
    'send --wait') echo 'words queued sent delivered read played' ;;
    'message react --wait') echo 'words queued sent delivered read played' ;;
    'message edit --wait') echo 'words queued sent delivered read played' ;;
    'message revoke --wait') echo 'words queued sent delivered read played' ;;
    'message wait --for') echo 'words sent delivered read played' ;;
    'events tail --type'|'events tail -t') echo ',words session.qr session.code session.connected session.reconnecting session.disconnected session.logged_out session.banned session.failed session.created session.deleted session.config_updated session.status message.received message.sent message.delivered message.read message.played message.failed message.expired message.cancelled message.edited message.deleted message.reaction message.undecryptable poll.vote groups.update group.participants.update contact.identity_changed webhook.disabled' ;;
    'key create --scope') echo ',words * sessions:read sessions:write sessions:delete messages:send messages:send_bulk messages:read webhooks:read webhooks:write webhooks:delete workspace:read workspace:write audit:read keys:read keys:write' ;;
    'key update --scope') echo ',words * sessions:read sessions:write sessions:delete messages:send messages:send_bulk messages:read webhooks:read webhooks:write webhooks:delete workspace:read workspace:write audit:read keys:read keys:write' ;;
    'audit list --method') echo 'words GET POST PUT PATCH DELETE RPC SYSTEM' ;;
    'webhook create --events') echo ',words * webhook.test session.qr session.code session.connected session.reconnecting session.disconnected session.logged_out session.banned session.failed session.created session.deleted session.config_updated session.status message.received message.sent message.delivered message.read message.played message.failed message.expired message.cancelled message.edited message.deleted message.reaction message.undecryptable poll.vote groups.update group.participants.update contact.identity_changed webhook.disabled' ;;
    'webhook create --session-ids') echo ',sessions' ;;
    'webhook set --events') echo ',words * webhook.test session.qr session.code session.connected session.reconnecting session.disconnected session.logged_out session.banned session.failed session.created session.deleted session.config_updated session.status message.received message.sent message.delivered message.read message.played message.failed message.expired message.cancelled message.edited message.deleted message.reaction message.undecryptable poll.vote groups.update group.participants.update contact.identity_changed webhook.disabled' ;;
    'webhook set --session-ids') echo ',sessions' ;;
    'webhook deliveries --status') echo 'words pending retrying delivered dead' ;;
    'webhook replay --events') echo ',words * webhook.test session.qr session.code session.connected session.reconnecting session.disconnected session.logged_out session.banned session.failed session.created session.deleted session.config_updated session.status message.received message.sent message.delivered message.read message.played message.failed message.expired message.cancelled message.edited message.deleted message.reaction message.undecryptable poll.vote groups.update group.participants.update contact.identity_changed webhook.disabled' ;;
    'webhook verify --secret-file') echo 'files' ;;
    'webhook verify --headers') echo 'files' ;;
    'webhook verify --body') echo 'files' ;;
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
    'sandbox fault message --control') echo 'files' ;;
    'sandbox fault clear --control') echo 'files' ;;
    'sandbox policy --control') echo 'files' ;;
    'sandbox contact create --control') echo 'files' ;;
    'sandbox contact list --control') echo 'files' ;;
    'sandbox contact set --addressing') echo 'words lid pn' ;;
    'sandbox contact set --control') echo 'files' ;;
    'sandbox contact send --control') echo 'files' ;;
    'sandbox contact inbox --kind') echo 'words text reaction edit revoke protocol media other undecryptable' ;;
    'sandbox contact inbox --control') echo 'files' ;;
    'sandbox contact receipts --control') echo 'files' ;;
    'sandbox contact retry --control') echo 'files' ;;
    'sandbox contact read --type') echo 'words read played' ;;
    'sandbox contact read --control') echo 'files' ;;
    'sandbox contact link --control') echo 'files' ;;
    'sandbox contact reinstall --control') echo 'files' ;;
    'sandbox group create --addressing') echo 'words lid pn' ;;
    'sandbox group create --control') echo 'files' ;;
    'sandbox group list --control') echo 'files' ;;
    'sandbox group add --control') echo 'files' ;;
    'sandbox group remove --control') echo 'files' ;;
    'message send --wait') echo 'words queued sent delivered read played' ;;
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
    'presence 1') echo 'words composing recording paused' ;;
    'sandbox phone scan 0') echo 'phones' ;;
    'sandbox phone enter-code 0') echo 'phones' ;;
    'sandbox phone unlink 0') echo 'phones' ;;
    'sandbox fault handshake 0') echo 'words none garbage_hello truncated_hello empty_hello wrong_root expired_chain wrong_leaf garbage_after close_before_hello close_after_hello' ;;
    'sandbox fault pairing 0') echo 'words none bad_hmac bad_signature garbage_identity' ;;
    'sandbox fault message 0') echo 'words ack_error ack_drop ack_delay drop duplicate reorder corrupt unknown_enc disconnect withhold_key withhold_notice refuse_query' ;;
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
