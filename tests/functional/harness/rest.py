"""A client of the REST listener that sends exactly what a test says, and one for everyday calls."""

import json
import socket
import ssl


class Answer:
    def __init__(self, status: int, headers: list[tuple[str, str]], body: bytes):
        self.status, self.headers, self.body = status, headers, body

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def json(self):
        return json.loads(self.body)

    @property
    def code(self) -> str:
        return self.json()["code"]

    @property
    def pointers(self) -> set[str]:
        return {entry["pointer"] for entry in self.json().get("errors", [])}

    def __repr__(self):
        return f"{self.status} {self.body[:300]!r}"


class Wire:
    """One connection, byte by byte."""

    def __init__(self, port: int, context: ssl.SSLContext | None = None, timeout: float = 30):
        self.sock = socket.create_connection(("127.0.0.1", port), timeout)
        if context:
            self.sock = context.wrap_socket(self.sock, server_hostname="localhost")
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.sock.close()

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def _fill(self) -> bool:
        data = self.sock.recv(65536)
        self.buffer += data
        return bool(data)

    def read_until(self, mark: bytes) -> bytes:
        while mark not in self.buffer:
            if not self._fill():
                raise ConnectionError("closed by the daemon")
        found, self.buffer = self.buffer.split(mark, 1)
        return found

    def read_exactly(self, count: int) -> bytes:
        while len(self.buffer) < count:
            if not self._fill():
                raise ConnectionError("closed by the daemon")
        found, self.buffer = self.buffer[:count], self.buffer[count:]
        return found

    def head(self) -> Answer:
        lines = self.read_until(b"\r\n\r\n").decode().split("\r\n")
        version, status, _ = lines[0].split(" ", 2)
        assert version == "HTTP/1.1"
        return Answer(int(status), [tuple(line.split(": ", 1)) for line in lines[1:]], b"")

    def answer(self, head_only: bool = False) -> Answer:
        out = self.head()
        if not head_only and out.status not in (100, 204):
            out.body = self.read_exactly(int(out.header("Content-Length")))
        return out

    def closed(self) -> bool:
        """Waits for the end of the connection; whatever still comes is ignored."""
        try:
            while self._fill():
                pass
        except ConnectionError:
            pass
        return True

    def chunk(self) -> bytes:
        size = int(self.read_until(b"\r\n"), 16)
        data = self.read_exactly(size)
        assert self.read_exactly(2) == b"\r\n"
        return data


class Rest:
    """Calls with a key, each on a connection of its own."""

    def __init__(self, port: int, key: str | None, context: ssl.SSLContext | None = None):
        self.port, self.key, self.context = port, key, context

    def wire(self, timeout: float = 30) -> Wire:
        return Wire(self.port, self.context, timeout)

    def call(self, method: str, path: str, body=None, headers: dict | None = None, raw: bytes | None = None) -> Answer:
        data = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        fields = {"Host": "localhost", "Connection": "close"}
        if self.key is not None:
            fields["X-API-Key"] = self.key
        if data:
            fields["Content-Type"] = "application/json"
        if data or method in ("POST", "PATCH", "PUT"):
            fields["Content-Length"] = str(len(data))
        fields.update(headers or {})
        head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in fields.items() if v is not None)
        with self.wire() as wire:
            wire.send(head.encode("latin-1") + b"\r\n" + data)
            return wire.answer(head_only=method == "HEAD")

    def get(self, path, **more):
        return self.call("GET", path, **more)

    def post(self, path, body=None, **more):
        return self.call("POST", path, body, **more)

    def patch(self, path, body=None, **more):
        return self.call("PATCH", path, body, **more)

    def delete(self, path, **more):
        return self.call("DELETE", path, **more)


class Stream:
    """A Server-Sent Events stream."""

    def __init__(self, rest: Rest, path: str = "/api/events", headers: dict | None = None):
        self.wire = rest.wire()
        fields = {"Host": "localhost", "X-API-Key": rest.key, **(headers or {})}
        head = f"GET {path} HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in fields.items())
        self.wire.send(head.encode() + b"\r\n")
        self.answer = self.wire.head()
        if self.answer.status != 200:
            self.answer.body = self.wire.read_exactly(int(self.answer.header("Content-Length")))
        self.text = ""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.wire.sock.close()

    def block(self) -> dict[str, str] | None:
        """The next block of fields; nothing at the end of the stream."""
        while "\n\n" not in self.text:
            data = self.wire.chunk()
            if not data:
                return None
            self.text += data.decode()
        block, self.text = self.text.split("\n\n", 1)
        return dict(line.split(": ", 1) for line in block.split("\n"))

    def event(self, name: str | None = None) -> dict:
        while True:
            block = self.block()
            assert block is not None, "the stream ended"
            if "event" in block and name in (None, block["event"]):
                return {"id": block.get("id"), "event": block["event"], "data": json.loads(block["data"])}
