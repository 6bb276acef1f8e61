#!/usr/bin/env python3
"""Completes lines in a real shell with the committed scripts: completions_test.py SHELL DIR.

A stand-in for the program answers what the scripts ask the daemon. Exit 77: the shell is not installed.
"""

import os
import pathlib
import pty
import shutil
import subprocess
import sys
import tempfile

STAND_IN = r"""#!/bin/sh
case "$*" in
  "--socket /tmp/other.sock --timeout 2s session list -o names") echo elsewhere ;;
  "--socket=/tmp/other.sock --timeout 2s session list -o names") echo elsewhere ;;
  "--timeout 2s session list -o names") printf 'support\nsales\nnight shift\n' ;;
  "--timeout 2s rpc list -o names") printf 'session.create\nsession.get\ndaemon.ping\n' ;;
  "--timeout 2s sandbox phone list -o ndjson") echo '{"name":"A","phoneNumber":"+447700900124"}' ;;
  *) exit 3 ;;
esac
"""

SESSIONS = {"support", "sales", "night shift"}
STATUSES = {"disconnected", "connecting", "connected", "reconnecting", "banned"}

# (line up to the cursor, candidates that must be there, candidates that must not)
CASES = [
    ("wasphere ", {"session", "status", "link", "rpc", "sandbox", "help"}, {"create", "support"}),
    ("wasphere s", {"session", "status", "sandbox"}, {"link"}),
    ("wasphere session ", {"create", "list", "show", "delete"}, {"session", "support"}),
    ("wasphere session cr", {"create"}, {"list"}),
    ("wasphere session show ", SESSIONS, {"create"}),
    ("wasphere session show s", {"support", "sales"}, {"night shift"}),
    ("wasphere session show support ", set(), SESSIONS),
    ("wasphere --socket /tmp/other.sock session show ", {"elsewhere"}, SESSIONS),
    ("wasphere session show --socket=/tmp/other.sock ", {"elsewhere"}, SESSIONS),
    ("wasphere link ", SESSIONS, set()),
    ("wasphere -q link ", SESSIONS, set()),
    ("wasphere status support ", SESSIONS, set()),
    ("wasphere session create ", set(), SESSIONS),
    ("wasphere session create --", {"--description", "--msg-delay-min-ms", "--no-typing-simulation", "--json"}, {"--status"}),
    ("wasphere session create --des", {"--description"}, {"--json"}),
    ("wasphere session create --description ", set(), SESSIONS | {"create"}),
    ("wasphere session create --description x --js", {"--json"}, {"--description"}),
    ("wasphere session list --status ", STATUSES, {"list"}),
    ("wasphere session list --status re", {"reconnecting"}, {"banned"}),
    ("wasphere -o ", {"table", "json", "ndjson", "names"}, {"session"}),
    ("wasphere -o json session ", {"create", "list"}, {"json"}),
    ("wasphere events tail --type session.q", {"session.qr"}, {"session.banned"}),
    ("wasphere rpc ", {"session.create", "session.get", "daemon.ping", "list"}, {"support"}),
    ("wasphere rpc session.c", {"session.create"}, {"session.get"}),
    ("wasphere sandbox ", {"phone", "link", "clock"}, {"create"}),
    ("wasphere sandbox phone ", {"create", "scan", "enter-code"}, {"clock"}),
    ("wasphere sandbox phone scan ", {"+447700900124"}, {"scan"}),
    ("wasphere sandbox fault pairing ", {"none", "bad_hmac"}, {"wrong_root"}),
    ("wasphere help session ", {"create", "list"}, {"help"}),
    ("wasphere session set support ", {"msgDelayMinMs=", "name="}, {"session="} | SESSIONS),
    ("wasphere session set support name=x msg", {"msgDelayMinMs=", "msgDelayMaxMs="}, {"name="}),
    ("wasphere nonsense ", set(), {"session"} | SESSIONS),
]

# Behind "=" and "," the shells differ in what they call a candidate; the end of it is what counts.
SUFFIX_CASES = [
    ("wasphere session list --status=re", {"reconnecting"}, {"banned"}),
    ("wasphere --output=nd", {"ndjson"}, {"json"}),
    ("wasphere events tail --type session.qr,session.b", {"session.banned"}, {"session.qr"}),
    ("wasphere events tail -s support,sa", {"sales"}, {"support"}),
]


