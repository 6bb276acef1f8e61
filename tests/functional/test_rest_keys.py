"""What keys may do over HTTP: scopes, the session they are bound to, and their lives."""

import datetime
import json

import pytest
from harness.programs import REST, Daemon
from harness.rest import Rest, Stream
from rest_fixtures import rest, rest_daemon  # noqa: F401


@pytest.fixture
def two(rest_daemon):  # noqa: F811
    """Two sessions, and a key with every right that is bound to the first."""
    with rest_daemon.rpc() as rpc:
        mine = rpc.session.create(name="mine")
        other = rpc.session.create(name="other")
    return mine["id"], other["id"], rest_daemon.rest(["*"], sessionId="mine")


def test_both_headers_and_no_others(rest_daemon):
    key = rest_daemon.rest(["sessions:read"]).key
    stranger = Rest(rest_daemon.rest_port(), None)
    assert stranger.get("/api/sessions", headers={"x-api-key": key}).status == 200
    assert stranger.get("/api/sessions", headers={"Authorization": f"Bearer {key}"}).status == 200
    other = rest_daemon.rest(["sessions:read"]).key
    both = stranger.get("/api/sessions", headers={"X-API-Key": key, "Authorization": f"Bearer {other}"})
    assert both.status == 401
    assert stranger.get(f"/api/sessions?key={key}").status == 401


def test_every_wrong_key_is_refused_alike(rest_daemon):
    good = rest_daemon.rest(["sessions:read"])
    with rest_daemon.rpc() as rpc:
        keys = rpc.key.list()["items"]
        rpc.key.update(keyId=keys[0]["id"], isActive=False)
    soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=30)
    expired = rest_daemon.rest(["sessions:read"], expiresAt=soon.strftime("%Y-%m-%dT%H:%M:%SZ"))
    assert expired.get("/api/sessions").status == 200
    with rest_daemon.rpc() as rpc:
        rpc.debug.advanceClock(advanceMs=3_600_000)
    bodies = []
    for key in (None, "", "wsk_x", good.key, good.key[:-1] + "_", expired.key):
        answer = Rest(good.port, key).get("/api/sessions", headers={"X-Request-Id": "same"})
        assert (answer.status, answer.code) == (401, "UNAUTHORIZED"), key
        assert answer.header("WWW-Authenticate")
        bodies.append(answer.body)
    assert len(set(bodies)) == 1


def test_guessing_is_slowed_down(directory, sandbox):
    daemon = Daemon(directory, sandbox, *REST)
    rest = daemon.rest()
    guesses = [Rest(rest.port, f"wsk_{n:043}").get("/api/sessions").status for n in range(12)]
    assert guesses == [401] * 10 + [429] * 2
    daemon.rpc().debug.advanceClock(advanceMs=60_000)
    assert rest.get("/api/sessions").status == 200
    assert daemon.stop() == 0


def test_a_missing_scope_is_named(rest_daemon):
    for permissions, method, path, missing in (
        (["sessions:read"], "POST", "/api/sessions", "sessions:write"),
        (["sessions:write"], "GET", "/api/sessions", "sessions:read"),
        (["sessions:read", "sessions:write"], "DELETE", "/api/sessions/x", "sessions:delete"),
        (["*"][:0] + ["messages:send"], "GET", "/api/keys", "keys:read"),
        (["keys:read"], "POST", "/api/keys", "keys:write"),
        (["keys:write"], "GET", "/api/audit", "audit:read"),
    ):
        answer = rest_daemon.rest(permissions).call(method, path)
        assert (answer.status, answer.code) == (403, "FORBIDDEN_SCOPE")
        assert missing in answer.json()["detail"]


def test_what_belongs_to_the_socket_is_not_there(rest):
    for path in ("/api/daemon", "/api/debug", "/api/daemon/info"):
        assert rest.get(path).status == 404


