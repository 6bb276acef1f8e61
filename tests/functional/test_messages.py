"""Messages both ways with virtual contacts that hold real Signal state."""

import json

import pytest
from harness.people import Person
from harness.programs import UNPACED
from harness.rpc import RpcError

OWN = "+447700900124"
ANNA = "+447700900200"
BEN = "+447700900201"


@pytest.fixture
def anna(sandbox):
    return Person(sandbox, ANNA, "Anna")


@pytest.fixture
def support(daemon, anna):
    """A connected session without pauses between messages, and an RPC connection that sees every event."""
    daemon.link("support", OWN)
    with daemon.rpc() as rpc:
        rpc.session.update(session="support", **UNPACED)
        rpc.event.subscribe()
        yield rpc


def send(rpc, text, to=ANNA, **more):
    return rpc.message.send(sessionId="support", to=to, text=text, **more)


def status(rpc, message):
    return rpc.message.status(sessionId="support", messageId=message)


def refused(call, code):
    with pytest.raises(RpcError) as error:
        call()
    assert error.value.code == code, error.value.error
    return error.value.data


# --- out

def test_a_text_is_sent_delivered_and_read(support, anna):
    answer = send(support, "Your order has shipped", wait=30)
    assert answer["status"] == "sent" and answer["to"] == "447700900200@s.whatsapp.net"
    (got,) = anna.inbox(wait=1)
    assert (got["id"], got["text"], got["count"]) == (answer["messageId"], "Your order has shipped", 1)
    assert support.wait_event("message.sent")["data"]["messageId"] == answer["messageId"]
    assert support.wait_event("message.delivered")["data"]["messageId"] == answer["messageId"]
    anna.read()
    assert support.wait_event("message.read")["data"]["messageId"] == answer["messageId"]
    state = status(support, answer["messageId"])
    assert state["status"] == "read"
    assert state["queuedAt"] <= state["sentAt"] <= state["deliveredAt"] <= state["readAt"]


def test_the_first_message_and_the_next_hundred(support, anna):
    calls = [support.start("message.send", sessionId="support", to=ANNA, text=f"text {n}") for n in range(101)]
    ids = [support.finish(call)["messageId"] for call in calls]
    got = anna.inbox(wait=101)
    assert [m["id"] for m in got] == ids
    assert [m["text"] for m in got] == [f"text {n}" for n in range(101)]
    assert {m["count"] for m in got} == {1}


def test_every_device_of_the_recipient_gets_it(support, sandbox):
    Person(sandbox, BEN, "Ben", devices=3)
    message = send(support, "to all of you", to=BEN, wait=30)["messageId"]
    ben = sandbox.rpc.call("sandbox.contact.inbox", who=BEN, waitCount=1, timeoutMs=30_000)["messages"]
    assert ben[0]["id"] == message
    again = send(support, "once more", to=BEN, wait=30)["messageId"]
    done = sandbox.rpc.call("sandbox.contact.inbox", who=BEN, text="once more", waitCount=1, timeoutMs=30_000)["messages"]
    assert done[0]["id"] == again and done[0]["count"] == 1


def test_who_is_not_on_whatsapp_is_told(support, daemon):
    message = send(support, "anybody?", to="+447700900999")["messageId"]
    failed = support.wait_event("message.failed")["data"]
    assert (failed["messageId"], failed["error"]) == (message, "NOT_ON_WHATSAPP")
    waited = daemon.cli("send", "+447700900999", "anybody?", "--wait", "delivered", "--timeout", "30s")
    assert waited.returncode == 7, waited.stderr
    refused(lambda: send(support, "anybody?", to="+447700900999", wait=30), "NOT_ON_WHATSAPP")


def test_numbers_are_checked(support, daemon):
    results = support.contact.check(sessionId="support", numbers=[ANNA, "+447700900999"])["results"]
    assert [(r["number"], r["isOnWhatsApp"]) for r in results] == [(ANNA, True), ("+447700900999", False)]
    assert results[0]["jid"] == "447700900200@s.whatsapp.net" and results[1]["jid"] is None
    data = refused(lambda: support.contact.check(sessionId="support", numbers=[ANNA, "what"]), "INVALID_PHONE_NUMBER")
    assert data["errors"][0]["pointer"] == "/numbers/1"
    assert "yes" in daemon.cli("contact", "check", ANNA).stdout


def test_a_message_sent_while_the_line_is_down_goes_when_it_is_back(support, anna):
    support.session.disconnect(session="support")
    message = send(support, "patience")["messageId"]
    assert status(support, message)["status"] == "queued"
    support.session.reconnect(session="support")
    support.wait_event("message.sent")
    assert [m["id"] for m in anna.inbox(wait=1)] == [message]


