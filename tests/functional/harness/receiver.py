"""A webhook receiver that behaves as a test wants: answers, hangs, redirects, dies and comes back."""

import http.server
import json
import threading
import time


class Receiver:
    """mode: a status code, "hang" (answers only when released), or a function of the request."""

    def __init__(self, port: int = 0):
        self.requests: list[dict] = []  # of all its lives, in the order of arrival
        self.changed = threading.Condition()
        self.mode = 200
        self.headers: dict[str, str] = {}
        self.released = threading.Event()
        self.port = port
        self.start()

    def start(self) -> None:
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 30

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                request = {"path": self.path, "headers": dict(self.headers.items()), "body": body, "time": time.time(),
                           "json": json.loads(body), "delivery": self.headers["X-WaSphere-Delivery-Id"]}
                mode = receiver.mode(request) if callable(receiver.mode) else receiver.mode
                if mode == "hang":
                    receiver.released.wait(30)
                    mode = 200
                request["answer"] = mode
                with receiver.changed:
                    receiver.requests.append(request)
                    receiver.changed.notify_all()
                self.send_response(mode)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            allow_reuse_address = True

            def handle_error(self, *_):
                pass  # the daemon was killed, or gave up waiting

        self.server = Server(("127.0.0.1", self.port), Handler)
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/hook"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def kill(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def accepted(self) -> list[dict]:
        return [r for r in self.requests if 200 <= r["answer"] < 300]

    def wait(self, condition, timeout: float = 30, step=None) -> None:
        """Until `condition(requests)`; `step` is called now and then meanwhile."""
        end = time.monotonic() + timeout
        while True:
            with self.changed:
                if self.changed.wait_for(lambda: condition(self.requests), 0.2 if step else timeout):
                    return
            assert time.monotonic() < end, f"time ran out with {len(self.requests)} requests"
            if step:
                step()
