"""A scripted daemon: a Unix socket that answers JSON-RPC as a test tells it, for tests of the command line.

Answers are given per method, as a value, a JSON-RPC error made by error(), or a function of the params and the
Connection, which may send events or raw bytes first and return one of the former. SILENT answers nothing.
"""

import json
import os
import socket
import threading

SILENT = object()
CLOSE = object()


class RpcError(Exception):
    """An answer of the error kind."""

    def __init__(self, code: int, data: dict | None, message: str):
        super().__init__(message)
        self.body = {"code": code, "message": message, **({"data": data} if data is not None else {})}


def error(name: str, rpc_code: int, detail: str, remedy: str = "Do it right.", **more) -> RpcError:
    return RpcError(rpc_code, {
        "type": "urn:wasphere:error:" + name.lower().replace("_", "-"), "title": "t", "status": 400, "detail": detail,
        "code": name, "remedy": remedy, "requestId": "req_1", **more,
    }, detail)


def session(name: str = "support", **more) -> dict:
    return {
        "id": f"sess_{name}", "name": name, "description": None, "status": "connecting", "statusDetail": "awaiting_qr",
        "statusReason": None, "phoneNumber": None, "connectedAt": None, "lastSeenAt": None,
        "createdAt": "2026-05-25T08:00:00.000Z", "jid": None, "lid": None, "pushName": None, "msgDelayMinMs": 1000,
        "msgDelayMaxMs": 3000, "typingSimulation": True, "rateLimitPerMin": 20, "autoReadOnReceive": False,
        "receiveEnabled": True, "reconnect": {"attempt": 0, "maxAttempts": 5, "nextAttemptAt": None}, "ban": None,
        "qrCode": None, "qrString": None, "expiresAt": None, **more,
    }


def connected(name: str = "support", number: str = "+447700900124", **more) -> dict:
    facts = {"status": "connected", "statusDetail": "online", "phoneNumber": number,
             "jid": number.strip("+") + ":1@s.whatsapp.net", "lastSeenAt": "2026-05-25T10:30:00.000Z"}
    return session(name, **{**facts, **more})


class Connection:
    """One client: what it asked, and a way to send it something."""

    def __init__(self, daemon: "FakeDaemon", sock: socket.socket):
        self.daemon, self.sock = daemon, sock
        self.subscribed: dict | None = None
        self.lock = threading.Lock()

    def send(self, message: dict | str | bytes) -> None:
        if isinstance(message, dict):
            message = json.dumps(message, ensure_ascii=False)
        raw = message if isinstance(message, bytes) else message.encode() + b"\n"
        with self.lock:
            try:
                self.sock.sendall(raw)
            except OSError:
                pass  # the client has gone; the test sees that by its exit code

    def event(self, event: str, name: str | None = "support", /, *, seq: int | None = None, at: str | None = None,
              **data) -> None:
        self.daemon.seq = seq if seq is not None else self.daemon.seq + 1
        self.send({"jsonrpc": "2.0", "method": "event", "params": {
            "subscription": "sub_1", "seq": self.daemon.seq, "eventId": f"evt_{self.daemon.seq}", "event": event,
            "sessionId": f"sess_{name}" if name else None, "sessionName": name,
            "timestamp": at or "2026-05-25T10:00:00.000Z", "data": data,
        }})

    def close(self) -> None:
        try:
            self.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.sock.close()


class FakeDaemon:
    def __init__(self, path, **answers):
        """Methods as keywords, with _ for the dot: session_create=…"""
        self.path = str(path)
        self.answers = {key.replace("_", ".", 1): value for key, value in answers.items()}
        self.answers.setdefault("event.subscribe", self.subscribe)
        self.calls: list[tuple[str, dict]] = []
        self.answered: list[tuple[str, dict]] = []
        self.connections: list[Connection] = []
        self.changed = threading.Condition()
        self.seq = 0
        self.listener: socket.socket | None = None

    def subscribe(self, params: dict, connection: Connection):
        connection.subscribed = params
        return {"subscription": "sub_1", "seq": params.get("after", self.seq)}

    def __enter__(self) -> "FakeDaemon":
        self.start()
        return self

    def __exit__(self, *_) -> None:
        self.stop()

    def start(self) -> None:
        if os.path.exists(self.path):
            os.unlink(self.path)
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(self.path)
        self.listener.listen()
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def stop(self) -> None:
        """Hangs up on everybody and leaves no socket behind."""
        if self.listener is None:
            return
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.listener = None
        os.unlink(self.path)
        for connection in self.connections:
            connection.close()
        self.connections.clear()

    def wait_call(self, method: str, count: int = 1, timeout: float = 20) -> dict:
        """The params of the count-th call of the method, once it has been answered."""
        def made():
            return [params for name, params in self.answered if name == method]

        with self.changed:
            if not self.changed.wait_for(lambda: len(made()) >= count, timeout):
                raise AssertionError(f"no call {method}; there were {[name for name, _ in self.calls]}")
            return made()[count - 1]

    @property
    def client(self) -> Connection:
        """The latest client."""
        return self.connections[-1]

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            connection = Connection(self, sock)
            self.connections.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: Connection) -> None:
        try:
            with connection.sock.makefile("rb") as lines:
                for line in lines:
                    self._answer(connection, json.loads(line))
        except (OSError, ValueError):
            pass  # hung up, by either side

    def _answer(self, connection: Connection, request: dict) -> None:
        method, params = request["method"], request["params"]
        reply = self._reply(method, params, connection)
        self.calls.append((method, params))  # before the answer: a client that has it may end, and its test looks here
        if reply is CLOSE:
            connection.close()
        elif isinstance(reply, RpcError):
            connection.send({"jsonrpc": "2.0", "id": request["id"], "error": reply.body})
        elif reply is not SILENT:
            connection.send({"jsonrpc": "2.0", "id": request["id"], "result": reply})
        with self.changed:
            self.answered.append((method, params))
            self.changed.notify_all()

    def _reply(self, method: str, params: dict, connection: Connection):
        answer = self.answers.get(method)
        if answer is None:
            return error("UNKNOWN_METHOD", -32601, f"There is no operation {method}.")
        return answer(params, connection) if callable(answer) else answer
