#!/usr/bin/env python3
"""The REST listener beside a Node HTTP server that does the same: a list of 100 sessions, and a durable POST."""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/functional"))

from harness.programs import REST, Daemon, Sandbox  # noqa: E402
from measure import figure, resident_mb  # noqa: E402

HERE = pathlib.Path(__file__).parent


def load(port: int, key: str, connections: int, seconds: float, *request: str) -> dict:
    done = subprocess.run([sys.executable, HERE / "rest_load.py", str(port), key, str(connections), str(seconds), *request],
                          capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


class Peer:
    def __init__(self, sessions: dict, directory: pathlib.Path, key: str):
        file = directory / "sessions.json"
        file.write_text(json.dumps(sessions))
        self.process = subprocess.Popen(["node", HERE / "rest_peer.mjs", file, directory / "journal"], env={"KEY": key, "PATH": "/usr/bin:/bin:/usr/local/bin"},
                                        stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()


def compare(name: str, ours: list[dict], peer: list[dict]) -> None:
    best = [max(side, key=lambda run: run["rps"]) for side in (ours, peer)]
    for side, runs in (("ours", ours), ("node", peer)):
        print(f"{name} {side}: " + ", ".join(f"{r['rps']:.0f}/s p50 {r['p50']:.2f} ms p99 {r['p99']:.2f} ms" for r in runs))
    # The ratio of figure() is PEER / OURS: times, so that more is better for us.
    print(figure(f"rest_{name}_us", 1e6 / best[0]["rps"], 1e6 / best[1]["rps"]))
    print(figure(f"rest_{name}_p99_ms", best[0]["p99"], best[1]["p99"]))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sessions", type=int, default=100)
    options.add_argument("--seconds", type=float, default=4)
    options.add_argument("--connections", type=int, default=16)
    options.add_argument("--rounds", type=int, default=3)
    given = options.parse_args()
    directory = pathlib.Path(tempfile.mkdtemp(prefix="ws."))
    sandbox = Sandbox(directory)
    daemon = Daemon(directory, sandbox, *REST)
    try:
        with daemon.rpc(300) as rpc:
            for n in range(given.sessions):
                rpc.finish(rpc.start("session.create", name=f"s{n}"))
                rpc.session.disconnect(session=f"s{n}")
        rest = daemon.rest()
        listed = rest.get("/api/sessions").json()
        peer = Peer(listed, directory, rest.key)
        runs: dict[str, list[list[dict]]] = {}
        body = json.dumps({"name": "x", "permissions": ["sessions:read"]})
        for _ in range(given.rounds):
            for name, request in (("list", ("get", "/api/sessions")), ("post", ("post", "/api/keys", body))):
                for side, port in ((0, rest.port), (1, peer.port)):
                    runs.setdefault(name, [[], []])[side].append(load(port, rest.key, given.connections, given.seconds, *request))
        for name, (ours, theirs) in runs.items():
            compare(name, ours, theirs)
        print(figure("rest_memory_mb", resident_mb(daemon.program.process.pid), resident_mb(peer.process.pid)))
        peer.stop()
    finally:
        daemon.stop()
        sandbox.stop()
        shutil.rmtree(directory, ignore_errors=True)


main()
