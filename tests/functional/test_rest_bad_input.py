"""Everything that can be wrong about a request, for every route: the right status, a problem that names the field, and a
daemon that keeps serving."""

import json
import socket
import time

import pytest
from harness.openapi import example, operations, wrong_values
from harness.programs import REST, Daemon
from harness.rest import Rest
from rest_fixtures import rest, rest_daemon  # noqa: F401

OPERATIONS = [o for o in operations() if not o.id.startswith("documentation.")]


def check_problem(answer, status: int, *codes: str) -> dict:
    assert answer.status == status, answer
    assert answer.header("Content-Type") == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == problem["statusCode"] == status
    assert problem["code"] in codes or not codes, problem
    assert problem["code"] == problem["error"] and problem["detail"] == problem["message"]
    assert problem["requestId"] == answer.header("X-Request-Id")
    assert problem["title"] and problem["type"].startswith("urn:wasphere:error:")
    return problem


@pytest.fixture
def alive(rest_daemon):  # noqa: F811
    yield
    assert Rest(rest_daemon.rest_port(), None).get("/api/health/live").status == 200


def test_wrong_keys_for_every_route(rest_daemon, alive):
    port = rest_daemon.rest_port()
    poor = rest_daemon.rest(["audit:read"])
    for operation in OPERATIONS:
        if operation.open:
            continue
        if operation.id != "daemon.metrics":  # open to this host
            check_problem(Rest(port, None).call(operation.method, operation.url()), 401, "UNAUTHORIZED")
        if operation.id != "audit.list":
            check_problem(poor.call(operation.method, operation.url()), 403, "FORBIDDEN_SCOPE")


def test_wrong_methods_for_every_path(rest, alive):
    methods = {}
    for operation in OPERATIONS:
        methods.setdefault(operation.path, set()).add(operation.method)
    for path, known in methods.items():
        url = next(o for o in OPERATIONS if o.path == path).url()
        for method in {"GET", "POST", "PATCH", "DELETE", "PUT", "OPTIONS", "TRACE"} - known:
            answer = rest.call(method, url)
            if any(o.method == method and o.fits(url) for o in OPERATIONS):
                continue  # a word here may be the id of a message to another operation
            if method == "POST" and path.endswith("/messages/{messageId}"):
                check_problem(answer, 400)  # there stands the kind of message
                assert answer.pointers == {"/type"}
                continue
            check_problem(answer, 405, "METHOD_NOT_ALLOWED")
            assert known <= set(answer.header("Allow").split(", ")), (path, method)


def bodies(operation) -> list:
    return [o for o in [operation.body_schema()] if o is not None]


def test_wrong_bodies_for_every_route(rest, alive):
    for operation in OPERATIONS:
        if not bodies(operation):
            continue
        url = operation.url()
        cases = [(b"{", 400, "INVALID_JSON"), (b'{"a":1}x', 400, "INVALID_JSON"), (b"\xff\xfe", 400, "INVALID_JSON"),
                 (b'"text"', 400, "VALIDATION_FAILED"), (b"[]", 400, "VALIDATION_FAILED"),
                 (b"[" * 40 + b"]" * 40, 400, "INVALID_JSON")]
        for raw, status, code in cases:
            check_problem(rest.call(operation.method, url, raw=raw), status, code)
        check_problem(rest.call(operation.method, url, raw=b"a=1", headers={
            "Content-Type": "application/x-www-form-urlencoded"}), 415, "UNSUPPORTED_MEDIA_TYPE")
        unknown = rest.call(operation.method, url, {"noSuchField": 1})
        check_problem(unknown, 400, "VALIDATION_FAILED")
        assert "/noSuchField" in unknown.pointers


def test_wrong_values_for_every_field(rest, alive):
    tried = 0
    for operation in OPERATIONS:
        for schema in bodies(operation):
            missing = rest.call(operation.method, operation.url(), {})
            if schema.get("required"):
                check_problem(missing, 400)
                assert {f"/{name}" for name in schema["required"]} <= missing.pointers, operation
            for name, field in schema["properties"].items():
                for value in wrong_values(field):
                    body = {**example(schema), name: value}
                    answer = rest.call(operation.method, operation.url(), body)
                    check_problem(answer, 400)
                    assert any(p == f"/{name}" or p.startswith(f"/{name}/") for p in answer.pointers), (operation, name, value, answer)
                    tried += 1
    print(f"figure bad_values {tried}")
    assert tried > 50


def test_wrong_queries_for_every_route(rest, alive):
    for operation in OPERATIONS:
        if operation.streams or bodies(operation):
            continue
        answer = rest.call(operation.method, operation.url() + "?noSuchField=1")
        check_problem(answer, 400, "VALIDATION_FAILED")
        assert "/noSuchField" in answer.pointers
        for parameter in operation.parameters("query"):
            for value in wrong_values(parameter["schema"]):
                if not isinstance(value, (int, float)) or isinstance(value, bool):
                    continue
                answer = rest.call(operation.method, f"{operation.url()}?{parameter['name']}={value}")
                if parameter["schema"].get("type") == "string":
                    continue
                check_problem(answer, 400, "VALIDATION_FAILED")


