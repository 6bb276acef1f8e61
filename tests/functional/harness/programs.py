"""The programs under test as objects: start, stop, kill, restart."""

import json
import os
import pathlib
import re
import signal
import subprocess
import threading

from .rest import Rest
from .rpc import Rpc

# A program to run the daemon and the sandbox under, for example valgrind with its options.
WRAPPER = os.environ.get("WASPHERE_WRAPPER", "").split()
BIN = pathlib.Path(os.environ.get("WASPHERE_BIN", "build/release/bin")).resolve()


# Flags that switch the listener on, on a free port and without limits of rate.
REST = ("--set", "rest.listen=127.0.0.1:0", "--set", "rest.rate_per_key=0", "--set", "rest.rate_per_address=0")


# Settings of a session whose texts leave at once.
UNPACED = {"msgDelayMinMs": 0, "msgDelayMaxMs": 0, "rateLimitPerMin": 0, "typingSimulation": False}


class Program:
    """A child process whose stderr is collected; wait_log() waits for a line instead of sleeping."""

    def __init__(self, *args, env=None, stdout=None):
        self.args = [str(a) for a in args]
        self.lines: list[str] = []
        self.changed = threading.Condition()
        self.process = subprocess.Popen(
            self.args, stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.PIPE, text=True,
            env={**os.environ, **(env or {})},
        )
        self.ended = False
        self.reader = threading.Thread(target=self._collect, daemon=True)
        self.reader.start()

    def _collect(self) -> None:
        for line in self.process.stderr:
            with self.changed:
                self.lines.append(line.rstrip("\n"))
                self.changed.notify_all()
        with self.changed:
            self.ended = True
            self.changed.notify_all()

    def log(self) -> str:
        return "\n".join(self.lines)

    def wait_log(self, text: str, timeout: float = 30) -> None:
        with self.changed:
            found = self.changed.wait_for(lambda: self.ended or any(text in l for l in self.lines), timeout)
            if not any(text in line for line in self.lines):
                why = "the program ended" if found else "time ran out"
                raise AssertionError(f"{why} before '{text}' was logged:\n" + "\n".join(self.lines))

    def wait(self, timeout: float = 30) -> int:
        code = self.process.wait(timeout)
        self.reader.join(timeout)
        return code

    def stop(self, timeout: float = 30) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.wait(timeout)

    def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        self.process.kill()
        self.wait()


class Sandbox:
    def __init__(self, directory: pathlib.Path):
        self.directory = directory
        self.control_path = directory / "sandbox.sock"
        self.start()

    def start(self, port: int = 0) -> None:
        self.program = Program(
            *WRAPPER, BIN / "wasphere-sandbox", "--state-dir", self.directory / "sandbox-state", "--control",
            self.control_path, "--listen", f"127.0.0.1:{port}", stdout=subprocess.PIPE,
        )
        ready = self.program.process.stdout.readline()
        if not ready:
            self.program.wait()
            raise AssertionError("the sandbox did not start:\n" + self.program.log())
        info = json.loads(ready)
        self.url, self.noise_root = info["url"], info["noiseRoot"]
        self.port = int(self.url.split(":")[2].split("/")[0])
        self.rpc = Rpc(self.control_path)

    def restart(self) -> None:
        """kill -9 and up again on the same port."""
        self.rpc.close()
        self.program.kill()
        self.start(self.port)

    def phone(self, number: str | None = None, name: str = "Sam") -> dict:
        params = {"name": name, **({"phoneNumber": number} if number else {})}
        return self.rpc.phone.create(**params)

    def stop(self) -> int:
        self.rpc.close()
        return self.program.stop()


class Daemon:
    def __init__(self, directory: pathlib.Path, sandbox: Sandbox | None, *flags, start: bool = True):
        self.directory, self.sandbox, self.flags = directory, sandbox, list(flags)
        self.state = directory / "state"
        self.socket = directory / "wasphered.sock"
        self.program: Program | None = None
        self.connections: list[Rpc] = []
        if start:
            self.start()

    def args(self, *extra) -> list:
        network = []
        if self.sandbox:
            network = ["--set", f"network.url={self.sandbox.url}", "--set", f"network.noise_root={self.sandbox.noise_root}"]
        return [*WRAPPER, BIN / "wasphered", "--state-dir", self.state, "--socket", self.socket, *network, *self.flags, *extra]

    def spawn(self, *extra, env=None) -> Program:
        """Starts it without waiting for it to be ready."""
        self.program = Program(*self.args(*extra), env=env)
        return self.program

    def start(self, *extra, env=None) -> "Daemon":
        self.spawn(*extra, env=env)
        self.program.wait_log("ready")
        return self

    def rpc(self, timeout: float = 30) -> Rpc:
        connection = Rpc(self.socket, timeout)
        self.connections.append(connection)
        return connection

    def stop(self) -> int:
        for connection in self.connections:
            connection.close()
        self.connections.clear()
        return self.program.stop() if self.program else 0

    def kill(self) -> None:
        for connection in self.connections:
            connection.close()
        self.connections.clear()
        self.program.kill()

    def restart(self) -> None:
        assert self.stop() == 0
        self.start()

    def cli(self, *args, input=None, env=None, check=False, timeout=60):
        return subprocess.run(
            [str(BIN / "wasphere"), *map(str, args)], input=input, text=True, capture_output=True, timeout=timeout,
            check=check, env={**os.environ, "WASPHERE_SOCKET": str(self.socket),
                              "WASPHERE_SANDBOX_CONTROL": str(self.sandbox.control_path) if self.sandbox else "",
                              **(env or {})},
        )

    def rest(self, permissions=("*",), context=None, **more) -> Rest:
        """A client of the REST listener with a new key; start the daemon with REST for that."""
        with self.rpc() as rpc:
            key = rpc.key.create(name="test", permissions=list(permissions), **more)["key"]
        return Rest(self.rest_port(), key, context)

    def rest_port(self) -> int:
        found = re.search(r"REST is answered on \S+:(\d+)", self.program.log())
        assert found, self.program.log()
        return int(found.group(1))

    def link(self, name: str, number: str | None = None) -> dict:
        """Creates a session, lets a new phone scan its QR, waits until it is connected; the session."""
        phone = self.sandbox.phone(number)
        with self.rpc() as rpc:
            rpc.event.subscribe(events=["session.connected"])
            created = rpc.session.create(name=name)
            self.sandbox.rpc.phone.scan(phone=phone["phoneNumber"], qr=created["qrString"])
            rpc.wait_event("session.connected", name)
            return rpc.session.get(session=name)
