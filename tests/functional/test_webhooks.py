"""Webhooks against receivers that fail in every way, and a daemon that is killed meanwhile."""

import base64
import hashlib
import hmac
import json
import time

import pytest
from harness.people import Person
from harness.programs import UNPACED, Daemon
from harness.receiver import Receiver
from harness.rpc import RpcError

ALLOW = ("--set", "ssrf.allow_cidrs=127.0.0.1")
PERISHABLE = {"session.qr", "session.code"}  # not delivered once they are stale


@pytest.fixture
def receiver():
    it = Receiver()
    yield it
    it.released.set()
    it.kill()


@pytest.fixture
def daemon(directory, sandbox):
    it = Daemon(directory, sandbox, *ALLOW)
    yield it
    assert it.stop() == 0, it.program.log()


def all_events(rpc) -> list[dict]:
    """The whole log, as the truth about what happened."""
    rpc.notifications.clear()
    rpc.event.subscribe(after=0)
    marker = f"marker {time.time()}"
    name = rpc.session.list()["sessions"][0]["name"]
    rpc.session.update(session=name, description=marker)
    events = []
    while not (events and events[-1]["event"] == "session.config_updated"
               and events[-1]["data"]["description"] == marker):
        events.append(rpc.next_event())
    return events


def per_session(events: list[dict], only: set[str] | None = None) -> dict[str, list[str]]:
    out: dict[str, list[str]] = {}
    for event in events:
        if event["event"] not in PERISHABLE and (only is None or event["eventId"] in only):
            out.setdefault(event["sessionId"], []).append(event["eventId"])
    return out


def first_times(requests: list[dict]) -> list[dict]:
    """What a receiver that drops duplicates by delivery id has taken, in order."""
    seen, out = set(), []
    for request in requests:
        if request["delivery"] not in seen:
            seen.add(request["delivery"])
            out.append(request["json"])
    return out