def test_a_bound_key_reaches_nothing_of_another_session(two):
    mine, other, bound = two
    for reference in (mine, "mine"):
        assert bound.get(f"/api/sessions/{reference}").status == 200
    for reference in (other, "other", "nobody", "%6f%74%68%65%72", "OTHER"):
        for method, tail in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/qr"), ("POST", "/reconnect"),
                             ("POST", "/disconnect"), ("POST", "/logout")):
            answer = bound.call(method, f"/api/sessions/{reference}{tail}", {} if method in ("PATCH", "POST") else None)
            assert (answer.status, answer.code) == (403, "FORBIDDEN_SESSION"), (method, reference, tail)
    # A name in the body does not change the session in the path.
    answer = bound.patch("/api/sessions/mine", {"session": "other", "description": "x"})
    assert answer.status == 400 and answer.pointers == {"/session"}
    for trick in (f"/api/sessions/mine/../{other}", "/api/sessions/mine/%2e%2e/other", "/api/sessions/mine%2f..%2fother",
                  "/api/sessions/mine/.%09./other", "/api/sessions/mine//other", "/api/sessions/mine\\other"):
        assert bound.get(trick).status in (400, 404), trick


def test_a_bound_key_has_filtered_lists_and_no_administration(two):
    mine, other, bound = two
    listed = bound.get("/api/sessions").json()
    assert (listed["total"], [entry["id"] for entry in listed["sessions"]]) == (1, [mine])
    assert [entry["id"] for entry in bound.get("/api/health").json()["whatsapp"]["sessions"]] == [mine]
    for method, path in (("POST", "/api/sessions"), ("GET", "/api/keys"), ("POST", "/api/keys"), ("GET", "/api/metrics")):
        body = {"name": "x", "permissions": ["*"], "sessionId": mine} if path == "/api/keys" and method == "POST" else None
        body = {"name": "x"} if path == "/api/sessions" else body
        assert bound.call(method, path, body).code == "FORBIDDEN_SESSION", path
    assert {row["sessionId"] for row in bound.get("/api/audit").json()["items"]} <= {mine}
    assert bound.get(f"/api/audit?sessionId={other}").status == 403


@pytest.fixture
def hooked(directory, sandbox):
    """A daemon that may post to this host, with a key that is bound to the first of two sessions, and one that is not."""
    daemon = Daemon(directory, sandbox, *REST, "--set", "ssrf.allow_cidrs=127.0.0.1")
    with daemon.rpc() as rpc:
        mine, other = (rpc.session.create(name=name)["id"] for name in ("mine", "other"))
    yield mine, other, daemon.rest(["*"], sessionId="mine"), daemon.rest()
    assert daemon.stop() == 0, daemon.program.log()


def hook(**more) -> dict:
    return {"url": "http://127.0.0.1:9/", "events": ["session.connected"], **more}


def test_a_bound_key_manages_the_webhooks_of_its_session(hooked):
    mine, other, bound, admin = hooked
    made = bound.post("/api/webhooks", hook())
    assert (made.status, made.json()["sessionIds"]) == (201, [mine])
    named = bound.post("/api/webhooks", hook(sessionIds=["mine"]))
    assert (named.status, named.json()["sessionIds"]) == (201, [mine])
    path = f"/api/webhooks/{made.json()['id']}"
    assert bound.patch(path, {"name": "renamed"}).json()["name"] == "renamed"
    assert bound.patch(path, {"sessionIds": []}).json()["sessionIds"] == [mine]
    assert bound.get(path).json()["sessionIds"] == [mine]
    assert bound.post(f"{path}/test").json()["success"] is False
    assert bound.post(f"{path}/rotate-secret").json()["signingSecret"]
    assert bound.get(f"{path}/deliveries").json()["items"] == []
    assert bound.post(f"{path}/replay").json() == {"count": 0}
    assert {item["id"] for item in bound.get("/api/webhooks").json()["items"]} == {made.json()["id"], named.json()["id"]}
    assert bound.delete(path).status == 200 and admin.get(path).status == 404


