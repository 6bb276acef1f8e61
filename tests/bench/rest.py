#!/usr/bin/env python3
"""The REST listener beside a Node HTTP server that does the same: a list of 100 sessions, and a text that is on the
disk before it is answered. Any answer that is not 2xx ends the run."""

import argparse
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/functional"))

from harness.programs import REST, Daemon, Sandbox  # noqa: E402
from measure import cpu_ms, figure, resident_mb  # noqa: E402
from traffic import UNPACED, contact, network  # noqa: E402

HERE = pathlib.Path(__file__).parent


def load(pid: int, given: argparse.Namespace, *request) -> dict:
    """One stretch of requests; with the CPU time that the server took for each."""
    port, key, *rest = map(str, request)
    cpu = cpu_ms(pid)
    done = subprocess.run([sys.executable, HERE / "rest_load.py", port, key, str(given.connections), str(given.seconds), *rest],
                          stdout=subprocess.PIPE, text=True, check=True)
    out = json.loads(done.stdout)
    out["cpu_us"] = (cpu_ms(pid) - cpu) * 1000 / out["count"]
    return out


class Ours:
    def __init__(self, directory: pathlib.Path, sandbox: Sandbox, sessions: int, linked: int):
        self.daemon = Daemon(directory, sandbox, *REST)
        to = contact(sandbox, "Ben")["jid"]
        self.linked = [f"linked{n}" for n in range(linked)]
        with self.daemon.rpc(300) as rpc:
            for n, name in enumerate(self.linked):
                self.daemon.link(name, f"+4477{n:08d}")
                rpc.session.update(session=name, **UNPACED)
                rpc.message.send(sessionId=name, to=to, text="the first one", wait=30)
            for n in range(linked, sessions):
                rpc.session.create(name=f"idle{n}")
                rpc.session.disconnect(session=f"idle{n}")
        rest = self.daemon.rest()
        self.port, self.key = rest.port, rest.key
        self.listed = rest.get("/api/sessions").json()
        assert self.listed["total"] == sessions
        # The sessions in turn, so that no queue meets its limit of 1000.
        self.texts = [json.dumps({"sessionId": name, "to": to, "text": "Your order has shipped."}) for name in self.linked]

    @property
    def pid(self) -> int:
        return self.daemon.program.process.pid

    def hold(self, held: bool) -> None:
        with self.daemon.rpc() as rpc:
            for name in self.linked:
                (rpc.queue.hold if held else rpc.queue.release)(sessionId=name)

    def post(self, given: argparse.Namespace, held: bool) -> dict:
        """Held: what the peer does as well. Otherwise the texts are sent at the same time."""
        self.hold(held)
        with self.daemon.rpc(300) as rpc:
            begin = rpc.event.subscribe(events=["session.deleted"])["seq"]
            out = load(self.pid, given, self.port, self.key, "POST", "/api/messages/text", *self.texts)
            self.hold(False)
            rpc.event.subscribe(events=["message.sent", "message.failed"], after=begin)
            for _ in range(out["count"]):
                assert rpc.next_event()["event"] == "message.sent"
        return out


class Peer:
    def __init__(self, sessions: dict, directory: pathlib.Path, key: str):
        file = directory / "sessions.json"
        file.write_text(json.dumps(sessions))
        self.process = subprocess.Popen(["node", HERE / "rest_peer.mjs", file, directory / "journal"],
                                        env={"KEY": key, "PATH": "/usr/bin:/bin:/usr/local/bin"},
                                        stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()


def best(runs: list[dict]) -> dict:
    return max(runs, key=lambda run: run["rps"])


def describe(name: str, runs: list[dict]) -> None:
    for run in runs:
        print(f"{name}: {run['rps']:.0f}/s, p50 {run['p50']:.2f} ms, p99 {run['p99']:.2f} ms, "
              f"{run['cpu_us']:.0f} us of CPU each", flush=True)


def compare(name: str, ours: list[dict], peer: list[dict]) -> None:
    a, b = best(ours), best(peer)
    # Requests a second: more is better, so that the ratio is that of the times.
    print(figure(f"rest_{name}_us_each", 1e6 / a["rps"], 1e6 / b["rps"]))
    print(figure(f"rest_{name}_p50_ms", a["p50"], b["p50"]))
    print(figure(f"rest_{name}_p99_ms", a["p99"], b["p99"]))


def measure(ours: Ours, peer: Peer, given: argparse.Namespace) -> None:
    runs: dict[str, list[dict]] = {name: [] for name in ("list", "list of node", "post", "post while sending", "post of node")}
    get = (ours.key, "GET", "/api/sessions")
    for _ in range(given.rounds):
        runs["list"].append(load(ours.pid, given, ours.port, *get))
        runs["list of node"].append(load(peer.process.pid, given, peer.port, *get))
        runs["post"].append(ours.post(given, held=True))
        runs["post while sending"].append(ours.post(given, held=False))
        runs["post of node"].append(load(peer.process.pid, given, peer.port, ours.key, "POST", "/api/messages/text", *ours.texts))
    for name, one in runs.items():
        describe(name, one)
    compare("list", runs["list"], runs["list of node"])
    compare("post", runs["post"], runs["post of node"])
    compare("post_while_sending", runs["post while sending"], runs["post of node"])
    print(figure("rest_memory_mb", resident_mb(ours.pid), resident_mb(peer.process.pid)), flush=True)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sessions", type=int, default=100, help="how many the list has (default 100)")
    options.add_argument("--linked", type=int, default=20, help="how many of them send (default 20)")
    options.add_argument("--seconds", type=float, default=2, help="of each stretch of requests (default 2)")
    options.add_argument("--connections", type=int, default=16)
    options.add_argument("--rounds", type=int, default=2)
    given = options.parse_args()
    with network() as (directory, sandbox):
        ours = Ours(directory, sandbox, given.sessions, given.linked)
        peer = Peer(ours.listed, directory, ours.key)
        try:
            measure(ours, peer, given)
        finally:
            peer.stop()
            stopped = ours.daemon.stop()
        assert stopped == 0, ours.daemon.program.log()


main()
