"""Texts through linked sessions of ours, and through Baileys clients in one Node process, on the same sandbox."""

import contextlib
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/functional"))

from harness.programs import UNPACED, Daemon, Sandbox  # noqa: E402
from measure import cpu_ms, resident_mb  # noqa: E402

QUEUE = 1000  # most that one session may have queued


@contextlib.contextmanager
def network():
    """A directory and a sandbox in it; both are gone afterwards."""
    directory = pathlib.Path(tempfile.mkdtemp(prefix="ws."))
    sandbox = Sandbox(directory)
    try:
        yield directory, sandbox
    finally:
        sandbox.stop()
        shutil.rmtree(directory, ignore_errors=True)  # the peer keeps a file for every key: this takes a while


class Phase:
    """Wall time and CPU of a stretch of work of one process."""

    def __init__(self, pid: int):
        self.pid, self.started, self.cpu = pid, time.monotonic(), cpu_ms(pid)

    def end(self, count: int) -> dict:
        seconds = time.monotonic() - self.started
        return {"per_s": count / seconds, "cpu_ms": (cpu_ms(self.pid) - self.cpu) / count}


class Ours:
    def __init__(self, directory: pathlib.Path, sandbox: Sandbox, sessions: int):
        self.daemon, self.sandbox = Daemon(directory, sandbox), sandbox
        self.names = [f"s{n}" for n in range(sessions)]
        self.numbers = {}
        for n, name in enumerate(self.names):
            self.numbers[name] = self.daemon.link(name, f"+4477{n:08d}")["phoneNumber"]
            with self.daemon.rpc() as rpc:
                rpc.session.update(session=name, **UNPACED)

    @property
    def pid(self) -> int:
        return self.daemon.program.process.pid

    def memory(self) -> float:
        return resident_mb(self.pid)

    def sequential(self, to: str, count: int) -> dict:
        """One after the other, each waiting until the server has taken it."""
        with self.daemon.rpc(120) as rpc:
            phase = Phase(self.pid)
            for n in range(count):
                answer = rpc.message.send(sessionId=self.names[0], to=to, text=f"sequential {n}", wait=30)
                assert answer["status"] == "sent", answer
            return phase.end(count)

    def pipelined(self, names: list[str], to: str, each: int) -> dict:
        """All handed over at once; the time is that until the server has taken the last one."""
        total = each * len(names)
        with self.daemon.rpc(300) as events, self.daemon.rpc(300) as rpc:
            events.event.subscribe(events=["message.sent", "message.failed"])
            phase = Phase(self.pid)
            pending = {rpc.start("message.send", sessionId=name, to=to, text=f"pipelined {n}")
                       for n in range(each) for name in names}
            while pending:  # the answers of several sessions come in any order
                answer = rpc.read_line()
                assert "error" not in answer, answer
                pending.remove(answer["id"])
            for _ in range(total):
                assert events.next_event()["event"] == "message.sent"
            return phase.end(total)

    def backlog(self, contact: str, count: int) -> dict:
        """What a contact wrote while the session was down, from the dial until the last one is an event."""
        name = self.names[0]
        with self.daemon.rpc(300) as rpc:
            rpc.session.disconnect(session=name)
            write(self.sandbox, contact, self.numbers[name], count)
            rpc.event.subscribe(events=["message.received"])
            phase = Phase(self.pid)
            rpc.session.reconnect(session=name)
            for _ in range(count):
                rpc.wait_event("message.received")
            return phase.end(count)

    def stop(self) -> None:
        assert self.daemon.stop() == 0


class Peer:
    """Baileys clients in one process; commands and answers are JSON lines."""

    def __init__(self, directory: pathlib.Path, sandbox: Sandbox, sessions: int):
        self.sandbox = sandbox
        self.process = subprocess.Popen(
            ["node", str(ROOT / "tests/bench/baileys_traffic.mjs"), sandbox.url, sandbox.noise_root, str(directory),
             str(sandbox.control_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.numbers = [sandbox.phone(f"+4488{n:08d}")["phoneNumber"] for n in range(sessions)]
        self.ask(link=self.numbers)

    @property
    def pid(self) -> int:
        return self.process.pid

    def memory(self) -> float:
        return resident_mb(self.pid)

    def ask(self, **command) -> dict:
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, "the peer ended"
        return json.loads(answer)

    def work(self, count: int, **command) -> dict:
        phase = Phase(self.pid)
        self.ask(**command)
        return phase.end(count)

    def sequential(self, to: str, count: int) -> dict:
        return self.work(count, sequential=count, to=to)

    def pipelined(self, sessions: int, to: str, each: int) -> dict:
        return self.work(each * sessions, pipelined=each, sessions=sessions, to=to)

    def backlog(self, contact: str, count: int) -> dict:
        self.ask(down=True)
        write(self.sandbox, contact, self.numbers[0], count)
        return self.work(count, up=count)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


def write(sandbox: Sandbox, contact: str, number: str, count: int) -> None:
    for sent in range(0, count, QUEUE):
        sandbox.rpc.call("sandbox.contact.send", who=contact, to=number, text="inbound", count=min(QUEUE, count - sent),
                         timeoutMs=120_000)


def contact(sandbox: Sandbox, name: str) -> dict:
    return sandbox.rpc.call("sandbox.contact.create", name=name)
