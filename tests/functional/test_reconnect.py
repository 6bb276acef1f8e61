"""What happens when the line or the account is lost. The daemon's clock is advanced, nobody waits."""

import pytest


def wait_status(rpc, session, status, detail):
    """Looks again after every event; subscribe to all of them first."""
    while True:
        now = rpc.session.get(session=session)
        if (now["status"], now["statusDetail"]) == (status, detail):
            return now
        rpc.next_event()


def test_a_dropped_link_comes_back(daemon, sandbox):
    daemon.link("support", "+447700900124")
    with daemon.rpc() as rpc:
        rpc.event.subscribe(events=["session.reconnecting", "session.connected"])
        assert sandbox.rpc.link.drop()["dropped"] == 1
        lost = rpc.wait_event("session.reconnecting", "support")["data"]
        assert (lost["attempt"], lost["maxAttempts"], lost["delayMs"]) == (1, 5, 5000)
        rpc.debug.advanceClock(advanceMs=5_000)
        assert rpc.wait_event("session.connected", "support")["data"]["isNewLink"] is False


def test_the_ladder_is_5_10_20_40_80_seconds_and_then_disconnected(daemon, sandbox):
    daemon.link("support", "+447700900124")
    with daemon.rpc() as rpc:
        rpc.event.subscribe(events=["session.reconnecting", "session.disconnected", "session.connected"])
        sandbox.rpc.link.refuse(refuse=True)
        sandbox.rpc.link.drop()
        delays = []
        for _ in range(5):
            delays.append(rpc.wait_event("session.reconnecting", "support")["data"]["delayMs"])
            rpc.debug.advanceClock(advanceMs=delays[-1])
        assert delays == [5_000, 10_000, 20_000, 40_000, 80_000]
        ended = rpc.wait_event("session.disconnected", "support")["data"]
        assert (ended["reason"], ended["attempts"]) == ("retries_exhausted", 5)
        now = rpc.session.get(session="support")
        assert (now["status"], now["statusDetail"]) == ("disconnected", "retries_exhausted")
        assert now["reconnect"]["nextAttemptAt"] is not None
        sandbox.rpc.link.refuse(refuse=False)
        rpc.session.reconnect(session="support")
        rpc.wait_event("session.connected", "support")
        assert rpc.session.get(session="support")["reconnect"]["attempt"] == 0


def test_after_exhaustion_it_tries_quietly_every_15_minutes(daemon, sandbox):
    daemon.link("support", "+447700900124")
    with daemon.rpc() as rpc:
        rpc.event.subscribe(events=["session.reconnecting", "session.disconnected", "session.connected"])
        sandbox.rpc.link.refuse(refuse=True)
        sandbox.rpc.link.drop()
        for _ in range(5):
            rpc.debug.advanceClock(advanceMs=rpc.wait_event("session.reconnecting")["data"]["delayMs"])
        rpc.wait_event("session.disconnected")
        sandbox.rpc.link.refuse(refuse=False)
        rpc.debug.advanceClock(advanceMs=15 * 60_000)
        rpc.wait_event("session.connected", "support")


# (what the server does, status, statusDetail, event)
ENDS = [
    (("stream.error", {"code": 401, "conflict": "device_removed"}), "disconnected", "logged_out", "session.logged_out"),
    (("stream.error", {"code": 516}), "disconnected", "logged_out", "session.logged_out"),
    (("stream.error", {"conflict": "replaced"}), "disconnected", "replaced", "session.disconnected"),
    (("stream.error", {"code": 503}), "reconnecting", "backoff", "session.reconnecting"),
    (("stream.error", {"code": 500}), "reconnecting", "backoff", "session.reconnecting"),
    (("stream.error", {"code": 429}), "reconnecting", "backoff", "session.reconnecting"),
    (("stream.error", {"child": "xml-not-well-formed"}), "reconnecting", "backoff", "session.reconnecting"),
    (("stream.error", {"code": 515}), "connected", "online", "session.connected"),
]


@pytest.mark.parametrize("action, status, detail, event", ENDS)
def test_stream_errors(daemon, sandbox, action, status, detail, event):
    linked = daemon.link("support", "+447700900124")
    method, params = action
    with daemon.rpc() as rpc:
        rpc.event.subscribe()
        sandbox.rpc.call(method, jid=linked["jid"], **params)
        rpc.wait_event(event, "support")
        wait_status(rpc, "support", status, detail)


