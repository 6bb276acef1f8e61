#!/usr/bin/env python3
"""Texts from one account to one contact over the sandbox, beside Baileys: one after the other, each awaiting its
acknowledgement, and all at once."""

import argparse
import json
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

CONTACT = "+447700900200"
PATIENCE_S = 60


class Ours:
    """Durable, as always: every message is on the disk before it is accepted and before it leaves."""

    def __init__(self, directory: pathlib.Path, sandbox: Sandbox, sessions: int):
        self.daemon = Daemon(directory, sandbox)
        self.names = [f"s{n}" for n in range(sessions)]
        for n, name in enumerate(self.names):
            self.daemon.link(name, f"+4477{n:08d}")
        self.rpc = self.daemon.rpc(300)
        for name in self.names:
            self.rpc.session.update(session=name, msgDelayMinMs=0, msgDelayMaxMs=0, rateLimitPerMin=0,
                                    typingSimulation=False)
        self.warm_up()

    @property
    def pid(self) -> int:
        return self.daemon.program.process.pid

    def warm_up(self) -> None:
        for name in self.names:
            self.send(name, "first")

    def send(self, name: str, text: str) -> None:
        answer = self.rpc.message.send(sessionId=name, to=CONTACT, text=text, wait=PATIENCE_S)
        assert answer["status"] == "sent", answer

    def sequential(self, count: int) -> None:
        for n in range(count):
            self.send(self.names[0], f"text {n}")

    def pipelined(self, count: int) -> None:
        for n in range(count):
            self.rpc.start("message.send", sessionId=self.names[n % len(self.names)], to=CONTACT, text=f"text {n}",
                           wait=PATIENCE_S)
        for _ in range(count):
            answer = self.rpc.read_line()
            assert answer["result"]["status"] == "sent", answer

    def stop(self) -> None:
        self.rpc.close()
        assert self.daemon.stop() == 0


class Peer:
    def __init__(self, directory: pathlib.Path, sandbox: Sandbox, lid: str):
        number = sandbox.phone("+448800000000")["phoneNumber"]
        self.process = subprocess.Popen(
            ["node", str(ROOT / "tests/bench/baileys_send.mjs"), sandbox.url, sandbox.noise_root, str(directory),
             str(sandbox.control_path), number, lid],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.ask({"link": True})

    @property
    def pid(self) -> int:
        return self.process.pid

    def ask(self, command: dict) -> dict:
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def sequential(self, count: int) -> None:
        self.ask({"sequential": count})

    def pipelined(self, count: int) -> None:
        self.ask({"pipelined": count})

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


def measure(side, way: str, count: int, rounds: int) -> tuple[float, float]:
    """Microseconds and CPU microseconds for a text, of the best round."""
    best = (float("inf"), float("inf"))
    for _ in range(rounds):
        cpu, started = cpu_ms(side.pid), time.monotonic()
        getattr(side, way)(count)
        elapsed = (time.monotonic() - started) * 1e6 / count
        best = min(best, (elapsed, (cpu_ms(side.pid) - cpu) * 1000 / count))
    return best


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=500, help="texts a round (default 500, at most the queue's 1000)")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--sessions", type=int, default=1, help="sessions of ours that share the texts, when pipelined")
    options.add_argument("--alone", action="store_true", help="without Baileys")
    given = options.parse_args()
    directory = pathlib.Path(tempfile.mkdtemp(prefix="ws."))
    sandbox = Sandbox(directory)
    try:
        lid = sandbox.rpc.call("sandbox.contact.create", number=CONTACT, name="Anna", devices=1)["lid"]
        ours = Ours(directory, sandbox, given.sessions)
        peer = None if given.alone else Peer(directory, sandbox, lid)
        for way in ("sequential", "pipelined"):
            mine = measure(ours, way, given.count, given.rounds)
            print(f"{way}: ours {1e6 / mine[0]:.0f}/s, {mine[1] / 1000:.2f} ms of CPU each", flush=True)
            if peer is None:
                continue
            theirs = measure(peer, way, given.count, given.rounds)
            print(f"{way}: Baileys {1e6 / theirs[0]:.0f}/s, {theirs[1] / 1000:.2f} ms of CPU each", flush=True)
            print(figure(f"send_{way}_us", mine[0], theirs[0]))
            print(figure(f"send_{way}_cpu_us", mine[1], theirs[1]), flush=True)
        print(f"ours: {resident_mb(ours.pid):.1f} MB after {given.count * given.rounds * 2} texts")
        if peer is not None:
            peer.stop()
        ours.stop()
    finally:
        sandbox.stop()
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main()