def test_a_scheduled_message_waits_for_its_time(support, anna):
    state = support.daemon.ping()["time"]
    hour = state[:11] + "00:00:00Z"  # any ISO time; a past one means now
    assert status(support, send(support, "at once", at=hour, wait=30)["messageId"])["status"] != "queued"
    anna.inbox(wait=1)
    import datetime
    now = datetime.datetime.fromisoformat(state.replace("Z", "+00:00"))
    later = int((now + datetime.timedelta(hours=1)).timestamp() * 1000)
    message = send(support, "in an hour", at=later)["messageId"]
    assert support.queue.stats(sessionId="support")["queues"][0]["scheduled"] == 1
    support.debug.advanceClock(advanceMs=3_600_000)
    assert [m["id"] for m in anna.inbox(wait=1, text="in an hour")] == [message]


def test_releasing_a_held_queue_sends_in_order(support, anna):
    support.queue.hold(sessionId="support")
    ids = [send(support, f"text {n}")["messageId"] for n in range(5)]
    assert [i["messageId"] for i in support.queue.list()["items"]] == ids
    assert support.queue.release(sessionId="support")["held"] is False
    assert [m["id"] for m in anna.inbox(wait=5)] == ids


def test_an_idempotent_repetition_sends_once(support, anna):
    one = send(support, "once", idempotencyKey="k", wait=30)
    two = send(support, "once", idempotencyKey="k", wait=30)
    assert (two["messageId"], two["replayed"], two["status"]) == (one["messageId"], True, "sent")
    send(support, "end", wait=30)
    assert [m["text"] for m in anna.inbox(wait=2)] == ["once", "end"]


def test_edits_reactions_and_deletions_reach_the_contact(support, anna):
    message = send(support, "helo", wait=30)["messageId"]
    support.message.edit(sessionId="support", to=ANNA, messageId=message, text="hello", wait=30)
    (edit,) = anna.inbox(wait=1, kind="edit")
    assert (edit["target"], edit["text"]) == (message, "hello")
    support.message.react(sessionId="support", to=ANNA, messageId=message, emoji="👍", wait=30)
    (reaction,) = anna.inbox(wait=1, kind="reaction")
    assert (reaction["target"], reaction["text"]) == (message, "👍")
    support.message.delete(sessionId="support", to=ANNA, messageId=message, wait=30)
    (revoke,) = anna.inbox(wait=1, kind="revoke")
    assert revoke["target"] == message
    shown = support.message.get(sessionId="support", messageId=message)
    assert shown["text"] == "hello" and shown["deletedAt"] and shown["editedAt"]
    refused(lambda: support.message.edit(sessionId="support", to=ANNA, messageId=message, text="x"), "CONFLICT")


def test_after_a_quarter_of_an_hour_a_text_stays_as_it_is(support, anna):
    message = send(support, "for good", wait=30)["messageId"]
    support.debug.advanceClock(advanceMs=15 * 60_000 + 1000)
    refused(lambda: support.message.edit(sessionId="support", to=ANNA, messageId=message, text="x"), "EDIT_WINDOW_EXPIRED")


def test_a_lost_message_is_sent_again_when_the_contact_asks(support, anna):
    send(support, "first", wait=30)
    anna.call("retry", count=1)
    message = send(support, "second", wait=30)["messageId"]
    got = [m for m in anna.inbox(wait=1, text="second")]
    assert [m["id"] for m in got] == [message]


# --- in

def test_a_text_comes_in_once_with_everything_about_it(support, anna):
    (sent,) = anna.send(OWN, "hello you")
    event = support.wait_event("message.received", "support")
    data = event["data"]
    assert (data["messageId"], data["type"], data["content"]["text"]) == (sent, "text", "hello you")
    assert data["senderPn"] == "447700900200@s.whatsapp.net" and data["pushName"] == "Anna"
    assert (data["isGroup"], data["fromMe"], data["offline"]) == (False, False, False)
    assert support.message.get(sessionId="support", messageId=sent)["text"] == "hello you"
    assert {"id": sent, "type": "delivered"}.items() <= {k: v for k, v in anna.receipts(wait=1, id=sent)[0].items()}.items()


def test_what_came_while_we_were_away_is_marked_offline_and_in_order(support, anna, daemon):
    anna.send(OWN, "before")
    support.wait_event("message.received")
    support.close()
    daemon.kill()
    ids = anna.send(OWN, "away", count=20, timeoutMs=30_000)
    daemon.start()
    with daemon.rpc() as rpc:
        rpc.event.subscribe(events=["message.received"], after=0)
        got = [rpc.wait_event("message.received")["data"] for _ in range(21)][1:]
        assert [m["messageId"] for m in got] == ids
        assert all(m["offline"] for m in got)


