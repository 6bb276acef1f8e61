"""What goes wrong on the way in: lost keys, broken ciphertexts, duplicates, restarts, new phones."""

import pytest
from harness.people import Person, group_of
from harness.programs import UNPACED

OWN = "+447700900124"
ANNA = "+447700900200"
BEN = "+447700900201"


@pytest.fixture
def anna(sandbox):
    return Person(sandbox, ANNA, "Anna")


@pytest.fixture
def support(daemon, anna):
    """A connected session, and an RPC connection that sees every event."""
    daemon.link("support", OWN)
    with daemon.rpc() as rpc:
        rpc.session.update(session="support", **UNPACED)
        rpc.event.subscribe()
        yield rpc


def fault(rpc, sandbox, kind, **more):
    """For our own device: the account's phone gets the same messages."""
    device = rpc.session.get(session="support")["jid"]
    sandbox.rpc.call("fault.message", kind=kind, jid=device, **more)


def received(rpc):
    return rpc.wait_event("message.received", "support")["data"]


def test_a_broken_ciphertext_is_asked_for_again_and_arrives(support, anna, sandbox):
    anna.send(OWN, "first")
    received(support)
    fault(support, sandbox, "corrupt")
    (broken,) = anna.send(OWN, "broken on the way")
    assert support.wait_event("message.undecryptable", "support")["data"]["messageId"] == broken
    data = received(support)
    assert (data["messageId"], data["content"]["text"]) == (broken, "broken on the way")
    assert data["replacesPlaceholder"] is True
    anna.send(OWN, "and on")
    assert received(support)["content"]["text"] == "and on"


def test_the_own_phone_is_asked_for_what_nobody_sends_again(support, anna, sandbox):
    anna.send(OWN, "first")
    received(support)
    fault(support, sandbox, "corrupt")
    support.session.disconnect(session="support")
    (broken,) = anna.send(OWN, "broken on the way")
    anna.set(online=False)
    support.session.reconnect(session="support")
    assert support.wait_event("message.undecryptable", "support")["data"]["messageId"] == broken
    support.debug.advanceClock(advanceMs=5_000)
    data = received(support)
    assert (data["messageId"], data["content"]["text"]) == (broken, "broken on the way")
    assert data["replacesPlaceholder"] is True
    assert data["senderPn"] == ANNA[1:] + "@s.whatsapp.net"


def test_a_duplicate_is_told_once(support, anna, sandbox):
    fault(support, sandbox, "duplicate")
    anna.send(OWN, "twice")
    anna.send(OWN, "end")
    assert [received(support)["content"]["text"] for _ in range(2)] == ["twice", "end"]


def test_messages_that_overtake_each_other_are_all_read(support, anna, sandbox):
    anna.send(OWN, "zero")
    received(support)
    fault(support, sandbox, "reorder")
    anna.send(OWN, "text", count=4)
    got = sorted(received(support)["content"]["text"] for _ in range(4))
    assert len(set(got)) == 4


def test_a_group_message_whose_key_was_withheld_heals(support, anna, sandbox):
    group = group_of(sandbox, anna, "Team", [OWN])["jid"]
    fault(support, sandbox, "withhold_key")
    (lost,) = anna.send(group, "without its key")
    assert support.wait_event("message.undecryptable", "support")["data"]["messageId"] == lost
    assert received(support)["content"]["text"] == "without its key"
    anna.send(group, "with it")
    assert received(support)["content"]["text"] == "with it"


def test_a_new_phone_of_a_contact_is_told_and_writes_on(support, anna):
    anna.send(OWN, "old phone")
    received(support)
    anna.call("reinstall")
    anna.send(OWN, "new phone")
    assert received(support)["content"]["text"] == "new phone"
    support.message.send(sessionId="support", to=ANNA, text="welcome back", wait=30)
    assert [m["text"] for m in anna.inbox(wait=1)][-1] == "welcome back"


def test_a_burst_arrives_once_and_in_order(support, anna):
    ids = anna.send(OWN, "burst", count=500, timeoutMs=60_000)
    assert [received(support)["messageId"] for _ in range(500)] == ids


def test_a_kill_in_a_burst_loses_and_doubles_nothing(support, anna, daemon):
    anna.send(OWN, "warm")
    received(support)
    ids = anna.send(OWN, "burst", count=200, timeoutMs=60_000)
    support.close()
    daemon.kill()
    daemon.start()
    with daemon.rpc() as rpc:
        rpc.event.subscribe(events=["message.received"], after=0)
        got = [rpc.wait_event("message.received")["data"]["messageId"] for _ in range(201)][1:]
    assert got == ids


def test_unreadable_kinds_do_no_harm(support, anna, sandbox):
    fault(support, sandbox, "unknown_enc")
    anna.send(OWN, "in no known form")
    anna.send(OWN, "plain")
    assert received(support)["content"]["text"] == "plain"
