"""What waits in the queue while a session is unlinked, and what becomes of it when it is linked again."""

import pytest
from harness.people import Person
from harness.programs import UNPACED
from harness.rpc import RpcError

OWN = "+447700900124"
OTHER = "+447700900125"
ANNA = "+447700900200"


@pytest.fixture
def anna(sandbox):
    return Person(sandbox, ANNA, "Anna")


@pytest.fixture
def waiting(daemon, anna):
    """Ids of two messages in the queue of a session that has been logged out since."""
    daemon.link("support", OWN)
    with daemon.rpc() as rpc:
        rpc.session.update(session="support", **UNPACED)
        rpc.queue.hold(sessionId="support")
        ids = [rpc.message.send(sessionId="support", to=ANNA, text=text)["messageId"] for text in ("one", "two")]
        rpc.session.logout(session="support")
        rpc.queue.release(sessionId="support")
        yield ids


def link(rpc, sandbox, number):
    fresh = rpc.session.qr(session="support")
    sandbox.rpc.phone.scan(phone=number, qr=fresh["qrString"])
    rpc.wait_event("session.connected", "support")


def queued(rpc):
    return [item["messageId"] for item in rpc.queue.list(sessionId="support")["items"]]


def test_what_waits_can_be_seen_and_cancelled_while_unlinked(daemon, waiting):
    with daemon.rpc() as rpc:
        assert queued(rpc) == waiting
        assert rpc.message.cancel(sessionId="support", messageId=waiting[0])["status"] == "cancelled"
        assert queued(rpc) == waiting[1:]
        with pytest.raises(RpcError) as refused:
            rpc.message.send(sessionId="support", to=ANNA, text="three")
        assert refused.value.code == "NO_CREDENTIALS"


def test_what_waits_leaves_when_the_same_account_is_linked_again(daemon, sandbox, anna, waiting):
    daemon.kill()
    daemon.start()
    with daemon.rpc() as rpc:
        assert queued(rpc) == waiting
        rpc.event.subscribe()
        link(rpc, sandbox, OWN)
        got = anna.inbox(wait=2)
        assert [(m["id"], m["text"]) for m in got] == list(zip(waiting, ("one", "two")))
        assert [rpc.wait_event("message.sent", "support")["data"]["messageId"] for _ in waiting] == waiting
        assert queued(rpc) == []


def test_what_waits_does_not_leave_from_another_account(daemon, sandbox, anna, waiting):
    daemon.kill()
    daemon.start()
    sandbox.phone(OTHER)
    with daemon.rpc() as rpc:
        rpc.event.subscribe()
        link(rpc, sandbox, OTHER)
        failed = [rpc.wait_event("message.failed", "support")["data"] for _ in waiting]
        assert [(f["messageId"], f["error"]) for f in failed] == [(m, "ACCOUNT_CHANGED") for m in waiting]
        assert queued(rpc) == []
        mine = rpc.message.send(sessionId="support", to=ANNA, text="from the new account", wait=30)["messageId"]
        assert [m["id"] for m in anna.inbox(wait=1)] == [mine]
        assert rpc.message.get(sessionId="support", messageId=waiting[0])["error"] == "ACCOUNT_CHANGED"
