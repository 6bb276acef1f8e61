"""The REST listener: the examples of the user's page, and HTTP as clients speak it."""

import json
import os
import pathlib
import re
import shutil
import signal
import socket
import ssl
import subprocess

import pytest
from harness.programs import BIN, REST, Daemon, Program
from harness.rest import Rest
from rest_fixtures import rest, rest_daemon  # noqa: F401

POLL = """
const [base, key] = process.argv.slice(2);
const headers = { 'X-API-Key': key, 'Content-Type': 'application/json' };
const created = await fetch(`${base}/api/sessions`, {
  method: 'POST', headers, body: JSON.stringify({ name: 'support', description: 'Customer support line' }),
}).then((response) => response.json());
console.log(JSON.stringify(created));
let session;
do {
  await new Promise((resolve) => setTimeout(resolve, 200));
  session = await fetch(`${base}/api/sessions/${created.id}`, { headers }).then((response) => response.json());
} while (session.status !== 'connected');
console.log(JSON.stringify(session));
"""


def curl(daemon, key: str, *args) -> tuple[int, dict]:
    done = subprocess.run(
        ["curl", "-sS", "-w", "\n%{http_code}", "-H", f"X-API-Key: {key}", *args[:-1],
         f"http://127.0.0.1:{daemon.rest_port()}{args[-1]}"], capture_output=True, text=True, check=True, timeout=60)
    body, status = done.stdout.rsplit("\n", 1)
    return int(status), json.loads(body)


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_the_examples_run_with_curl(rest_daemon, sandbox):
    key = rest_daemon.rest().key
    json_type = ("-H", "Content-Type: application/json")
    status, made = curl(rest_daemon, key, "-X", "POST", *json_type, "-d",
                        '{"name":"support","description":"Customer support line"}', "/api/sessions")
    assert status == 201
    assert re.fullmatch(r"sess_[a-z2-7]{26}", made["id"])
    assert (made["name"], made["status"]) == ("support", "connecting")
    assert made["qrCode"].startswith("data:image/png;base64,iVBOR")

    status, shown = curl(rest_daemon, key, f"/api/sessions/{made['id']}")
    assert status == 200 and shown["status"] == "connecting" and shown["phoneNumber"] is None
    assert curl(rest_daemon, key, "/api/sessions/support")[1]["id"] == made["id"]

    status, qr = curl(rest_daemon, key, "-X", "POST", f"/api/sessions/{made['id']}/qr")
    assert status == 200 and qr["id"] == made["id"]
    assert qr["qrCode"].startswith("data:image/png;base64,") and qr["expiresAt"].endswith("Z")

    phone = sandbox.phone("+447700900123")
    with rest_daemon.rpc() as rpc:
        rpc.event.subscribe(events=["session.connected"])
        sandbox.rpc.phone.scan(phone=phone["phoneNumber"], qr=qr["qrString"])
        rpc.wait_event("session.connected", "support")
    shown = curl(rest_daemon, key, f"/api/sessions/{made['id']}")[1]
    assert (shown["status"], shown["phoneNumber"]) == ("connected", "+447700900123")
    assert shown["connectedAt"] and shown["qrCode"] is None

    status, changed = curl(rest_daemon, key, "-X", "PATCH", *json_type, "-d",
                           '{"msgDelayMinMs":1000,"msgDelayMaxMs":3000,"typingSimulation":true,"rateLimitPerMin":20}',
                           f"/api/sessions/{made['id']}")
    assert status == 200 and changed["rateLimitPerMin"] == 20

    status, listed = curl(rest_daemon, key, "/api/sessions")
    assert status == 200 and listed["total"] == 1 and listed["sessions"][0]["id"] == made["id"]
    assert curl(rest_daemon, key, "-X", "POST", f"/api/sessions/{made['id']}/disconnect")[1]["status"] == "disconnected"
    assert curl(rest_daemon, key, "-X", "POST", f"/api/sessions/{made['id']}/reconnect")[0] == 202
    status, gone = curl(rest_daemon, key, "-X", "DELETE", f"/api/sessions/{made['id']}")
    assert status == 200 and gone["deleted"] is True
    assert curl(rest_daemon, key, f"/api/sessions/{made['id']}")[0] == 404


