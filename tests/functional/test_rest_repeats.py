"""Idempotency-Key on everything that is a POST and no send: the first answer comes again, also from the next daemon."""

import json
import socket

from harness.programs import REST, Daemon
from harness.rest import Rest
from rest_fixtures import rest, rest_daemon  # noqa: F401

DAY_MS = 24 * 3600 * 1000


def once(rest, path, body, key="k-1"):
    return rest.post(path, body, headers={"Idempotency-Key": key})


def is_replay(answer) -> bool:
    return answer.header("Idempotent-Replay") == "true"


def test_a_session_is_created_once_also_over_a_crash(rest_daemon, rest):
    first = once(rest, "/api/sessions", {"name": "support", "description": "x"})
    assert first.status == 201 and not is_replay(first)
    again = once(rest, "/api/sessions", {"description": "x", "name": "support"})
    assert (again.status, again.body, is_replay(again)) == (201, first.body, True)
    assert again.header("X-Request-Id") != first.header("X-Request-Id")
    rest_daemon.kill()
    rest_daemon.start()
    rest = Rest(rest_daemon.rest_port(), rest.key)
    after = once(rest, "/api/sessions", {"name": "support", "description": "x"})
    assert (after.status, after.body, is_replay(after)) == (201, first.body, True)
    assert rest.get("/api/sessions").json()["total"] == 1
    assert [row["statusCode"] for row in rest.get("/api/audit?method=POST").json()["items"]] == [201, 201, 201]


def test_another_request_under_the_same_key_is_refused(rest):
    assert once(rest, "/api/sessions", {"name": "one"}).status == 201
    for path, body in (("/api/sessions", {"name": "two"}), ("/api/sessions", {"name": "one", "description": ""}),
                       ("/api/keys", {"name": "one", "permissions": ["*"]}), ("/api/sessions/one/disconnect", {})):
        answer = once(rest, path, body)
        assert (answer.status, answer.code) == (422, "IDEMPOTENCY_MISMATCH"), path
    assert rest.get("/api/sessions").json()["total"] == 1


def test_keys_of_others_are_others(rest_daemon, rest):
    assert once(rest, "/api/sessions", {"name": "one"}).status == 201
    assert once(rest_daemon.rest(), "/api/sessions", {"name": "two"}).status == 201


def test_a_secret_that_is_shown_once_is_replayed_and_sealed(directory, sandbox):
    daemon = Daemon(directory, sandbox, *REST, "--set", "ssrf.allow_cidrs=127.0.0.1")
    rest = daemon.rest()
    made = once(rest, "/api/keys", {"name": "app", "permissions": ["sessions:read"]}, "key").json()
    hook = once(rest, "/api/webhooks", {"url": "http://127.0.0.1:9/", "events": ["*"]}, "hook").json()
    rotated = once(rest, f"/api/webhooks/{hook['id']}/rotate-secret", {}, "rotate").json()
    daemon.restart()
    rest = Rest(daemon.rest_port(), rest.key)
    assert once(rest, "/api/keys", {"name": "app", "permissions": ["sessions:read"]}, "key").json() == made
    assert once(rest, "/api/webhooks", {"url": "http://127.0.0.1:9/", "events": ["*"]}, "hook").json() == hook
    assert once(rest, f"/api/webhooks/{hook['id']}/rotate-secret", {}, "rotate").json() == rotated
    assert len(rest.get("/api/keys").json()["items"]) == 2 and len(rest.get("/api/webhooks").json()["items"]) == 1
    assert Rest(rest.port, made["key"]).get("/api/sessions").status == 200
    assert daemon.stop() == 0
    stored = b"".join(file.read_bytes() for file in daemon.state.glob("wasphere.db*"))
    for secret in (made["key"], hook["signingSecret"], rotated["signingSecret"]):
        assert secret.encode() not in stored


def test_a_refusal_is_not_kept(rest):
    assert once(rest, "/api/keys", {"name": "app", "permissions": ["nonsense"]}).status == 400
    assert once(rest, "/api/keys", {"name": "app", "permissions": ["*"]}).status == 201
    assert rest.post("/api/sessions", {"name": "taken"}).status == 201
    assert once(rest, "/api/sessions", {"name": "taken"}, "k-2").code == "SESSION_EXISTS"
    assert rest.delete("/api/sessions/taken").status == 200
    free = once(rest, "/api/sessions", {"name": "taken"}, "k-2")
    assert free.status == 201 and not is_replay(free)


def test_bad_keys_are_refused(rest):
    for key in ("", "x" * 129, "t\tab", "\xe4"):
        answer = once(rest, "/api/sessions", {"name": "one"}, key)
        assert (answer.status, answer.pointers) == (400, {"/idempotencyKey"}), key
    assert rest.get("/api/sessions").json()["total"] == 0


def test_a_key_is_free_again_after_a_day(rest_daemon, rest):
    made = once(rest, "/api/keys", {"name": "one", "permissions": ["*"]}).json()
    rest_daemon.rpc().debug.advanceClock(advanceMs=DAY_MS)
    other = once(rest, "/api/keys", {"name": "two", "permissions": ["*"]})
    assert other.status == 201 and other.json()["id"] != made["id"]


def test_the_second_of_two_at_a_time_and_of_one_that_was_cut_off(directory):
    """A server that says nothing holds the answer to a new session; then the daemon is killed."""
    mute = socket.create_server(("127.0.0.1", 0))
    daemon = Daemon(directory, None, *REST, "--set", f"network.url=ws://127.0.0.1:{mute.getsockname()[1]}/ws/chat", "--set",
                    "network.noise_root=" + "5f" * 32)
    rest = daemon.rest()
    body = json.dumps({"name": "held"}).encode()
    with rest.wire() as busy:
        busy.send(f"POST /api/sessions HTTP/1.1\r\nHost: a\r\nX-API-Key: {rest.key}\r\nIdempotency-Key: k-1\r\n"
                  f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
        with daemon.rpc() as rpc:
            rpc.event.subscribe(after=0)
            rpc.wait_event("session.created", "held")
        second = once(rest, "/api/sessions", {"name": "held"})
        assert (second.status, second.code) == (409, "IDEMPOTENCY_IN_FLIGHT")
        daemon.kill()
    daemon.start()
    rest = Rest(daemon.rest_port(), rest.key)
    third = once(rest, "/api/sessions", {"name": "held"})
    assert (third.status, third.code) == (409, "IDEMPOTENCY_IN_FLIGHT") and "cut off" in third.json()["detail"]
    assert rest.get("/api/sessions").json()["total"] == 1
    assert daemon.stop() == 0
