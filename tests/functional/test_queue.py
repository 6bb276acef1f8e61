"""The queue: what is accepted waits durably, in order, and can be looked at, held and taken back."""

import json
import time

import pytest
from harness.rpc import RpcError

ANNA = "+447700900200"


def now_ms() -> int:
    return int(time.time() * 1000)


@pytest.fixture
def held(daemon, sandbox):
    """A linked session whose queue is held, so that nothing leaves it."""
    sandbox.phone(ANNA, "Anna")
    daemon.link("support", "+447700900124")
    with daemon.rpc() as rpc:
        rpc.queue.hold(sessionId="support")
        yield rpc


def send(rpc, text, **more):
    return rpc.message.send(sessionId="support", to=ANNA, text=text, **more)


def refused(call, code):
    with pytest.raises(RpcError) as error:
        call()
    assert error.value.code == code, error.value.error
    return error.value.data


def test_messages_wait_in_order_and_are_counted(held):
    ids = [send(held, f"text {n}")["messageId"] for n in range(3)]
    assert len(set(ids)) == 3 and all(i.startswith("3EB0") for i in ids)
    page = held.queue.list(sessionId="support")
    assert [item["messageId"] for item in page["items"]] == ids
    assert [item["text"] for item in page["items"]] == ["text 0", "text 1", "text 2"]
    (state,) = held.queue.stats(sessionId="support")["queues"]
    assert (state["pending"], state["held"]) == (3, True)
    assert state["oldestQueuedAt"] == page["items"][0]["queuedAt"]
    assert held.message.status(sessionId="support", messageId=ids[2])["position"] == 3


def test_the_session_tells_of_its_queue(held):
    assert held.session.get(session="support")["queue"] == {"pending": 0, "oldestQueuedAt": None, "held": True}
    send(held, "one")
    queue = held.session.get(session="support")["queue"]
    assert queue["pending"] == 1 and queue["oldestQueuedAt"]
    assert held.session.list()["sessions"][0]["queue"] == queue


def test_the_queue_and_its_hold_survive_kill_and_restart(held, daemon):
    ids = [send(held, f"text {n}")["messageId"] for n in range(5)]
    held.close()
    daemon.kill()
    daemon.start()
    with daemon.rpc() as rpc:
        assert [item["messageId"] for item in rpc.queue.list()["items"]] == ids
        assert rpc.queue.stats()["queues"][0]["held"] is True


def test_pages_of_the_queue_follow_each_other(held):
    ids = [send(held, f"text {n}")["messageId"] for n in range(5)]
    seen, cursor = [], {}
    while True:
        page = held.queue.list(limit=2, **cursor)
        assert len(page["items"]) <= 2
        seen += [item["messageId"] for item in page["items"]]
        if page["nextCursor"] is None:
            break
        cursor = {"cursor": page["nextCursor"]}
    assert seen == ids
    assert refused(lambda: held.queue.list(cursor="nonsense"), "VALIDATION_FAILED")["errors"][0]["pointer"] == "/cursor"


def test_cancelled_messages_are_told_and_not_sent(held):
    held.event.subscribe(events=["message.cancelled"])
    first, second = send(held, "one")["messageId"], send(held, "two")["messageId"]
    assert held.message.cancel(sessionId="support", messageId=first)["status"] == "cancelled"
    assert held.wait_event("message.cancelled")["data"]["messageId"] == first
    refused(lambda: held.message.cancel(sessionId="support", messageId=first), "CONFLICT")
    refused(lambda: held.message.cancel(sessionId="support", messageId="3EB0FFFF"), "MESSAGE_NOT_FOUND")
    assert [item["messageId"] for item in held.queue.list()["items"]] == [second]
    several = held.queue.cancel(sessionId="support", messageIds=[first, second])
    assert several == {"cancelled": [second], "refused": [{"messageId": first, "code": "CONFLICT"}]}


def test_a_key_makes_one_message_of_a_request_and_its_repetition(held):
    once = send(held, "one", idempotencyKey="order-1")
    again = send(held, "one", idempotencyKey="order-1")
    assert (once["replayed"], again["replayed"]) == (False, True)
    assert once["messageId"] == again["messageId"]
    assert len(held.queue.list()["items"]) == 1
    refused(lambda: send(held, "two", idempotencyKey="order-1"), "IDEMPOTENCY_MISMATCH")
    assert send(held, "one", idempotencyKey="order-2")["messageId"] != once["messageId"]