@pytest.mark.skipif(not shutil.which("node"), reason="Node is not installed")
def test_a_page_that_polls_reaches_connected(rest_daemon, sandbox, directory):
    script = directory / "poll.mjs"
    script.write_text(POLL)
    key = rest_daemon.rest().key
    base = f"http://127.0.0.1:{rest_daemon.rest_port()}"
    page = subprocess.Popen(["node", script, base, key], stdout=subprocess.PIPE, text=True)
    created = json.loads(page.stdout.readline())
    phone = sandbox.phone()
    sandbox.rpc.phone.scan(phone=phone["phoneNumber"], qr=created["qrString"])
    connected = json.loads(page.stdout.readline())
    assert page.wait(30) == 0
    assert (connected["status"], connected["phoneNumber"]) == ("connected", phone["phoneNumber"])


def test_every_answer_has_its_headers(rest):
    answer = rest.get("/api/sessions", headers={"X-Request-Id": "my-id.1"})
    assert answer.status == 200
    assert answer.header("X-Request-Id") == "my-id.1"
    for name, value in {"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Cache-Control": "no-store",
                        "Referrer-Policy": "no-referrer", "Content-Type": "application/json"}.items():
        assert answer.header(name) == value
    assert answer.header("Access-Control-Allow-Origin") is None
    made = rest.get("/api/sessions", headers={"X-Request-Id": "bad id\tx"})
    assert made.header("X-Request-Id").startswith("req_")


def test_a_connection_is_kept_and_requests_may_be_sent_ahead(rest):
    one = f"GET /api/sessions HTTP/1.1\r\nHost: a\r\nX-API-Key: {rest.key}\r\n\r\n".encode()
    body = b'{"name":"x"}'
    two = (f"POST /api/keys HTTP/1.1\r\nHost: a\r\nX-API-Key: {rest.key}\r\nContent-Length: {len(body)}\r\n\r\n"
           ).encode() + body
    with rest.wire() as wire:
        wire.send(one + two + one)
        assert [wire.answer().status for _ in range(3)] == [200, 400, 200]
        wire.send(one)
        assert wire.answer().status == 200


