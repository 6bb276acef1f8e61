"""Requests over kept connections, from processes of their own: rest_load.py PORT KEY CONNECTIONS SECONDS (get PATH |
post PATH BODY). Prints one JSON object."""

import json
import socket
import sys
import threading
import time


def run(port: int, request: bytes, seconds: float, times: list[float]) -> None:
    sock = socket.create_connection(("127.0.0.1", port))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    end = time.perf_counter() + seconds
    buffer = b""
    while (begun := time.perf_counter()) < end:
        sock.sendall(request)
        while b"\r\n\r\n" not in buffer:
            buffer += sock.recv(262144)
        head, buffer = buffer.split(b"\r\n\r\n", 1)
        assert b" 20" in head.split(b"\r\n", 1)[0], head
        lower = head.lower()
        at = lower.index(b"content-length:") + 15
        length = int(lower[at:].split(b"\r\n", 1)[0])
        while len(buffer) < length:
            buffer += sock.recv(262144)
        buffer = buffer[length:]
        times.append(time.perf_counter() - begun)


def main() -> None:
    port, key, connections, seconds, verb, path = sys.argv[1:7]
    body = sys.argv[7].encode() if verb == "post" else b""
    head = f"{verb.upper()} {path} HTTP/1.1\r\nHost: a\r\nX-API-Key: {key}\r\nPrefer: respond-async\r\n"
    if body:
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    request = head.encode() + b"\r\n" + body
    times: list[list[float]] = [[] for _ in range(int(connections))]
    threads = [threading.Thread(target=run, args=(int(port), request, float(seconds), mine)) for mine in times]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent = time.perf_counter() - begun
    every = sorted(t for mine in times for t in mine)
    print(json.dumps({"rps": len(every) / spent, "p50": every[len(every) // 2] * 1000, "p99": every[int(len(every) * .99)] * 1000}))


main()