def test_a_bound_key_reaches_no_webhook_of_others(hooked):
    mine, other, bound, admin = hooked
    for sessions in (["other"], [other], ["mine", "other"], ["nobody"]):
        answer = bound.post("/api/webhooks", hook(sessionIds=sessions))
        assert (answer.status, answer.code) == (403, "FORBIDDEN_SESSION"), sessions
    own = bound.post("/api/webhooks", hook()).json()["id"]
    assert bound.patch(f"/api/webhooks/{own}", {"sessionIds": ["other"]}).code == "FORBIDDEN_SESSION"
    for sessions in ([], ["other"], ["mine", "other"]):
        foreign = admin.post("/api/webhooks", hook(sessionIds=sessions)).json()["id"]
        absent = bound.get("/api/webhooks/wh_none", headers={"X-Request-Id": "same"}).body
        for method, tail, body in (("GET", "", None), ("PATCH", "", {"name": "x"}), ("DELETE", "", None), ("POST", "/test", {}),
                                   ("POST", "/rotate-secret", {}), ("GET", "/deliveries", None), ("POST", "/replay", {}),
                                   ("POST", "/deliveries/dlv_x/redeliver", {})):
            answer = bound.call(method, f"/api/webhooks/{foreign}{tail}", body, headers={"X-Request-Id": "same"})
            assert (answer.status, answer.code) == (404, "WEBHOOK_NOT_FOUND"), (method, tail)
            assert answer.body.replace(foreign.encode(), b"wh_none") == absent
        assert admin.get(f"/api/webhooks/{foreign}").json()["name"] == "127.0.0.1"
    assert [item["id"] for item in bound.get("/api/webhooks").json()["items"]] == [own]


def test_a_webhook_tells_nothing_that_its_key_may_not_see(hooked):
    *_, admin = hooked

    def key(*permissions):
        return Rest(admin.port, admin.post("/api/keys", {"name": "x", "permissions": list(permissions)}).json()["key"])

    keys = {"none": key("webhooks:write"), "reader": key("webhooks:write", "sessions:read"),
            "linker": key("webhooks:write", "webhooks:read", "sessions:read", "sessions:write", "messages:read")}
    for name, events, missing in (("none", ["session.connected"], "sessions:read"), ("none", ["message.received"], "messages:read"),
                                  ("reader", ["session.connected", "session.qr"], "sessions:write"),
                                  ("reader", ["webhook.disabled"], "webhooks:read"), ("reader", ["*"], "the scope")):
        answer = keys[name].post("/api/webhooks", hook(events=events))
        assert (answer.status, answer.code) == (403, "FORBIDDEN_SCOPE"), events
        assert missing in answer.json()["detail"] and (events == ["*"] or events[-1] in answer.json()["detail"])
    assert keys["none"].post("/api/webhooks", hook(events=["webhook.test"])).status == 201
    assert keys["linker"].post("/api/webhooks", hook(events=["*"])).status == 201
    mine = f"/api/webhooks/{keys['reader'].post('/api/webhooks', hook()).json()['id']}"
    assert keys["reader"].patch(mine, {"events": ["message.received"]}).code == "FORBIDDEN_SCOPE"
    assert keys["reader"].patch(mine, {"url": "http://127.0.0.1:10/"}).status == 200
    # What somebody else has subscribed to is not led away either; switching it off is no such thing.
    all_events = f"/api/webhooks/{admin.post('/api/webhooks', hook(events=['*'])).json()['id']}"
    assert keys["reader"].patch(all_events, {"url": "http://127.0.0.1:10/"}).code == "FORBIDDEN_SCOPE"
    assert keys["reader"].patch(all_events, {"isActive": False}).status == 200
    assert admin.get(all_events).json()["url"] == "http://127.0.0.1:9/"


def test_a_bound_key_follows_its_own_events_only(rest_daemon, two):
    mine, other, bound = two
    assert Stream(bound, "/api/events?sessions=other").answer.status == 403
    with Stream(bound, "/api/events?since=0&types=session.config_updated") as stream, rest_daemon.rpc() as rpc:
        rpc.session.update(session="other", description="not for you")
        rpc.session.update(session="mine", description="for you")
        assert stream.event()["data"]["sessionId"] == mine


def test_the_session_is_what_counts_not_its_name(rest_daemon, two):
    mine, other, bound = two
    with rest_daemon.rpc() as rpc:
        rpc.session.update(session="mine", name="renamed")
        rpc.session.update(session="other", name="mine")
    assert bound.get("/api/sessions/mine").status == 403
    assert bound.get("/api/sessions/renamed").json()["id"] == mine