def test_a_key_is_remembered_over_a_restart_for_a_day(held, daemon):
    once = send(held, "one", idempotencyKey="order-1")
    held.close()
    daemon.restart()
    with daemon.rpc() as rpc:
        assert send(rpc, "one", idempotencyKey="order-1")["messageId"] == once["messageId"]
        rpc.debug.advanceClock(advanceMs=24 * 3600 * 1000 + 1000)
        assert send(rpc, "one", idempotencyKey="order-1")["messageId"] != once["messageId"]


def test_a_full_queue_refuses(held):
    waiting = [held.start("message.send", sessionId="support", to=ANNA, text=str(n)) for n in range(1000)]
    for call in waiting:
        held.finish(call)
    assert refused(lambda: send(held, "one too many"), "QUEUE_FULL")["status"] == 429
    held.message.cancel(sessionId="support", messageId=held.queue.list()["items"][0]["messageId"])
    assert send(held, "fits again")["status"] == "queued"


def test_what_is_not_sent_in_its_time_expires(held):
    held.event.subscribe(events=["message.expired"])
    message = send(held, "soon stale", expiresInSec=60)["messageId"]
    held.debug.advanceClock(advanceMs=61_000)
    assert held.wait_event("message.expired")["data"]["messageId"] == message
    assert held.message.get(sessionId="support", messageId=message)["status"] == "expired"
    assert held.queue.list()["items"] == []


@pytest.mark.parametrize("bad,pointer", [
    ({"text": ""}, "/text"),
    ({"text": "   "}, "/text"),
    ({"text": "x" * 65_537}, "/text"),
    ({"text": "nul\0"}, "/text"),
    ({"text": 5}, "/text"),
    ({"to": ""}, "/to"),
    ({"to": "nobody"}, "/to"),
    ({"to": "+12"}, "/to"),
    ({"to": "x@g.us"}, "/to"),
    ({"to": "status@broadcast"}, "/to"),
    ({"at": "tomorrow"}, "/at"),
    ({"at": "2099-01-01T00:00:00Z"}, "/at"),
    ({"expiresInSec": 59}, "/expiresInSec"),
    ({"expiresInSec": 604_801}, "/expiresInSec"),
    ({"idempotencyKey": ""}, "/idempotencyKey"),
    ({"idempotencyKey": "ü"}, "/idempotencyKey"),
    ({"idempotencyKey": "x" * 129}, "/idempotencyKey"),
    ({"wait": 61}, "/wait"),
    ({"mentions": ["+447700900123", "who"]}, "/mentions/1"),
    ({"tex": "typo"}, "/tex"),
])
def test_bad_input_is_named_and_leaves_nothing(held, bad, pointer):
    params = {"sessionId": "support", "to": ANNA, "text": "hello", **bad}
    with pytest.raises(RpcError) as error:
        held.call("message.send", **params)
    assert error.value.code in ("VALIDATION_FAILED", "INVALID_RECIPIENT")
    assert pointer in [problem["pointer"] for problem in error.value.data["errors"]]
    assert held.queue.list()["items"] == []


def test_text_that_is_no_utf8_is_refused(held):
    held.send_line(b'{"jsonrpc":"2.0","id":77,"method":"message.send","params":{"sessionId":"support","to":"'
                   + ANNA.encode() + b'","text":"a\xff"}}')
    assert held.read_line()["error"]["data"]["code"] in ("INVALID_JSON", "VALIDATION_FAILED")
    assert held.queue.list()["items"] == []


def test_the_longest_text_is_accepted(held):
    message = send(held, "ü" * 65_536)
    assert held.message.get(sessionId="support", messageId=message["messageId"])["text"] == "ü" * 65_536


def test_unknown_things_are_told_apart(held):
    refused(lambda: held.message.send(sessionId="nobody", to=ANNA, text="x"), "SESSION_NOT_FOUND")
    refused(lambda: held.message.get(sessionId="support", messageId="3EB0FFFF"), "MESSAGE_NOT_FOUND")
    refused(lambda: held.message.status(sessionId="support", messageId="3EB0FFFF"), "MESSAGE_NOT_FOUND")
    refused(lambda: held.message.trace(sessionId="support", messageId="3EB0FFFF"), "MESSAGE_NOT_FOUND")
    refused(lambda: held.message.wait(sessionId="support", messageId="3EB0FFFF"), "MESSAGE_NOT_FOUND")
    refused(lambda: send(held, "x", quotedId="3EB0FFFF"), "MESSAGE_NOT_FOUND")
    refused(lambda: held.message.react(sessionId="support", to=ANNA, messageId="3EB0FFFF", emoji="x"), "MESSAGE_NOT_FOUND")