def split_as_readline(line: str) -> list[str]:
    words, current = [], ""
    for char in line:
        if char == " ":
            words.append(current)
            current = ""
        elif char == "=":
            words += [current, "="] if current else ["="]
            current = ""
        else:
            current += char
    if not (words and words[-1] == "=" and not current):
        words.append(current)
    return [w for i, w in enumerate(words) if w or i == len(words) - 1]


class Bash:
    def __init__(self, scripts: pathlib.Path, env: dict):
        self.script, self.env = scripts / "wasphere.bash", env

    def complete(self, line: str) -> set[str]:
        program = (
            'source "$1"; shift; complete -p wasphere >&2 || exit 1\n'
            "COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _wasphere\n"
            "printf '%s\\n' \"${COMPREPLY[@]}\""
        )
        command = ["bash", "--norc", "-c", program, "bash", str(self.script), *split_as_readline(line)]
        out = subprocess.run(command, env=self.env, text=True, capture_output=True, check=True)
        extra = [e for e in out.stderr.splitlines() if e != "complete -F _wasphere wasphere"]
        assert not extra, f"bash complained: {extra}"
        return {c.replace("\\", "") for c in out.stdout.splitlines() if c}


class Fish:
    def __init__(self, scripts: pathlib.Path, env: dict):
        self.script, self.env = scripts / "wasphere.fish", env

    def complete(self, line: str) -> set[str]:
        command = ["fish", "--no-config", "-c", "source $argv[1]; complete -C $argv[2]", str(self.script), line]
        out = subprocess.run(command, env=self.env, text=True, capture_output=True, check=True)
        assert not out.stderr, f"fish complained: {out.stderr}"
        return {c.split("\t")[0].replace("\\", "") for c in out.stdout.splitlines() if c}


ZSHRC = r"""
fpath=($SCRIPTS $fpath)
autoload -Uz compinit && compinit -u -D
setopt no_beep no_auto_menu no_list_ambiguous
unsetopt auto_list
exec {report}>$REPORT
compadd() {
  local -a hits
  if (( ! ${argv[(I)-[OAD]]} )); then
    builtin compadd -O hits "$@"
    (( $#hits )) && print -u $report -l -- $hits
  fi
  builtin compadd "$@"
}
done-completing() { print -u $report -- '<end>'; BUFFER=; CURSOR=0 }
zle -N done-completing
bindkey '^I' complete-word '^O' done-completing
"""


class Zsh:
    """An interactive zsh on a terminal of its own; a wrapper of compadd reports each candidate."""

    def __init__(self, scripts: pathlib.Path, env: dict):
        home = pathlib.Path(env["HOME"])
        (home / ".zshrc").write_text(ZSHRC)
        fifo = home / "report"
        os.mkfifo(fifo)
        env = {**env, "ZDOTDIR": str(home), "SCRIPTS": str(scripts), "REPORT": str(fifo), "TERM": "dumb"}
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.execvpe("zsh", ["zsh", "-d", "-i"], env)
        self.report = open(fifo, encoding="utf-8")

    def complete(self, line: str) -> set[str]:
        os.write(self.terminal, line.encode() + b"\t\x0f")
        found = set()
        for candidate in self.report:
            if candidate == "<end>\n":
                return found
            found.add(candidate.rstrip("\n").replace("\\", ""))
        raise AssertionError("zsh went away")


def main() -> int:
    shell, scripts = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    if shutil.which(shell) is None:
        print(f"{shell} is not installed")
        return 77
    with tempfile.TemporaryDirectory() as home:
        program = pathlib.Path(home) / "wasphere"
        program.write_text(STAND_IN)
        program.chmod(0o755)
        env = {"HOME": home, "PATH": f"{home}:{os.environ['PATH']}", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
        tester = {"bash": Bash, "fish": Fish, "zsh": Zsh}[shell](scripts, env)
        failed = 0
        for suffix, (line, wanted, unwanted) in [(False, c) for c in CASES] + [(True, c) for c in SUFFIX_CASES]:
            found = tester.complete(line)
            if suffix:
                found = {c.replace("=", ",").split(",")[-1] for c in found}
            if wanted - found or unwanted & found:
                failed += 1
                print(f"{shell}: {line!r}: missing {wanted - found}, unwanted {unwanted & found}")
    print(f"{shell}: {len(CASES) + len(SUFFIX_CASES) - failed} of {len(CASES) + len(SUFFIX_CASES)} lines complete as they should")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
