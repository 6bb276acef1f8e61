#!/usr/bin/env python3
"""Fails on what the developer notes forbid and no compiler sees. Each rule: what, where, why."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCES = ("core", "ipc", "cli", "daemon", "sandbox")

# (pattern, folders it is forbidden in, files exempt, reason)
RULES = [
    (r"(system_clock|steady_clock)::now\(|\btime\(nullptr\)|\bgettimeofday\(|\bclock_gettime\(",
     ("core", "daemon", "sandbox"), ("daemon/runtime/clock.cc",),
     "time is passed in; only daemon/runtime/clock.cc reads it"),
    (r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM)\s+\w+.*\b(FROM|VALUES|SET|WHERE)\b",
     ("core", "ipc", "cli", "daemon", "sandbox"), ("daemon/store/",), "SQL lives in daemon/store"),
    (r"\bTODO\b|\bFIXME\b|\bXXX\b|\bHACK\b", SOURCES, (), "finish it, or write an issue"),
    (r"\bstd::(mutex|condition_variable)\b", ("core", "ipc", "cli", "daemon/session", "daemon/api", "daemon/events"),
     (), "domain code runs on one thread and needs no locks"),
    (r"\busing namespace\b", SOURCES, (), "names say where they come from"),
    (r"\bsleep_for\(|\busleep\(", ("core", "ipc", "daemon", "sandbox"), (), "wait for an event, not for time"),
]
MAX_LINES = 500


def files():
    for top in SOURCES:
        for file in sorted((ROOT / top).rglob("*")):
            if file.suffix in (".h", ".cc"):
                yield file.relative_to(ROOT).as_posix(), file


def main() -> int:
    bad = 0
    for path, file in files():
        lines = file.read_text().splitlines()
        if len(lines) > MAX_LINES and "tokens" not in path:
            print(f"{path}: {len(lines)} lines; is it still one thing?")
            bad += 1
        for number, line in enumerate(lines, 1):
            code = line.split("//")[0]
            for pattern, folders, exempt, reason in RULES:
                if not path.startswith(tuple(f + "/" for f in folders)) or path.startswith(exempt or ("\0",)):
                    continue
                if re.search(pattern, code):
                    print(f"{path}:{number}: {reason}")
                    bad += 1
    print(f"conventions: {bad} breaches" if bad else "conventions: kept")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