def test_a_key_ends_with_its_session(rest_daemon, two):
    _, _, bound = two
    with rest_daemon.rpc() as rpc:
        rpc.session.delete(session="mine")
    assert bound.get("/api/sessions").status == 401
    rest_daemon.restart()
    assert Rest(rest_daemon.rest_port(), bound.key).get("/api/sessions").status == 401


def test_a_key_cannot_rise_above_itself(rest_daemon):
    manager = rest_daemon.rest(["keys:write", "keys:read", "sessions:read"])
    admin = rest_daemon.rest(["*"])
    assert manager.post("/api/keys", {"name": "x", "permissions": ["*"]}).status == 403
    assert manager.post("/api/keys", {"name": "x", "permissions": ["audit:read"]}).status == 403
    child = manager.post("/api/keys", {"name": "x", "permissions": ["sessions:read"]})
    assert child.status == 201 and Rest(manager.port, child.json()["key"]).get("/api/sessions").status == 200
    ids = {item["keyPrefix"]: item["id"] for item in manager.get("/api/keys").json()["items"]}
    strong, own = ids[admin.key[:16]], ids[manager.key[:16]]
    assert manager.post(f"/api/keys/{strong}/rotate").status == 403
    assert manager.delete(f"/api/keys/{strong}").status == 403
    assert manager.patch(f"/api/keys/{strong}", {"isActive": False}).status == 403
    assert manager.patch(f"/api/keys/{own}", {"expiresAt": None}).status == 403
    assert manager.patch(f"/api/keys/{child.json()['id']}", {"permissions": ["keys:read", "audit:read"]}).status == 403
    assert manager.patch(f"/api/keys/{child.json()['id']}", {"permissions": ["keys:read"]}).status == 200


def test_rotation_with_and_without_grace(rest_daemon):
    admin = rest_daemon.rest()
    made = admin.post("/api/keys", {"name": "app", "permissions": ["sessions:read"]}).json()
    first = Rest(admin.port, made["key"])
    second = Rest(admin.port, admin.post(f"/api/keys/{made['id']}/rotate", {"graceSec": 60}).json()["key"])
    assert (first.get("/api/sessions").status, second.get("/api/sessions").status) == (200, 200)
    rest_daemon.restart()
    port = rest_daemon.rest_port()
    admin, first, second = (Rest(port, client.key) for client in (admin, first, second))
    assert first.get("/api/sessions").status == 200
    with rest_daemon.rpc() as rpc:
        rpc.debug.advanceClock(advanceMs=60_000)
    assert (first.get("/api/sessions").status, second.get("/api/sessions").status) == (401, 200)
    third = Rest(port, admin.post(f"/api/keys/{made['id']}/rotate").json()["key"])
    assert (second.get("/api/sessions").status, third.get("/api/sessions").status) == (401, 200)
    assert admin.delete(f"/api/keys/{made['id']}").json() == {"success": True}
    assert third.get("/api/sessions").status == 401


def test_the_last_use_is_told(rest_daemon):
    rest = rest_daemon.rest(["keys:read"])
    assert rest.get("/api/keys").json()["items"][0]["lastUsedAt"] is not None
    rest_daemon.restart()
    assert rest_daemon.rpc().key.list()["items"][0]["lastUsedAt"] is not None


def test_only_who_may_link_sees_the_qr(rest_daemon):
    rest_daemon.rpc().session.create(name="support")
    seen = rest_daemon.rest(["sessions:read"]).get("/api/sessions/support").json()
    assert seen["qrCode"] is None and seen["qrString"] is None
    assert rest_daemon.rest(["sessions:read", "sessions:write"]).get("/api/sessions/support").json()["qrString"]


def test_no_secret_reaches_the_log(rest_daemon):
    rest = rest_daemon.rest()
    rest.post("/api/sessions", {"name": "x"})
    Rest(rest.port, rest.key[:-1]).get("/api/sessions")
    assert rest.key[16:] not in rest_daemon.program.log()
    assert json.dumps(rest_daemon.rpc().audit.list()).find(rest.key[16:]) == -1
