"""Requests over kept connections, each sent when the one before was answered. usage:
rest_load.py PORT KEY CONNECTIONS SECONDS METHOD PATH [BODY...]; the bodies are taken in turn. Prints one JSON object;
ends with an error at the first answer that is not 2xx."""

import itertools
import json
import re
import selectors
import socket
import sys
import time

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


def requests(key: str, method: str, path: str, bodies: list[str]) -> list[bytes]:
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nX-API-Key: {key}\r\n"
    if not bodies:
        return [f"{head}\r\n".encode()]
    head += "Prefer: respond-async\r\nContent-Type: application/json\r\n"
    return [f"{head}Content-Length: {len(body.encode())}\r\n\r\n{body}".encode() for body in bodies]


class Client:
    def __init__(self, port: int, selector: selectors.BaseSelector):
        self.sock = socket.create_connection(("127.0.0.1", port))
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(self.sock, selectors.EVENT_READ, self)

    def ask(self, request: bytes) -> None:
        self.received, self.wanted, self.begun = bytearray(), 0, time.perf_counter()
        self.sock.sendall(request)

    def answered(self) -> bool:
        """Takes what has come; true once it is a whole answer."""
        data = self.sock.recv(262144)
        if not data:
            raise SystemExit("the server closed a connection")
        self.received += data
        end = 0 if self.wanted else self.received.find(b"\r\n\r\n") + 4
        if end >= 4:
            self.wanted = end + int(LENGTH.search(self.received, 0, end).group(1))
        if not self.wanted or len(self.received) < self.wanted:
            return False
        if self.received[9:10] != b"2":
            raise SystemExit("not accepted: " + self.received.decode(errors="replace"))
        return True


def load(port: int, connections: int, seconds: float, texts: list[bytes]) -> list[float]:
    selector, turn, times = selectors.DefaultSelector(), itertools.cycle(texts), []
    for client in [Client(port, selector) for _ in range(connections)]:
        client.ask(next(turn))
    end, busy = time.perf_counter() + seconds, connections
    while busy:
        for ready, _ in selector.select():
            if not ready.data.answered():
                continue
            now = time.perf_counter()
            times.append(now - ready.data.begun)
            if now < end:
                ready.data.ask(next(turn))
            else:
                busy -= 1
    return times


def main() -> None:
    port, key, connections, seconds, method, path, *bodies = sys.argv[1:]
    begun = time.perf_counter()
    times = sorted(load(int(port), int(connections), float(seconds), requests(key, method, path, bodies)))
    spent = time.perf_counter() - begun
    print(json.dumps({"count": len(times), "rps": len(times) / spent, "p50": times[len(times) // 2] * 1000,
                      "p99": times[int(len(times) * .99)] * 1000}))


main()