def test_bodies_may_be_chunked_and_announced(rest):
    head = f"POST /api/sessions/none/qr HTTP/1.1\r\nHost: a\r\nX-API-Key: {rest.key}\r\n"
    with rest.wire() as wire:
        wire.send((head + "Transfer-Encoding: chunked\r\n\r\n").encode())
        wire.send(b"1\r\n{\r\n1\r\n}\r\n0\r\n\r\n")
        assert wire.answer().code == "SESSION_NOT_FOUND"
        wire.send((head + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n").encode())
        assert wire.answer().status == 100
        wire.send(b"{}")
        assert wire.answer().code == "SESSION_NOT_FOUND"
        # Who is refused anyway is told before the body.
        wire.send((head.replace(rest.key, "wsk_x") + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n").encode())
        assert wire.answer().status == 401
        assert wire.closed()


def test_head_and_old_clients(rest):
    with rest.wire() as wire:
        wire.send(f"HEAD /api/sessions HTTP/1.1\r\nHost: a\r\nX-API-Key: {rest.key}\r\n\r\n".encode())
        assert int(wire.answer(head_only=True).header("Content-Length")) > 0
        wire.send(f"GET /api/sessions HTTP/1.0\r\nX-API-Key: {rest.key}\r\n\r\n".encode())
        answer = wire.answer()
        assert (answer.status, answer.header("Connection")) == (200, "close")
        assert wire.closed()


def test_health_needs_no_key(rest_daemon):
    stranger = Rest(rest_daemon.rest_port(), None)
    assert stranger.get("/api/health/live").json() == {"status": "ok"}
    ready = stranger.get("/api/health/ready")
    assert (ready.status, ready.json()["status"]) == (200, "ready")
    assert stranger.get("/api/health").status == 401
    health = rest_daemon.rest(["sessions:read"]).get("/api/health").json()
    assert health["status"] == "ok" and health["memory"]["rss"] > 0 and health["whatsapp"]["totalSessions"] == 0


def test_metrics_are_for_prometheus(rest_daemon):
    stranger = Rest(rest_daemon.rest_port(), None)
    answer = stranger.get("/api/metrics")  # from this host
    assert answer.status == 200 and answer.header("Content-Type").startswith("text/plain")
    text = answer.body.decode()
    for name in ("wasphere_sessions", "wasphere_webhook_dead_letters", "wasphere_webhook_lag_seconds",
                 "wasphere_events_total", "wasphere_store_seconds", "wasphere_memory_bytes",
                 "wasphere_http_requests_total"):
        assert re.search(rf"^# TYPE {name} (gauge|counter)$", text, re.M), name
    for line in text.splitlines():
        assert line.startswith("# ") or re.fullmatch(r'[a-z_]+(\{[a-z]+="[^"]*"\})? \S+', line), line
    assert rest_daemon.rest(["sessions:read"]).get("/api/metrics").status == 403
    assert 'status="connected"' in rest_daemon.cli("daemon", "metrics").stdout


def test_changes_and_refusals_are_audited(rest_daemon):
    admin = rest_daemon.rest()
    reader = rest_daemon.rest(["sessions:read"])
    made = admin.post("/api/sessions", {"name": "support"}).json()
    assert reader.delete("/api/sessions/support").status == 403
    assert reader.get("/api/sessions").status == 200
    rest_daemon.rpc().session.update(session="support", description="x")
    page = admin.get(f"/api/audit?sessionId={made['id']}").json()
    assert [(row["method"], row["rpcMethod"], row["statusCode"]) for row in page["items"]] == [
        ("RPC", "session.update", 200), ("POST", "session.create", 201)]
    assert page["items"][1]["actor"]["prefix"] == admin.key[:16]
    assert page["items"][0]["actor"]["type"] == "local"
    refused = admin.get("/api/audit?statusCode=403").json()["items"]
    assert [(row["method"], row["endpoint"], row["actor"]["prefix"]) for row in refused] == [
        ("DELETE", "/api/sessions/support", reader.key[:16])]
    assert admin.get("/api/audit?pageSize=1&page=2").json()["items"][0]["id"] != page["items"][0]["id"]
    assert admin.get("/api/audit?from=2030-01-01T00:00:00Z&to=2029-01-01T00:00:00Z").pointers == {"/to"}
    rest_daemon.kill()
    rest_daemon.start()
    assert rest_daemon.rest().get(f"/api/audit?sessionId={made['id']}").json()["total"] >= 2
    assert "session.create" in rest_daemon.cli("audit", "list").stdout


def test_running_requests_are_finished_when_the_daemon_stops(directory):
    """A session that gets no QR holds its answer; the stop ends it, and the client is told."""
    mute = socket.create_server(("127.0.0.1", 0))
    daemon = Daemon(directory, None, *REST, "--set", f"network.url=ws://127.0.0.1:{mute.getsockname()[1]}/ws/chat", "--set",
                    "network.noise_root=" + "5f" * 32)
    rest = daemon.rest()
    body = b'{"name":"held"}'
    with rest.wire() as busy, rest.wire() as idle:
        busy.send(f"POST /api/sessions HTTP/1.1\r\nHost: a\r\nX-API-Key: {rest.key}\r\nContent-Length: {len(body)}\r\n\r\n"
                  .encode() + body)
        with daemon.rpc() as rpc:
            rpc.event.subscribe(after=0)
            rpc.wait_event("session.created", "held")
        daemon.program.process.send_signal(signal.SIGTERM)
        answer = busy.answer()
        assert answer.status in (201, 503) and answer.header("Connection") == "close"
        assert idle.closed()
    assert daemon.program.wait() == 0, daemon.program.log()


def certificate(directory: pathlib.Path) -> tuple[pathlib.Path, pathlib.Path]:
    cert, key = directory / "cert.pem", directory / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                    "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-out", cert, "-keyout", key],
                   check=True, capture_output=True)
    return cert, key


def test_tls_in_process(directory, sandbox):
    cert, key = certificate(directory)
    daemon = Daemon(directory, sandbox, *REST, "--set", f"rest.tls_cert={cert}", "--set", f"rest.tls_key={key}")
    context = ssl.create_default_context(cafile=cert)
    rest = daemon.rest(context=context)
    answer = rest.get("/api/sessions")
    assert answer.status == 200 and answer.header("Strict-Transport-Security")
    # Who does not speak TLS is not answered, and disturbs nobody.
    with Rest(rest.port, rest.key).wire() as wire:
        wire.send(b"GET / HTTP/1.1\r\n\r\n")
        assert wire.closed()
    assert rest.get("/api/sessions").status == 200
    assert daemon.stop() == 0


def test_a_public_address_needs_tls_or_a_proxy(stopped_daemon):
    def check(*settings):
        flags = [flag for setting in settings for flag in ("--set", setting)]
        return subprocess.run(list(map(str, stopped_daemon.args(*flags, "--check-config"))), capture_output=True, text=True)

    refused = check("rest.listen=0.0.0.0:3001")
    assert refused.returncode == 78 and "rest.behind_proxy" in refused.stderr
    assert check("rest.listen=0.0.0.0:3001", "rest.behind_proxy=yes").returncode == 0
    assert check("rest.listen=127.0.0.1:3001").returncode == 0
    for bad in ("rest.listen=localhost:3001", "rest.listen=127.0.0.1", "rest.listen=127.0.0.1:99999",
                "rest.cors_origins=*", "rest.allow_ips=x", "rest.tls_cert=/x"):
        assert check(bad).returncode == 78, bad


def test_a_socket_from_the_service_manager(directory, sandbox):
    listener = socket.create_server(("127.0.0.1", 0))
    daemon = Daemon(directory, sandbox, start=False)
    os.set_inheritable(listener.fileno(), True)
    launch = ("import os,sys; os.dup2(int(sys.argv[1]), 3); os.environ.update(LISTEN_PID=str(os.getpid()),"
              " LISTEN_FDS='1', LISTEN_FDNAMES='http'); os.execv(sys.argv[2], sys.argv[2:])")
    args = ["/usr/bin/python3", "-c", launch, str(listener.fileno()), *map(str, daemon.args())]
    program = subprocess.Popen(args, pass_fds=[listener.fileno()], stderr=subprocess.PIPE, text=True)
    try:
        port = listener.getsockname()[1]
        assert Rest(port, None).get("/api/health/live").status == 200
    finally:
        program.send_signal(signal.SIGTERM)
        assert program.wait(30) == 0, program.stderr.read()


def test_browsers_of_listed_origins_only(directory, sandbox):
    daemon = Daemon(directory, sandbox, *REST, "--set", "rest.cors_origins=https://app.example")
    rest = daemon.rest()
    preflight = {"Origin": "https://app.example", "Access-Control-Request-Method": "POST"}
    allowed = Rest(rest.port, None).call("OPTIONS", "/api/sessions", headers=preflight)
    assert allowed.status == 204 and "X-API-Key" in allowed.header("Access-Control-Allow-Headers")
    seen = rest.get("/api/sessions", headers={"Origin": "https://app.example"})
    assert seen.header("Access-Control-Allow-Origin") == "https://app.example"
    other = rest.call("OPTIONS", "/api/sessions", headers={**preflight, "Origin": "https://evil.example"})
    assert other.status == 405 and other.header("Access-Control-Allow-Origin") is None
    assert daemon.stop() == 0


def test_only_listed_addresses_behind_a_trusted_proxy(directory, sandbox):
    daemon = Daemon(directory, sandbox, *REST, "--set", "rest.behind_proxy=yes", "--set", "rest.allow_ips=203.0.113.0/24")
    rest = daemon.rest()
    assert rest.get("/api/sessions", headers={"X-Forwarded-For": "203.0.113.9"}).status == 200
    forged = rest.get("/api/sessions", headers={"X-Forwarded-For": "203.0.113.9, 198.51.100.1"})
    assert (forged.status, forged.code) == (403, "FORBIDDEN_IP")
    assert rest.get("/api/sessions").status == 403
    assert Rest(rest.port, None).get("/api/health/live").status == 200
    # Behind a proxy nobody is local.
    assert Rest(rest.port, None).get("/api/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status == 401
    assert daemon.stop() == 0


def test_requests_are_limited_by_key_and_by_address(directory, sandbox):
    daemon = Daemon(directory, sandbox, "--set", "rest.listen=127.0.0.1:0", "--set", "rest.rate_per_key=3", "--set",
                    "rest.rate_per_address=20")
    rest = daemon.rest()
    assert [rest.get("/api/sessions").header("X-RateLimit-Remaining") for _ in range(3)] == ["2", "1", "0"]
    answer = rest.get("/api/sessions")
    assert (answer.status, answer.code) == (429, "RATE_LIMITED")
    assert 0 < int(answer.header("Retry-After")) <= 60
    other = daemon.rest()
    assert other.get("/api/sessions").status == 200
    while other.get("/api/health/live").status == 200:
        pass
    assert other.get("/api/health/live").code == "RATE_LIMITED"
    daemon.rpc().debug.advanceClock(advanceMs=60_000)
    assert rest.get("/api/sessions").status == 200
    assert daemon.stop() == 0


def test_it_is_off_by_default(daemon):
    assert "REST is answered" not in daemon.program.log()