def test_kinds_that_cannot_be_sent_yet_say_so(held):
    data = refused(lambda: held.message.sendOther(type="image", sessionId="support", to=ANNA, url="https://x/y.png"), "NOT_SUPPORTED")
    assert data["status"] == 501 and "image" in data["detail"]


def test_a_session_that_is_not_linked_or_not_connected(daemon, sandbox, held):
    held.session.create(name="fresh")
    refused(lambda: held.message.send(sessionId="fresh", to=ANNA, text="x"), "NO_CREDENTIALS")
    held.session.disconnect(session="support")
    assert send(held, "waits")["status"] == "queued"
    refused(lambda: send(held, "not later", requireConnected=True), "SESSION_NOT_CONNECTED")


# --- the command line

def test_the_command_line_queues_lists_and_cancels(held, daemon):
    sent = daemon.cli("send", "-s", "support", ANNA, "Your order has shipped", "-q")
    assert sent.returncode == 0, sent.stderr
    message = sent.stdout.strip()
    assert message.startswith("3EB0")
    listed = daemon.cli("queue", "list", "-s", "support")
    assert message in listed.stdout and "Your order has shipped" in listed.stdout
    assert daemon.cli("queue", "stats", "-o", "ndjson").stdout.count('"pending":1') == 1
    assert daemon.cli("message", "status", message).returncode == 0  # the only session needs no name
    assert daemon.cli("message", "cancel", message).returncode == 0
    again = daemon.cli("message", "cancel", message)
    assert again.returncode == 10 and "hint" in again.stderr


def test_standard_input_is_the_text(held, daemon):
    sent = daemon.cli("send", "-s", "support", ANNA, "-", "-q", input="backup finished\nall well\n")
    assert sent.returncode == 0, sent.stderr
    assert held.queue.list()["items"][0]["text"] == "backup finished\nall well"
    assert daemon.cli("send", ANNA, "-", input="").returncode == 2
    assert daemon.cli("send", ANNA).returncode == 2
    assert daemon.cli("send", ANNA, "x", "--location", "1,2").returncode == 2


def test_places_polls_and_cards_from_the_command_line(held, daemon):
    assert daemon.cli("send", ANNA, "--location", "51.5,-0.12", "--name", "Home").returncode == 0
    assert daemon.cli("send", ANNA, "--poll", "Lunch?", "--option", "Pizza, large", "--option", "Soup").returncode == 0
    assert daemon.cli("send", ANNA, "--contact", "Sam Smith=+447700900123").returncode == 0
    messages = held.message.list(sessionId="support")["items"]
    assert [m["type"] for m in messages] == ["contact", "poll", "location"]
    assert messages[1]["content"]["options"] == ["Pizza, large", "Soup"]
    assert messages[2]["content"]["latitude"] == 51.5
    assert daemon.cli("send", ANNA, "--poll", "Lunch?", "--option", "Pizza").returncode == 2
    assert daemon.cli("send", ANNA, "--location", "91,0").returncode == 2


def test_waiting_in_vain_ends_with_nine_and_the_id(held, daemon):
    sent = daemon.cli("send", ANNA, "never", "--wait", "sent", "--timeout", "300ms", "-o", "json")
    assert sent.returncode == 9, sent.stderr
    state = json.loads(sent.stdout)
    assert state["status"] == "queued"
    waited = daemon.cli("message", "wait", state["messageId"], "--for", "delivered", "--timeout", "100ms", "-q")
    assert (waited.returncode, waited.stdout.strip()) == (9, state["messageId"])


def test_several_sessions_need_a_name(held, daemon):
    held.session.create(name="fresh")
    ambiguous = daemon.cli("send", ANNA, "x")
    assert ambiguous.returncode == 2 and "-s" in ambiguous.stderr
    assert daemon.cli("send", ANNA, "x", env={"WASPHERE_SESSION": "support"}).returncode == 0
    assert daemon.cli("send", "-s", "nobody", ANNA, "x").returncode == 5