@pytest.mark.parametrize("target", [
    "/api/sessions/%2e%2e/keys", "/api/../api/keys", "/api/./keys", "/api//sessions", "//api/sessions", "/api/sessions//",
    "/api/sessions/a%00b", "/api/sessions/a%09b", "/api/sessions/a%0d%0ab", "/api/sessions/a%5cb", "/api/sessions/a\\b",
    "/api/sessions/%2f", "/api/sessions/%zz", "/api/sessions/%", "/api/sessions/%ff", "/api/sessions/%c0%ae%c0%ae",
    "/api/sessions?status=%00", "/api/sessions#x", "/" + "a" * 8200, "*", "http://me@localhost/api/sessions",
    "ftp://localhost/api/sessions", "http://localhost/api/../api/sessions", "http:///api/sessions"])
def test_tricks_with_paths(rest, alive, target):
    check_problem(rest.get(target), 400, "INVALID_REQUEST")


def test_unknown_paths_and_trailing_slashes(rest, alive):
    for path in ("/", "/api", "/nowhere", "/api/sessions/a/b/c", "/API/sessions", "/api/v2/sessions"):
        check_problem(rest.get(path), 404, "NOT_FOUND")
    for path in ("/api/sessions/", "/api/v1/sessions", "/api/sessions?", "/api/%73essions", "http://localhost/api/sessions",
                 "http://elsewhere.example:8080/api/sessions?status=connected"):
        assert rest.get(path).status == 200, path


def test_what_is_no_http(rest_daemon, rest, alive):
    for raw in (b"nonsense\r\n\r\n", b"GET / HTTP/3.0\r\n\r\n", b"GET /a\tb HTTP/1.1\r\nHost: a\r\n\r\n",
                b"GET / HTTP/1.1\r\nHost : a\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
                b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
                b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
                b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"):
        with rest.wire() as wire:
            wire.send(raw)
            check_problem(wire.answer(), 400, "INVALID_REQUEST")
            assert wire.closed()
    for head in (b"GET /api/sessions HTTP/1.1\r\n\r\n", b"GET /api/sessions HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"):
        with rest.wire() as wire:
            wire.send(head)
            check_problem(wire.answer(), 400, "INVALID_REQUEST")


def test_too_much(rest, alive):
    with rest.wire() as wire:
        wire.send(b"GET / HTTP/1.1\r\nHost: a\r\nX-Big: " + b"x" * 20_000 + b"\r\n\r\n")
        check_problem(wire.answer(), 431, "PAYLOAD_TOO_LARGE")
    many = {f"X-H{n}": "x" * 50 for n in range(400)}
    check_problem(rest.get("/api/sessions", headers=many), 431)
    big = {"name": "x" * (300 << 10)}
    check_problem(rest.post("/api/sessions", big), 413, "PAYLOAD_TOO_LARGE")
    with rest.wire() as wire:
        wire.send(f"POST /api/sessions HTTP/1.1\r\nHost: a\r\nX-API-Key: {rest.key}\r\nContent-Length: 99999999999\r\n\r\n".encode())
        check_problem(wire.answer(), 413)
        assert wire.closed()
    with rest.wire() as wire:
        wire.send(f"POST /api/sessions HTTP/1.1\r\nHost: a\r\nX-API-Key: {rest.key}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        try:
            for _ in range(8):
                wire.send(b"10000\r\n" + b"x" * 65536 + b"\r\n")
        except (BrokenPipeError, ConnectionResetError):
            pass
        check_problem(wire.answer(), 413)
    check_problem(rest.call("GET", "/api/sessions", raw=b"{}"), 400, "INVALID_REQUEST")


def test_a_client_that_is_slow_is_let_go_and_holds_up_nobody(rest_daemon, rest, alive):
    head = f"POST /api/sessions/none/qr HTTP/1.1\r\nHost: a\r\nX-API-Key: {rest.key}\r\n".encode()
    with rest.wire(60) as slow:
        begun = time.monotonic()
        slow.sock.settimeout(0.5)
        # A byte now and then does not help: the time is for the whole head.
        for byte in head:
            try:
                slow.send(bytes([byte]))
                data = slow.sock.recv(4096)
            except socket.timeout:
                assert rest.get("/api/health/live").status == 200
                assert time.monotonic() - begun < 20
                continue
            slow.buffer += data
            break
        slow.sock.settimeout(30)
        check_problem(slow.answer(), 408, "TIMED_OUT")
        assert slow.closed()


def test_silent_clients_make_room(directory, sandbox):
    daemon = Daemon(directory, sandbox, *REST, "--set", "rest.max_connections=8")
    rest = daemon.rest()
    silent = [socket.create_connection(("127.0.0.1", rest.port)) for _ in range(30)]
    assert rest.get("/api/sessions").status == 200
    for each in silent:
        each.close()
    assert daemon.stop() == 0


def test_contradictions(rest, alive):
    rest.post("/api/sessions", {"name": "support"})
    twice = rest.patch("/api/sessions/support", {"session": "sales", "description": "x"})
    check_problem(twice, 400, "VALIDATION_FAILED")
    assert twice.pointers == {"/session"}
    assert rest.patch("/api/sessions/support", {"session": "support", "description": "x"}).status == 200
    swapped = rest.patch("/api/sessions/support", {"msgDelayMinMs": 5000, "msgDelayMaxMs": 1})
    check_problem(swapped, 400, "VALIDATION_FAILED")
    assert swapped.pointers & {"/msgDelayMaxMs", "/msgDelayMinMs"}
    check_problem(rest.post("/api/sessions", {"name": "SUPPORT"}), 409, "SESSION_EXISTS")
    assert json.loads(rest.get("/api/sessions").body)["total"] == 1
