"""A JSON-RPC client for the daemon's and the sandbox's sockets: rpc.session.create(name="x")."""

import json
import socket


class RpcError(Exception):
    """The error object of an answer; `code` is its public name (SESSION_NOT_FOUND)."""

    def __init__(self, error: dict):
        super().__init__(error.get("message"))
        self.error = error
        self.number = error.get("code")
        self.data = error.get("data") or {}
        self.code = self.data.get("code")


class _Noun:
    def __init__(self, rpc: "Rpc", noun: str):
        self._rpc, self._noun = rpc, noun

    def __getattr__(self, verb: str):
        return lambda **params: self._rpc.call(f"{self._noun}.{verb}", **params)


class Rpc:
    def __init__(self, path, timeout: float = 30):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(timeout)
        self.sock.connect(str(path))
        self.buffer = b""
        self.notifications: list[dict] = []
        self.last_id = 0

    def close(self) -> None:
        self.sock.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __getattr__(self, noun: str):
        return _Noun(self, noun)

    # --- lines
    def send_line(self, line: bytes) -> None:
        self.sock.sendall(line + b"\n")

    def read_line(self) -> dict:
        while b"\n" not in self.buffer:
            chunk = self.sock.recv(65536)
            if not chunk:
                raise ConnectionError("the daemon closed the connection")
            self.buffer += chunk
        line, self.buffer = self.buffer.split(b"\n", 1)
        return json.loads(line)

    # --- calls
    def start(self, method: str, **params) -> int:
        """Sends a call without waiting; the answer is fetched with finish(id)."""
        self.last_id += 1
        call = {"jsonrpc": "2.0", "id": self.last_id, "method": method, "params": params}
        self.send_line(json.dumps(call).encode())
        return self.last_id

    def finish(self, call_id: int):
        while True:
            message = self.read_line()
            if "method" in message:
                self.notifications.append(message["params"])
            elif message.get("id") == call_id:
                if "error" in message:
                    raise RpcError(message["error"])
                return message["result"]

    def call(self, method: str, **params):
        return self.finish(self.start(method, **params))

    # --- events
    def next_event(self) -> dict:
        while not self.notifications:
            message = self.read_line()
            if message.get("method") == "event":
                self.notifications.append(message["params"])
        return self.notifications.pop(0)

    def wait_event(self, event: str, session: str | None = None) -> dict:
        """The next event of that type (and session name); earlier others are dropped."""
        while True:
            found = self.next_event()
            if found["event"] == event and session in (None, found["sessionName"]):
                return found