FAILURES = [
    ({"reason": 401}, "disconnected", "logged_out"),
    ({"reason": 402, "code": 101, "expire": 3600}, "banned", "temporary"),
    ({"reason": 403}, "banned", "locked"),
    ({"reason": 406}, "banned", "permanent"),
    ({"reason": 405}, "disconnected", "client_outdated"),
    ({"reason": 409}, "disconnected", "client_rejected"),
    ({"reason": 400}, "disconnected", "client_rejected"),
    ({"reason": 503}, "reconnecting", "backoff"),
    ({"reason": 500}, "reconnecting", "backoff"),
]


@pytest.mark.parametrize("failure, status, detail", FAILURES)
def test_login_failures(daemon, sandbox, failure, status, detail):
    linked = daemon.link("support", "+447700900124")
    with daemon.rpc() as rpc:
        rpc.event.subscribe()
        sandbox.rpc.call("failure", jid=linked["jid"], **failure)
        sandbox.rpc.link.drop()
        rpc.wait_event("session.reconnecting", "support")
        rpc.debug.advanceClock(advanceMs=5_000)
        now = wait_status(rpc, "support", status, detail)
        if status == "banned":
            assert now["ban"]["kind"] == detail
            assert (now["ban"]["expiresAt"] is not None) == (detail == "temporary")


def test_a_temporary_ban_ends_with_one_try(daemon, sandbox):
    linked = daemon.link("support", "+447700900124")
    with daemon.rpc() as rpc:
        rpc.event.subscribe(events=["session.reconnecting", "session.banned", "session.connected"])
        sandbox.rpc.call("failure", jid=linked["jid"], reason=402, code=104, expire=3600)
        sandbox.rpc.link.drop()
        rpc.wait_event("session.reconnecting")
        rpc.debug.advanceClock(advanceMs=5_000)
        assert rpc.wait_event("session.banned", "support")["data"]["code"] == 104
        rpc.debug.advanceClock(advanceMs=3_601_000)
        rpc.wait_event("session.connected", "support")


def test_a_silent_server_is_noticed(daemon, sandbox):
    daemon.link("support", "+447700900124")
    with daemon.rpc() as rpc:
        rpc.event.subscribe(events=["session.reconnecting"])
        sandbox.rpc.link.silence(silent=True)
        for _ in range(4):  # a ping within 30 s, and 20 s for its answer
            rpc.debug.advanceClock(advanceMs=15_000)
        rpc.wait_event("session.reconnecting", "support")


HANDSHAKE_FAULTS = [
    "garbage_hello", "truncated_hello", "empty_hello", "garbage_after", "close_before_hello", "close_after_hello",
]


@pytest.mark.parametrize("kind", HANDSHAKE_FAULTS)
def test_every_broken_handshake_is_survived(daemon, sandbox, kind):
    daemon.link("support", "+447700900124")
    with daemon.rpc() as rpc:
        rpc.event.subscribe(events=["session.reconnecting", "session.connected"])
        sandbox.rpc.fault.handshake(kind=kind)
        sandbox.rpc.link.drop()
        for delay in (5_000, 10_000):
            assert rpc.wait_event("session.reconnecting", "support")["data"]["delayMs"] == delay
            rpc.debug.advanceClock(advanceMs=delay)
        rpc.wait_event("session.connected", "support")


@pytest.mark.parametrize("kind", ["wrong_root", "expired_chain", "wrong_leaf"])
def test_a_rejected_certificate_is_named_and_tried_again_behind_its_name(daemon, sandbox, kind):
    daemon.link("support", "+447700900124")
    with daemon.rpc() as rpc:
        rpc.event.subscribe(events=["session.reconnecting", "session.disconnected", "session.connected"])
        sandbox.rpc.fault.handshake(kind=kind)
        sandbox.rpc.link.drop()
        rpc.wait_event("session.reconnecting", "support")
        rpc.debug.advanceClock(advanceMs=5_000)
        assert rpc.wait_event("session.disconnected", "support")["data"]["reason"] == "certificate_rejected"
        assert rpc.session.get(session="support")["statusDetail"] == "certificate_rejected"
        rpc.debug.advanceClock(advanceMs=10_000)
        rpc.wait_event("session.connected", "support")
