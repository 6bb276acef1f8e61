#!/usr/bin/env python3
"""Memory and CPU of idle linked sessions, and the way back up after a restart, beside Baileys in one Node process."""

import argparse
import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/functional"))

from harness.programs import Daemon, Sandbox  # noqa: E402
from measure import cpu_ms, figure, resident_mb  # noqa: E402
from traffic import network  # noqa: E402

STORE_BYTES = 4 << 20  # of a session of the peer: 816 files, a page each
SETTLE_S = 10  # both sides are left alone for as long before their memory is read


def connected(rpc) -> int:
    return rpc.daemon.info()["sessions"]["connected"]


def wait_connected(rpc, count: int) -> None:
    while connected(rpc) < count:
        rpc.wait_event("session.connected")


class Ours:
    def __init__(self, directory: pathlib.Path, sandbox: Sandbox):
        self.daemon = Daemon(directory, sandbox)
        self.sandbox = sandbox
        self.count = 0

    @property
    def pid(self) -> int:
        return self.daemon.program.process.pid

    def settle(self) -> float:
        time.sleep(SETTLE_S)
        return resident_mb(self.pid)

    def link_up_to(self, count: int) -> None:
        for n in range(self.count, count):
            self.daemon.link(f"s{n}", f"+4477{n:08d}")
        self.count = count

    def restart(self) -> tuple[float, float]:
        """Milliseconds and CPU milliseconds from exec until every session is connected."""
        assert self.daemon.stop() == 0
        started = time.monotonic()
        self.daemon.start()
        with self.daemon.rpc(120) as rpc:
            rpc.event.subscribe(events=["session.connected"])
            wait_connected(rpc, self.count)
        return (time.monotonic() - started) * 1000, cpu_ms(self.pid)


class Peer:
    def __init__(self, directory: str, sandbox: Sandbox):
        self.args = ["node", str(ROOT / "tests/bench/baileys_idle.mjs"), sandbox.url, sandbox.noise_root, directory,
                     str(sandbox.control_path)]
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(self.args, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def tell(self, command: dict) -> None:
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()

    def answer(self) -> dict:
        line = self.process.stdout.readline()
        assert line, "the peer ended"
        return json.loads(line)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()

    def up(self, count: int) -> tuple[float, float]:
        """A fresh process brings `count` sessions up: milliseconds and CPU milliseconds."""
        self.stop()
        self.start()
        self.tell({"up": count})
        answer = self.answer()
        cpu = cpu_ms(self.process.pid)
        if answer["opened"] < count:
            print(f"baileys: only {answer['opened']} of {count} sessions reported open", flush=True)
        return answer["ms"], cpu

    def settle(self) -> float:
        time.sleep(SETTLE_S)
        return resident_mb(self.process.pid)


def memory_directory(size: int) -> str | None:
    """Where temporary files of this size live in memory; None, the usual place, where there is no room."""
    shm = pathlib.Path("/dev/shm")
    return str(shm) if shm.is_dir() and shutil.disk_usage(shm).free > size else None


def link_peers(directory: str, sandbox: Sandbox, count: int) -> None:
    """By one process for each core: what takes the time is the CPU's work for 812 pre-keys at a first login."""
    numbers = [[n, sandbox.phone(f"+4488{n:08d}")["phoneNumber"]] for n in range(count)]
    linkers = [Peer(directory, sandbox) for _ in range(os.cpu_count())]
    for n, linker in enumerate(linkers):
        linker.tell({"link": numbers[n::len(linkers)]})
    for linker in linkers:
        linker.answer()
        linker.stop()


@contextlib.contextmanager
def linked_peer(sandbox: Sandbox, count: int):
    """`count` linked sessions whose stores are in memory: a store has a file for every pre-key, and a disk takes minutes to
    make and remove those of 200 sessions. Only the peer gains by it."""
    place = memory_directory(count * STORE_BYTES)
    with tempfile.TemporaryDirectory(prefix="ws.", dir=place, ignore_cleanup_errors=True) as directory:
        link_peers(directory, sandbox, count)
        peer = Peer(directory, sandbox)
        try:
            yield peer
        finally:
            peer.stop()


def idle_cpu(pid: int, seconds: int = 10) -> float:
    before = cpu_ms(pid)
    time.sleep(seconds)
    return (cpu_ms(pid) - before) / (seconds * 10)


def measure_peer(sandbox: Sandbox, steps: list[int]) -> tuple[dict, float]:
    """For each number of sessions what up() and settle() say; the CPU of the last of them idle, in percent."""
    theirs = {}
    with linked_peer(sandbox, steps[-1]) as peer:
        for count in steps:
            theirs[count] = *peer.up(count), peer.settle()
            print(f"baileys: {count} sessions {theirs[count][2]:.1f} MB, back in {theirs[count][0]:.0f} ms, "
                  f"{theirs[count][1]:.0f} ms of CPU", flush=True)
        return theirs, idle_cpu(peer.process.pid)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=200, help="the largest number of sessions (default 200)")
    most = parser.parse_args().sessions
    steps = sorted({1, min(50, most), most})
    with network() as (directory, sandbox):
        ours = Ours(directory, sandbox)
        memory = {0: ours.settle()}
        for count in steps:
            ours.link_up_to(count)
            memory[count] = ours.settle()
            print(f"ours: {count} sessions {memory[count]:.1f} MB", flush=True)
        back_ms, back_cpu = ours.restart()
        back_memory = ours.settle()
        idle = idle_cpu(ours.pid)
        print(f"ours: {most} sessions back in {back_ms:.0f} ms, {back_cpu:.0f} ms of CPU, {back_memory:.1f} MB; "
              f"idle CPU {idle:.2f} %", flush=True)
        assert ours.daemon.stop() == 0

        theirs, their_idle = measure_peer(sandbox, steps)
        first = steps[0]
        marginal = (back_memory - memory[0]) / most
        peer_marginal = (theirs[most][2] - theirs[first][2]) / (most - first) if most > first else 0
        print(f"ours: {memory[0]:.1f} MB with no session")
        figures = [
            figure("rss_mb_no_session", memory[0], theirs[first][2] - peer_marginal),
            figure("rss_mb_1_session", memory[first], theirs[first][2]),
            *[figure(f"rss_mb_{count}_sessions", memory[count], theirs[count][2]) for count in steps[1:]],
            figure("rss_mb_per_session", marginal, peer_marginal),
            figure(f"up_{most}_sessions_ms", back_ms, theirs[most][0]),
            figure("up_cpu_ms_per_session", back_cpu / most, (theirs[most][1] - theirs[first][1]) / max(1, most - first)),
            figure(f"idle_cpu_percent_{most}_sessions", idle, their_idle),
        ]
        print("\n".join(figures), flush=True)


if __name__ == "__main__":
    main()
