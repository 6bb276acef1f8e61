# Completion of wasphere for fish.
# Made by wasphere-docgen from the table of commands: change that, not this.

set -g __wasphere_paths 'daemon' 'daemon info' 'daemon ping' 'events' 'events tail' 'help' 'link' 'rpc' 'rpc list' 'rpc schema' 'sandbox' 'sandbox clock' 'sandbox failure' 'sandbox fault' 'sandbox fault handshake' 'sandbox fault pairing' 'sandbox info' 'sandbox link' 'sandbox link drop' 'sandbox link list' 'sandbox link refuse' 'sandbox link silence' 'sandbox phone' 'sandbox phone create' 'sandbox phone enter-code' 'sandbox phone list' 'sandbox phone scan' 'sandbox phone unlink' 'sandbox stream-error' 'session' 'session create' 'session delete' 'session disconnect' 'session list' 'session logout' 'session pair' 'session qr' 'session reconnect' 'session set' 'session show' 'status' 'version'
set -g __wasphere_valued '--child' '--code' '--conflict' '--control' '--count' '--description' '--device' '--exec' '--expire' '--msg-delay-max-ms' '--msg-delay-min-ms' '--name' '--output' '--phone' '--platform' '--qr-format' '--qr-out' '--rate-limit-per-min' '--reason' '--session' '--since' '--socket' '--status' '--timeout' '--type' '-n' '-o' '-s' '-t'

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
complete -c wasphere -l socket -r -F -d 'Socket of the daemon'
complete -c wasphere -l session -s s -r -f -a '(__wasphere_list (__wasphere_sessions))' -d 'Session to use when the command names none'
complete -c wasphere -l output -s o -r -f -a 'table json ndjson names' -d 'table, json, ndjson or names; --json is -o json'
complete -c wasphere -l quiet -s q -d 'Say nothing but results and errors'
complete -c wasphere -l timeout -r -f -d 'Longest wait'
complete -c wasphere -l no-color -d 'No colours'
complete -c wasphere -l yes -s y -d 'Do not ask before something irreversible'
complete -c wasphere -l verbose -s v -d 'Name each call and how long it took, on standard error'
complete -c wasphere -l json -d 'The same as --output json'
complete -c wasphere -l help -s h -d 'Explain the program, a group or a command'
complete -c wasphere -l version -d 'The version of this program'
complete -c wasphere -n '__wasphere_at "" 0' -a status -d 'Show the daemon and its sessions'
complete -c wasphere -n '__wasphere_at "" 0' -a link -d 'Link a session to an account, creating it when there is none of that name'
complete -c wasphere -n '__wasphere_at "" 0' -a session -d 'Group of commands'
complete -c wasphere -n '__wasphere_at "" 0' -a events -d 'Group of commands'
complete -c wasphere -n '__wasphere_at "" 0' -a daemon -d 'Group of commands'
complete -c wasphere -n '__wasphere_at "" 0' -a sandbox -d 'Group of commands'
complete -c wasphere -n '__wasphere_at "" 0' -a rpc -d 'Call any operation and print its result'
complete -c wasphere -n '__wasphere_at "" 0' -a version -d 'Tell the versions of this program and of the daemon'
complete -c wasphere -n '__wasphere_at "" 0' -a help -d 'Explain the program, a group of commands or one of them'
complete -c wasphere -n '__wasphere_at "session" 0' -a create -d 'Create a session and start linking it'
complete -c wasphere -n '__wasphere_at "session" 0' -a list -d 'List the sessions'
complete -c wasphere -n '__wasphere_at "session" 0' -a show -d 'Show one session'
complete -c wasphere -n '__wasphere_at "session" 0' -a set -d 'Change name, description or settings of a session'
complete -c wasphere -n '__wasphere_at "session" 0' -a delete -d 'Delete a session with its keys and data'
complete -c wasphere -n '__wasphere_at "session" 0' -a qr -d 'Get a fresh QR for a session that is not linked'
complete -c wasphere -n '__wasphere_at "session" 0' -a pair -d 'Get a code that links the session when it is typed on the phone'
complete -c wasphere -n '__wasphere_at "session" 0' -a reconnect -d 'Connect a linked session now'
complete -c wasphere -n '__wasphere_at "session" 0' -a disconnect -d 'Close the connection and stay down'
complete -c wasphere -n '__wasphere_at "session" 0' -a logout -d 'Unlink the session from its account and keep the session'
complete -c wasphere -n '__wasphere_at "events" 0' -a tail -d 'Follow events'
complete -c wasphere -n '__wasphere_at "daemon" 0' -a info -d 'Tell version, network and state of the daemon'
complete -c wasphere -n '__wasphere_at "daemon" 0' -a ping -d 'Check that the daemon answers'
complete -c wasphere -n '__wasphere_at "sandbox" 0' -a info -d 'Tell where the sandbox listens and what it holds'
complete -c wasphere -n '__wasphere_at "sandbox" 0' -a phone -d 'Group of commands'
complete -c wasphere -n '__wasphere_at "sandbox" 0' -a link -d 'Group of commands'
complete -c wasphere -n '__wasphere_at "sandbox" 0' -a stream-error -d 'Send a stream error to a device and close its connection'
complete -c wasphere -n '__wasphere_at "sandbox" 0' -a failure -d 'Refuse the next logins with a failure'
complete -c wasphere -n '__wasphere_at "sandbox" 0' -a clock -d 'Move the sandboxs clock forward'
complete -c wasphere -n '__wasphere_at "sandbox" 0' -a fault -d 'Group of commands'
complete -c wasphere -n '__wasphere_at "sandbox phone" 0' -a create -d 'Create a virtual phone with an account of its own'
complete -c wasphere -n '__wasphere_at "sandbox phone" 0' -a list -d 'List the virtual phones and their linked devices'
complete -c wasphere -n '__wasphere_at "sandbox phone" 0' -a scan -d 'Let a virtual phone scan a QR'
complete -c wasphere -n '__wasphere_at "sandbox phone" 0' -a enter-code -d 'Type a pairing code on a virtual phone'
complete -c wasphere -n '__wasphere_at "sandbox phone" 0' -a unlink -d 'Remove linked devices on a virtual phone'
complete -c wasphere -n '__wasphere_at "sandbox link" 0' -a list -d 'List the open connections'
complete -c wasphere -n '__wasphere_at "sandbox link" 0' -a drop -d 'Cut connections without a word'
complete -c wasphere -n '__wasphere_at "sandbox link" 0' -a refuse -d 'Answer new connections with HTTP status 503, or stop doing so'
complete -c wasphere -n '__wasphere_at "sandbox link" 0' -a silence -d 'Stop answering on connections that stay open, or answer again'
complete -c wasphere -n '__wasphere_at "sandbox fault" 0' -a handshake -d 'Let the next handshakes go wrong'
complete -c wasphere -n '__wasphere_at "sandbox fault" 0' -a pairing -d 'Let the next pairings go wrong'
complete -c wasphere -n '__wasphere_at "rpc" 0' -a list -d 'List the operations'
complete -c wasphere -n '__wasphere_at "rpc" 0' -a schema -d 'Print the JSON Schema of an operation'
complete -c wasphere -n '__wasphere_at "status"' -l watch -s w -d 'Show it again at every change, until interrupted'
complete -c wasphere -n '__wasphere_at "status" 0+' -f -a '(__wasphere_sessions)'
complete -c wasphere -n '__wasphere_at "link"' -l qr-format -r -f -a 'ansi text png' -d 'ansi'
complete -c wasphere -n '__wasphere_at "link"' -l qr-out -r -F -d 'Write the QR there, again when it is replaced; - for standard output'
complete -c wasphere -n '__wasphere_at "link"' -l qr-invert -d 'Without colours, draw for light text on a dark background'
complete -c wasphere -n '__wasphere_at "link" 0' -f -a '(__wasphere_sessions)'
complete -c wasphere -n '__wasphere_at "session create"' -l description -r -f -d 'Free text about the session'
complete -c wasphere -n '__wasphere_at "session create"' -l msg-delay-min-ms -r -f -d 'Shortest pause between messages, in milliseconds'
complete -c wasphere -n '__wasphere_at "session create"' -l msg-delay-max-ms -r -f -d 'Longest pause between messages, in milliseconds; not below the shortest'
complete -c wasphere -n '__wasphere_at "session create"' -l typing-simulation -d 'Show typing before a message is sent'
complete -c wasphere -n '__wasphere_at "session create"' -l no-typing-simulation -d 'The opposite'
complete -c wasphere -n '__wasphere_at "session create"' -l rate-limit-per-min -r -f -d 'Most messages a minute; 0 for no limit'
complete -c wasphere -n '__wasphere_at "session create"' -l auto-read-on-receive -d 'Mark messages as read when they arrive'
complete -c wasphere -n '__wasphere_at "session create"' -l no-auto-read-on-receive -d 'The opposite'
complete -c wasphere -n '__wasphere_at "session create"' -l receive-enabled -d 'Take in messages'
complete -c wasphere -n '__wasphere_at "session create"' -l no-receive-enabled -d 'The opposite'
complete -c wasphere -n '__wasphere_at "session create"' -l no-link -d 'Create it and do not wait for the link'
complete -c wasphere -n '__wasphere_at "session create"' -l qr-format -r -f -a 'ansi text png' -d 'ansi'
complete -c wasphere -n '__wasphere_at "session create"' -l qr-out -r -F -d 'Write the QR there, again when it is replaced; - for standard output'
complete -c wasphere -n '__wasphere_at "session create"' -l qr-invert -d 'Without colours, draw for light text on a dark background'
complete -c wasphere -n '__wasphere_at "session list"' -l status -r -f -a 'disconnected connecting connected reconnecting banned' -d 'Only sessions of this status'
complete -c wasphere -n '__wasphere_at "session show" 0' -f -a '(__wasphere_sessions)'
complete -c wasphere -n '__wasphere_at "session set"' -l name -r -f -d 'New name'
complete -c wasphere -n '__wasphere_at "session set"' -l description -r -f -d 'New description; an empty one removes it'
complete -c wasphere -n '__wasphere_at "session set"' -l msg-delay-min-ms -r -f -d 'Shortest pause between messages, in milliseconds'
complete -c wasphere -n '__wasphere_at "session set"' -l msg-delay-max-ms -r -f -d 'Longest pause between messages, in milliseconds; not below the shortest'
complete -c wasphere -n '__wasphere_at "session set"' -l typing-simulation -d 'Show typing before a message is sent'
complete -c wasphere -n '__wasphere_at "session set"' -l no-typing-simulation -d 'The opposite'
complete -c wasphere -n '__wasphere_at "session set"' -l rate-limit-per-min -r -f -d 'Most messages a minute; 0 for no limit'
complete -c wasphere -n '__wasphere_at "session set"' -l auto-read-on-receive -d 'Mark messages as read when they arrive'
complete -c wasphere -n '__wasphere_at "session set"' -l no-auto-read-on-receive -d 'The opposite'
complete -c wasphere -n '__wasphere_at "session set"' -l receive-enabled -d 'Take in messages'
complete -c wasphere -n '__wasphere_at "session set"' -l no-receive-enabled -d 'The opposite'
complete -c wasphere -n '__wasphere_at "session set" 0' -f -a '(__wasphere_sessions)'
complete -c wasphere -n '__wasphere_at "session set" 1+' -f -a 'name= description= msgDelayMinMs= msgDelayMaxMs= typingSimulation= rateLimitPerMin= autoReadOnReceive= receiveEnabled='
complete -c wasphere -n '__wasphere_at "session delete"' -l unlink -d 'Unlink the device on the phone before deleting'
complete -c wasphere -n '__wasphere_at "session delete"' -l no-unlink -d 'The opposite'
complete -c wasphere -n '__wasphere_at "session delete" 0' -f -a '(__wasphere_sessions)'
complete -c wasphere -n '__wasphere_at "session qr"' -l force -d 'Give up the credentials of a linked session and link it anew'
complete -c wasphere -n '__wasphere_at "session qr"' -l no-force -d 'The opposite'
complete -c wasphere -n '__wasphere_at "session qr"' -l qr-format -r -f -a 'ansi text png' -d 'ansi'
complete -c wasphere -n '__wasphere_at "session qr"' -l qr-out -r -F -d 'Write the QR there, again when it is replaced; - for standard output'
complete -c wasphere -n '__wasphere_at "session qr"' -l qr-invert -d 'Without colours, draw for light text on a dark background'
complete -c wasphere -n '__wasphere_at "session qr" 0' -f -a '(__wasphere_sessions)'
complete -c wasphere -n '__wasphere_at "session pair"' -l phone -r -f -d 'Number of the accounts phone, with country code'
complete -c wasphere -n '__wasphere_at "session pair" 0' -f -a '(__wasphere_sessions)'
complete -c wasphere -n '__wasphere_at "session reconnect" 0' -f -a '(__wasphere_sessions)'
complete -c wasphere -n '__wasphere_at "session disconnect" 0' -f -a '(__wasphere_sessions)'
complete -c wasphere -n '__wasphere_at "session logout" 0' -f -a '(__wasphere_sessions)'
complete -c wasphere -n '__wasphere_at "events tail"' -l type -s t -r -f -a '(__wasphere_list session.qr session.code session.connected session.reconnecting session.disconnected session.logged_out session.banned session.failed session.created session.deleted session.config_updated session.status)' -d 'Only events of these types'
complete -c wasphere -n '__wasphere_at "events tail"' -l since -r -f -d 'Begin behind this event; 0 for all that are kept'
complete -c wasphere -n '__wasphere_at "events tail"' -l count -s n -r -f -d 'End after that many'
complete -c wasphere -n '__wasphere_at "events tail"' -l exec -r -f -d 'Run CMD with /bin/sh for each event, one at a time, the event as JSON on its standard input and WASPHERE_EVENT, WASPHERE_SESSION and WASPHERE_SOCKET set'
complete -c wasphere -n '__wasphere_at "sandbox info"' -l control -r -F -d 'Control socket of the sandbox'
complete -c wasphere -n '__wasphere_at "sandbox phone create"' -l name -r -f -d 'Its push name'
complete -c wasphere -n '__wasphere_at "sandbox phone create"' -l platform -r -f -d 'What the phone runs, as android or iphone'
complete -c wasphere -n '__wasphere_at "sandbox phone create"' -l control -r -F -d 'Control socket of the sandbox'
complete -c wasphere -n '__wasphere_at "sandbox phone list"' -l control -r -F -d 'Control socket of the sandbox'
complete -c wasphere -n '__wasphere_at "sandbox phone scan"' -l control -r -F -d 'Control socket of the sandbox'
complete -c wasphere -n '__wasphere_at "sandbox phone scan" 0' -f -a '(__wasphere_phones)'
complete -c wasphere -n '__wasphere_at "sandbox phone enter-code"' -l control -r -F -d 'Control socket of the sandbox'
complete -c wasphere -n '__wasphere_at "sandbox phone enter-code" 0' -f -a '(__wasphere_phones)'
complete -c wasphere -n '__wasphere_at "sandbox phone unlink"' -l device -r -f -d 'Only this device; all when missing'
complete -c wasphere -n '__wasphere_at "sandbox phone unlink"' -l control -r -F -d 'Control socket of the sandbox'
complete -c wasphere -n '__wasphere_at "sandbox phone unlink" 0' -f -a '(__wasphere_phones)'
complete -c wasphere -n '__wasphere_at "sandbox link list"' -l control -r -F -d 'Control socket of the sandbox'
complete -c wasphere -n '__wasphere_at "sandbox link drop"' -l control -r -F -d 'Control socket of the sandbox'
complete -c wasphere -n '__wasphere_at "sandbox link refuse"' -l refuse -d 'Refuse, or take connections again'
complete -c wasphere -n '__wasphere_at "sandbox link refuse"' -l no-refuse -d 'The opposite'
complete -c wasphere -n '__wasphere_at "sandbox link refuse"' -l control -r -F -d 'Control socket of the sandbox'
complete -c wasphere -n '__wasphere_at "sandbox link silence"' -l silent -d 'Be silent, or answer again'
complete -c wasphere -n '__wasphere_at "sandbox link silence"' -l no-silent -d 'The opposite'
complete -c wasphere -n '__wasphere_at "sandbox link silence"' -l control -r -F -d 'Control socket of the sandbox'
complete -c wasphere -n '__wasphere_at "sandbox stream-error"' -l code -r -f -d 'Its code, as 515 or 516'
complete -c wasphere -n '__wasphere_at "sandbox stream-error"' -l conflict -r -f -d 'Type of a conflict, as replaced or device_removed'
complete -c wasphere -n '__wasphere_at "sandbox stream-error"' -l child -r -f -d 'Name of another child element'
complete -c wasphere -n '__wasphere_at "sandbox stream-error"' -l control -r -F -d 'Control socket of the sandbox'
complete -c wasphere -n '__wasphere_at "sandbox failure"' -l reason -r -f -d 'Its reason, as 401, 402 or 503'
complete -c wasphere -n '__wasphere_at "sandbox failure"' -l code -r -f -d 'Its code, where a ban has one'
complete -c wasphere -n '__wasphere_at "sandbox failure"' -l expire -r -f -d 'Seconds a temporary ban lasts'
complete -c wasphere -n '__wasphere_at "sandbox failure"' -l count -r -f -d 'How many times in a row'
complete -c wasphere -n '__wasphere_at "sandbox failure"' -l control -r -F -d 'Control socket of the sandbox'
complete -c wasphere -n '__wasphere_at "sandbox clock"' -l control -r -F -d 'Control socket of the sandbox'
complete -c wasphere -n '__wasphere_at "sandbox fault handshake"' -l count -r -f -d 'How many times in a row'
complete -c wasphere -n '__wasphere_at "sandbox fault handshake"' -l control -r -F -d 'Control socket of the sandbox'
complete -c wasphere -n '__wasphere_at "sandbox fault handshake" 0' -f -a 'none garbage_hello truncated_hello empty_hello wrong_root expired_chain wrong_leaf garbage_after close_before_hello close_after_hello'
complete -c wasphere -n '__wasphere_at "sandbox fault pairing"' -l count -r -f -d 'How many times in a row'
complete -c wasphere -n '__wasphere_at "sandbox fault pairing"' -l control -r -F -d 'Control socket of the sandbox'
complete -c wasphere -n '__wasphere_at "sandbox fault pairing" 0' -f -a 'none bad_hmac bad_signature garbage_identity'
complete -c wasphere -n '__wasphere_at "rpc" 0' -f -a '(__wasphere_methods)'
complete -c wasphere -n '__wasphere_at "rpc schema" 0' -f -a '(__wasphere_methods)'