def test_marking_as_read_tells_the_author(support, anna):
    (sent,) = anna.send(OWN, "read me")
    support.wait_event("message.received")
    assert support.message.read(sessionId="support", to=ANNA, messageIds=[sent]) == {"status": "read"}
    assert anna.receipts(wait=1, id=sent, type="read")[0]["id"] == sent


def test_a_message_is_listed_found_and_paged(support, anna):
    for text in ("the red house", "the blue house", "a red car"):
        anna.send(OWN, text)
        support.wait_event("message.received")
    send(support, "my red hat", wait=30)
    page = support.message.list(sessionId="support", chat=ANNA, limit=3)
    assert [m["text"] for m in page["items"]] == ["my red hat", "a red car", "the blue house"]
    rest = support.message.list(sessionId="support", chat=ANNA, limit=3, cursor=page["nextCursor"])
    assert [m["text"] for m in rest["items"]] == ["the red house"] and rest["nextCursor"] is None
    found = support.message.search(query="red")["items"]
    assert {m["text"] for m in found} == {"my red hat", "a red car", "the red house"}
    assert [m["text"] for m in support.message.search(query="red house")["items"]] == ["the red house"]
    assert [m["text"] for m in support.message.list(fromMe=True)["items"]] == ["my red hat"]
    assert support.message.search(query='red" OR (')["items"] == []
    assert support.message.list(since="2099-01-01T00:00:00Z")["items"] == []
    refused(lambda: support.message.list(since="yesterday"), "VALIDATION_FAILED")


def test_a_reply_quotes(support, anna):
    (sent,) = anna.send(OWN, "which size?")
    support.wait_event("message.received")
    reply = send(support, "large", quotedId=sent, wait=30)["messageId"]
    assert support.message.get(sessionId="support", messageId=reply)["context"]["quotedMessageId"] == sent


def test_a_trace_tells_the_way_of_a_message(support, anna):
    message = send(support, "traced", wait=30)["messageId"]
    support.wait_event("message.delivered")
    steps = [s["step"] for s in support.message.trace(sessionId="support", messageId=message)["steps"]]
    assert steps[0] == "queued" and "receipt" in steps


# --- the three lines of the shell

def test_send_and_wait_for_delivery(support, anna, daemon):
    sent = daemon.cli("send", "-s", "support", ANNA, "Your order has shipped", "--wait", "delivered")
    assert sent.returncode == 0, sent.stderr
    assert sent.stdout.split()[1] in ("delivered", "read")
    assert anna.inbox(wait=1)[0]["text"] == "Your order has shipped"


def test_watching_a_message_until_it_is_read(support, anna, daemon):
    anna.set(reads=True)
    message = send(support, "Your order has shipped", wait=30)["messageId"]
    watched = daemon.cli("message", "status", message, "--watch", "--timeout", "30s")
    assert watched.returncode == 0, watched.stderr
    assert [line.split() for line in watched.stdout.splitlines()][-1] == [message, "read"]
    assert daemon.cli("message", "status", message, "-o", "json").returncode == 0


def test_watching_in_vain_ends_with_nine(support, anna, daemon):
    support.queue.hold(sessionId="support")
    message = send(support, "never")["messageId"]
    watched = daemon.cli("message", "status", message, "--watch", "--timeout", "300ms")
    assert watched.returncode == 9 and watched.stdout.split() == [message, "queued"]


def test_standard_input_reaches_the_contact(support, anna, daemon):
    assert daemon.cli("send", "-s", "support", ANNA, "-", "--wait", "sent", input="backup finished\n").returncode == 0
    assert anna.inbox(wait=1)[0]["text"] == "backup finished"


def test_events_can_be_followed_as_lines_of_json(support, anna, daemon):
    seq = support.event.subscribe()["seq"]
    (sent,) = anna.send(OWN, "follow me")
    support.wait_event("message.received")
    tail = daemon.cli("events", "tail", "--type", "message.received", "-o", "ndjson", "--since", seq, "-n", 1)
    assert tail.returncode == 0
    assert json.loads(tail.stdout)["data"]["messageId"] == sent


def test_tables_show_messages(support, anna, daemon):
    anna.send(OWN, "hello\nyou")
    support.wait_event("message.received")
    table = daemon.cli("message", "list", "-s", "support").stdout
    assert "Anna" in table and "hello you" in table and ANNA in table
