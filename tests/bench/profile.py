#!/usr/bin/env python3
"""Where the instructions of a text go, sent and received, by library: how far it is from the cost of its cryptography.

Counted by callgrind, so the figures do not depend on what else the machine does; the kernel's part is not in them."""

import argparse
import collections
import pathlib
import re
import subprocess

from traffic import Ours, contact, network  # also finds the harness

from harness import programs

CRYPTO = ("libcrypto", "libsodium")
LIBRARIES = {"libsqlite3": "SQLite", "libc.so": "C library", "wasphered": "wasphered", "libstdc++": "C++ library",
             "libprotobuf": "protobuf", "libwebsockets": "libwebsockets", "libuv": "libwebsockets"}


def part_of(path: str) -> str:
    name = pathlib.Path(path).name
    if name.startswith(CRYPTO):
        return "cryptography"
    return next((part for start, part in LIBRARIES.items() if name.startswith(start)), "others")


def instructions(dump: pathlib.Path) -> collections.Counter:
    """Own cost of each part. The format compresses names as (number), given in full at their first mention."""
    names, costs = {}, collections.Counter()
    part, inclusive = "others", False
    for line in dump.read_text().splitlines():
        if match := re.match(r"(c?ob)=\((\d+)\)(?: (.*))?$", line):
            if match[3]:
                names[match[2]] = part_of(match[3])
            if match[1] == "ob":
                part = names[match[2]]
        elif line.startswith("calls="):
            inclusive = True
        elif re.match(r"[0-9+*-]", line):
            if not inclusive:
                costs[part] += int(line.split()[1])
            inclusive = False
    return costs


class Profile:
    def __init__(self, directory: pathlib.Path):
        self.directory, self.dumps = directory, 0
        self.program = directory / "wasphered"  # valgrind cannot read this compiler's debug information
        subprocess.run(["strip", "-g", "-o", self.program, programs.BIN / "wasphered"], check=True)
        programs.WRAPPER[:] = ["valgrind", "-q", "--tool=callgrind", f"--callgrind-out-file={directory}/callgrind.out"]
        programs.BIN = directory

    def of(self, pid: int, work) -> collections.Counter:
        subprocess.run(["callgrind_control", "--zero", str(pid)], check=True, capture_output=True)
        work()
        subprocess.run(["callgrind_control", "--dump", str(pid)], check=True, capture_output=True)
        self.dumps += 1
        return instructions(self.directory / f"callgrind.out.{self.dumps}")


def show(name: str, costs: collections.Counter, count: int) -> None:
    total = sum(costs.values())
    print(f"{name}: {total / count / 1e6:.2f} million instructions each")
    for part, cost in costs.most_common():
        print(f"  {100 * cost / total:5.1f} %  {part}")
    print(f"figure {name}_crypto_percent {100 * costs['cryptography'] / total:.1f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=200, help="texts each way (default 200)")
    count = parser.parse_args().messages
    with network() as (directory, sandbox):
        to = contact(sandbox, "Ben")["jid"]
        profile = Profile(directory)
        ours = Ours(directory, sandbox, 1)
        ours.pipelined(ours.names, to, 1)
        ours.backlog("Ben", 1)
        for name, work in [("sequential", lambda: ours.sequential(to, count)),
                           ("pipelined", lambda: ours.pipelined(ours.names, to, count)),
                           ("receive", lambda: ours.backlog("Ben", count))]:
            show(name, profile.of(ours.pid, work), count)
        ours.stop()


if __name__ == "__main__":
    main()