def test_a_delivery_is_signed_in_both_ways_and_verifies_offline(daemon, receiver, directory):
    with daemon.rpc() as rpc:
        hook = rpc.webhook.create(url=receiver.url, events=["*"], name="app")
        assert len(hook["signingSecret"]) == 64 and hook["standardSecret"].startswith("whsec_")
        rpc.session.create(name="support")
        receiver.wait(lambda requests: any(r["json"]["event"] == "session.qr" for r in requests))
        assert hook["signingSecret"] not in json.dumps([rpc.webhook.list(), rpc.webhook.get(webhook=hook["id"])])
    request = receiver.requests[0]
    headers, body = request["headers"], request["body"]
    own = hmac.new(hook["signingSecret"].encode(), headers["X-WaSphere-Timestamp"].encode() + b"." + body, hashlib.sha256)
    assert headers["X-WaSphere-Signature"] == "v1,sha256=" + own.hexdigest()
    key = base64.b64decode(hook["standardSecret"].removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    assert headers["webhook-signature"] == "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["X-WaSphere-Event"] == request["json"]["event"] == "session.created"
    assert headers["X-WaSphere-Event-Id"] == request["json"]["eventId"]
    assert headers["X-WaSphere-Delivery-Id"] == request["json"]["deliveryId"]
    assert headers["User-Agent"].startswith("wasphered/") and headers["Content-Type"] == "application/json"
    assert set(request["json"]) == {"deliveryId", "eventId", "event", "sessionId", "sessionName", "timestamp", "data"}

    files = {"secret": hook["signingSecret"] + "\n", "headers": "".join(f"{k}: {v}\r\n" for k, v in headers.items())}
    for name, text in files.items():
        (directory / name).write_text(text)
    (directory / "body").write_bytes(body)
    verify = ("webhook", "verify", "--secret-file", directory / "secret", "--headers", directory / "headers")
    good = daemon.cli(*verify, "--body", directory / "body")
    assert good.returncode == 0 and "X-WaSphere-Signature is valid" in good.stdout, good.stderr
    assert daemon.cli(*verify, input=body.decode()).returncode == 0
    bad = daemon.cli(*verify, input=body.decode() + " ")
    assert bad.returncode == 4 and "does not match" in bad.stderr


def signed_by(request: dict, secret: str) -> bool:
    stamp = request["headers"]["X-WaSphere-Timestamp"].encode()
    made = hmac.new(secret.encode(), stamp + b"." + request["body"], hashlib.sha256).hexdigest()
    return request["headers"]["X-WaSphere-Signature"] == "v1,sha256=" + made


def test_messages_are_told_signed_and_in_their_order(daemon, receiver, sandbox):
    """Both ways and in two chats; the receiver refuses the first attempts, so that order has to be kept."""
    anna = Person(sandbox, "+447700900200", "Anna")
    number = daemon.link("support")["phoneNumber"]
    refused: set[str] = set()

    def twice(request: dict) -> int:
        seen = request["delivery"] in refused
        refused.add(request["delivery"])
        return 200 if seen else 500

    receiver.mode = twice
    kinds = ["message.received", "message.sent", "message.delivered", "message.read", "message.failed"]
    with daemon.rpc() as rpc:
        rpc.session.update(session="support", **UNPACED)
        hook = rpc.webhook.create(url=receiver.url, events=kinds, sessionIds=["support"])
        rpc.event.subscribe(events=kinds)
        out = rpc.message.send(sessionId="support", to=anna.number, text="on its way", wait=30)["messageId"]
        rpc.wait_event("message.delivered")
        anna.read()
        rpc.wait_event("message.read")
        answers = [anna.send(number, text)[0] for text in ("thanks", "bye")]
        lost = rpc.message.send(sessionId="support", to="+447700900999", text="anybody?")["messageId"]

        def hurry() -> None:
            rpc.debug.advanceClock(advanceMs=2000)

        receiver.wait(lambda _: len(receiver.accepted()) >= 6, step=hurry)
    taken = receiver.accepted()
    assert all(signed_by(request, hook["signingSecret"]) for request in receiver.requests)
    assert all(request["headers"]["X-WaSphere-Event"] == request["json"]["event"] for request in taken)
    told = [(request["json"]["event"], request["json"]["data"]["messageId"]) for request in taken]
    with_anna = [("message.sent", out), ("message.delivered", out), ("message.read", out),
                 *(("message.received", answer) for answer in answers)]
    assert [entry for entry in told if entry[1] != lost] == with_anna
    assert [entry for entry in told if entry[1] == lost] == [("message.failed", lost)]
    texts = [r["json"]["data"]["content"]["text"] for r in taken if r["json"]["event"] == "message.received"]
    assert texts == ["thanks", "bye"]


def test_everything_is_delivered_in_order_whatever_happens_to_the_receiver(daemon, receiver):
    """Killed, slow, 500, redirects, back; the daemon is killed twice. Then: none lost, in order, same ids."""
    healthy = Receiver()
    started = time.monotonic()
    with daemon.rpc() as rpc:
        rpc.webhook.create(url=receiver.url, events=["*"], name="troubled")
        rpc.webhook.create(url=healthy.url, events=["*"], name="healthy")
        names = [f"s{i}" for i in range(5)]
        for name in names:
            rpc.session.create(name=name)

    updates = 0

    def traffic(count: int) -> None:
        nonlocal updates
        with daemon.rpc() as rpc:
            for _ in range(count):
                updates += 1
                rpc.session.update(session=names[updates % len(names)], description=f"update {updates}")

    def hurry(seconds: int = 40) -> None:
        with daemon.rpc() as rpc:
            rpc.debug.advanceClock(advanceMs=seconds * 1000)

    traffic(50)
    receiver.mode = 500
    traffic(30)
    receiver.wait(lambda requests: sum(r["answer"] == 500 for r in requests) >= 5)
    receiver.mode = 302
    receiver.headers = {"Location": healthy.url + "/redirected"}
    hurry(2)
    receiver.wait(lambda requests: any(r["answer"] == 302 for r in requests), step=hurry)
    receiver.headers = {}
    receiver.mode = "hang"
    hurry(10)
    traffic(30)
    daemon.kill()
    daemon.start()
    receiver.released.set()
    receiver.kill()
    traffic(30)
    receiver.mode = lambda request: 200 if hash(request["delivery"]) % 3 else 503
    receiver.start()
    traffic(30)
    hurry()
    receiver.wait(lambda requests: sum(r["answer"] == 503 for r in requests) >= 3, step=hurry)
    daemon.kill()
    daemon.start()
    receiver.mode = 200
    traffic(20)

    with daemon.rpc() as rpc:
        truth = per_session(all_events(rpc))
    wanted = {event for events in truth.values() for event in events}
    total = len(wanted)

    def taken(by: Receiver) -> dict[str, list[str]]:
        return per_session(first_times(by.accepted()), wanted)  # time goes on, and with it events

    def complete(by: Receiver) -> bool:
        return sum(map(len, taken(by).values())) >= total

    receiver.wait(lambda _: complete(receiver), timeout=60, step=hurry)
    healthy.wait(lambda _: complete(healthy), timeout=60, step=hurry)
    for one in (receiver, healthy):
        assert taken(one) == truth
        bodies: dict[str, set[bytes]] = {}
        for request in one.requests:
            bodies.setdefault(request["delivery"], set()).add(request["body"])
        assert all(len(b) == 1 for b in bodies.values()), "a body changed between attempts"
        by_event = {}
        for request in one.accepted():
            by_event.setdefault(request["json"]["eventId"], set()).add(request["delivery"])
        assert all(len(ids) == 1 for ids in by_event.values()), "an event was delivered under two ids"
    assert not any("redirected" in r["path"] for r in healthy.requests), "a redirect was followed"
    twice = len(receiver.accepted()) - len(first_times(receiver.accepted()))
    print(f"\n{total} events, 2 kill -9: {len(receiver.requests)} attempts at the troubled receiver, "
          f"{len(receiver.accepted())} accepted, {twice} duplicates by id, 0 lost; {len(healthy.requests)} at the healthy "
          f"one; {time.monotonic() - started:.1f} s")
    healthy.kill()


def test_a_receiver_that_hangs_delays_no_other(daemon, receiver):
    quick = Receiver()
    receiver.mode = "hang"
    with daemon.rpc() as rpc:
        rpc.session.create(name="support")
        rpc.webhook.create(url=receiver.url, events=["session.config_updated"])
        rpc.webhook.create(url=quick.url, events=["session.config_updated"])
        begin = time.time()
        for i in range(200):
            rpc.session.update(session="support", description=f"{i}")
        quick.wait(lambda requests: len(requests) == 200)
    took = quick.requests[-1]["time"] - begin
    assert not receiver.requests
    print(f"\n200 events of one session in order to the quick receiver in {took:.2f} s ({200 / took:.0f}/s)")
    quick.kill()


def test_410_switches_a_webhook_off_and_on_again(daemon, receiver):
    receiver.mode = 410
    with daemon.rpc() as rpc:
        rpc.session.create(name="support")
        hook = rpc.webhook.create(url=receiver.url, events=["session.config_updated"])
        rpc.event.subscribe(events=["webhook.disabled"])
        rpc.session.update(session="support", description="one")
        told = rpc.next_event()
        assert told["data"] == {"webhookId": hook["id"], "name": "127.0.0.1", "reason": "gone"} and told["sessionId"] is None
        now = rpc.webhook.get(webhook=hook["id"])
        assert not now["isActive"] and now["disabledReason"] == "gone" and now["deadCount"] == 1
        dead = rpc.webhook.deliveries(webhook=hook["id"], status="dead")["items"]
        assert [(d["attempts"], d["lastStatusCode"]) for d in dead] == [(1, 410)]
        receiver.mode = 200
        assert rpc.webhook.update(webhook=hook["id"], isActive=True)["failureCount"] == 0
        assert rpc.webhook.redeliver(webhook=hook["id"], delivery=dead[0]["id"])["status"] == "pending"
        receiver.wait(lambda requests: len(requests) == 2)
        assert receiver.requests[1]["body"] == receiver.requests[0]["body"]
        (audited,) = (row for row in rpc.audit.list()["items"] if row["method"] == "SYSTEM")
        assert (audited["actor"]["type"], audited["rpcMethod"], audited["endpoint"], audited["statusCode"]) == (
            "system", "webhook.disabled", f"/api/webhooks/{hook['id']}", 410)


def test_retry_after_is_honoured(daemon, receiver):
    receiver.mode, receiver.headers = 503, {"Retry-After": "1800"}
    with daemon.rpc() as rpc:
        rpc.session.create(name="support")
        hook = rpc.webhook.create(url=receiver.url, events=["session.config_updated"])
        rpc.session.update(session="support", description="one")
        receiver.wait(lambda requests: len(requests) == 1)
        deadline = time.monotonic() + 20
        while rpc.webhook.deliveries(webhook=hook["id"])["items"][0]["status"] != "retrying":
            assert time.monotonic() < deadline
        receiver.mode, receiver.headers = 200, {}
        rpc.debug.advanceClock(advanceMs=1_700_000)
        assert rpc.webhook.test(webhook=hook["id"])["success"]
        assert len(receiver.requests) == 2
        rpc.debug.advanceClock(advanceMs=200_000)
        receiver.wait(lambda requests: len(requests) == 3)


@pytest.mark.parametrize("bad, field, code", [
    ({"url": "nonsense"}, "/url", "VALIDATION_FAILED"),
    ({"url": "https://user:pw@example.com/"}, "/url", "VALIDATION_FAILED"),
    ({"url": "http://10.0.0.1/"}, None, "SSRF_BLOCKED"),
    ({"url": "https://169.254.169.254/latest"}, None, "SSRF_BLOCKED"),
    ({"url": "https://[::1]/"}, None, "SSRF_BLOCKED"),
    ({"url": "http://127.0.0.2/"}, None, "SSRF_BLOCKED"),
    ({"url": "https://0x7f.2/"}, None, "SSRF_BLOCKED"),
    ({"events": []}, "/events", "VALIDATION_FAILED"),
    ({"events": ["message.recieved"]}, "/events/0", "VALIDATION_FAILED"),
    ({"retryMax": 10}, "/retryMax", "VALIDATION_FAILED"),
    ({"signingSecret": "short"}, "/signingSecret", "VALIDATION_FAILED"),
    ({"secret": "x" * 20, "signingSecret": "y" * 20}, "/secret", "VALIDATION_FAILED"),
    ({"sessionIds": ["nobody"]}, None, "SESSION_NOT_FOUND"),
    ({"colour": "red"}, "/colour", "VALIDATION_FAILED"),
])
def test_bad_registrations_are_refused_by_name(daemon, receiver, bad, field, code):
    with daemon.rpc() as rpc:
        with pytest.raises(RpcError) as refused:
            rpc.webhook.create(**{"url": receiver.url, "events": ["*"], **bad})
        assert refused.value.code == code
        if field:
            assert [e["pointer"] for e in refused.value.data["errors"]] == [field]
        assert rpc.webhook.list()["items"] == []


def test_unknown_webhooks_and_deliveries(daemon, receiver):
    with daemon.rpc() as rpc:
        for call in ("get", "update", "delete", "test", "rotateSecret", "deliveries", "replay"):
            with pytest.raises(RpcError) as refused:
                rpc.call(f"webhook.{call}", webhook="wh_none")
            assert refused.value.code == "WEBHOOK_NOT_FOUND", call
        hook = rpc.webhook.create(url=receiver.url, events=["*"])
        with pytest.raises(RpcError) as refused:
            rpc.webhook.redeliver(webhook=hook["id"], delivery="dlv_none")
        assert refused.value.code == "DELIVERY_NOT_FOUND"
        for bad in ({"from": "yesterday"}, {"from": "2026-05-25T08:00:00Z", "to": "2026-05-25T08:00:00Z"}):
            with pytest.raises(RpcError) as refused:
                rpc.webhook.replay(webhook=hook["id"], **bad)
            assert refused.value.code == "VALIDATION_FAILED"
        with pytest.raises(RpcError) as refused:
            rpc.webhook.deliveries(webhook=hook["id"], cursor="x")
        assert refused.value.data["errors"][0]["pointer"] == "/cursor"


def test_the_command_line(daemon, receiver):
    made = daemon.cli("webhook", "create", receiver.url, "--events", "session.created,session.deleted", "--name", "app", "--json")
    hook = json.loads(made.stdout)
    assert made.returncode == 0 and hook["events"] == ["session.created", "session.deleted"]
    assert "app" in daemon.cli("webhook", "list").stdout
    assert json.loads(daemon.cli("webhook", "test", hook["id"], "--json").stdout)["success"]
    assert receiver.requests[0]["json"]["event"] == "webhook.test"
    rotated = json.loads(daemon.cli("webhook", "rotate-secret", hook["id"], "--json").stdout)
    assert rotated["signingSecret"] != hook["signingSecret"]
    daemon.cli("session", "create", "support", "--no-link", check=True)
    receiver.wait(lambda requests: len(requests) == 2)
    assert receiver.requests[1]["headers"]["X-WaSphere-Signature"].count("v1,sha256=") == 2
    assert "delivered" in daemon.cli("webhook", "deliveries", hook["id"]).stdout
    assert daemon.cli("webhook", "set", hook["id"], "--no-is-active").returncode == 0
    assert daemon.cli("webhook", "show", hook["id"]).returncode == 0
    assert daemon.cli("webhook", "delete", hook["id"]).returncode == 0
    gone = daemon.cli("webhook", "show", hook["id"])
    assert gone.returncode == 5 and "no webhook" in gone.stderr
