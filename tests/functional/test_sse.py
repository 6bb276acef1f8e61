"""Live events over HTTP: Server-Sent Events from the durable log."""

import pytest
from harness.programs import REST, Daemon
from harness.rest import Stream
from rest_fixtures import rest, rest_daemon  # noqa: F401


def update(rpc, text: str) -> None:
    rpc.session.update(session="support", description=text)


def test_events_come_as_they_happen(rest_daemon, rest):
    with rest_daemon.rpc() as rpc, Stream(rest) as stream:
        assert stream.answer.status == 200
        assert stream.answer.header("Content-Type") == "text/event-stream"
        assert stream.block() == {"retry": "3000"}
        made = rpc.session.create(name="support")
        event = stream.event("session.created")
        assert event["data"]["sessionId"] == made["id"] and event["data"]["event"] == "session.created"
        assert int(event["id"]) > 0


def test_a_reader_goes_on_where_it_was_even_after_a_kill(rest_daemon, rest):
    with rest_daemon.rpc() as rpc:
        rpc.session.create(name="support")
        for text in "abc":
            update(rpc, text)
    path = "/api/events?types=session.config_updated"
    with Stream(rest, path + "&since=0") as stream:
        first = stream.event()
        assert first["data"]["data"]["description"] == "a"
    rest_daemon.kill()
    rest_daemon.start()
    rest.port = rest_daemon.rest_port()
    with Stream(rest, path, {"Last-Event-ID": first["id"]}) as stream:
        assert [stream.event()["data"]["data"]["description"] for _ in range(2)] == ["b", "c"]


def test_filters_and_bad_input(rest_daemon, rest):
    with rest_daemon.rpc() as rpc:
        rpc.session.create(name="support")
        rpc.session.create(name="sales")
        update(rpc, "x")
        rpc.session.update(session="sales", description="y")
    with Stream(rest, "/api/events?since=0&types=session.config_updated,session.deleted&sessions=sales") as stream:
        assert stream.event()["data"]["sessionName"] == "sales"
    for path, pointers in (("/api/events?types=nonsense", {"/events/0"}), ("/api/events?since=-1", {"/after"}),
                           ("/api/events?since=x", {"/after"}), ("/api/events?colour=red", {"/colour"})):
        answer = Stream(rest, path).answer
        assert (answer.status, answer.pointers) == (400, pointers), path
    assert Stream(rest, headers={"Last-Event-ID": "evt_x"}).answer.pointers == {"/after"}
    assert Stream(rest, "/api/events?sessions=nobody").answer.code == "SESSION_NOT_FOUND"


def test_a_gap_is_told(directory, sandbox):
    daemon = Daemon(directory, sandbox, *REST, "--set", "events.max_rows=3")
    rest = daemon.rest()
    with daemon.rpc() as rpc:
        rpc.session.create(name="support")
        for n in range(10):
            update(rpc, str(n))
        rpc.debug.advanceClock(advanceMs=3_600_000)
        newest = rpc.event.subscribe()["seq"]
    # Old events are retired some time after the clock was moved.
    first = {"event": ""}
    while first["event"] != "gap":
        with Stream(rest, "/api/events?since=0") as stream:
            first = stream.event()
    assert first["data"]["after"] == 0 and 1 < first["data"]["firstSeq"] <= newest
    assert daemon.stop() == 0


def test_a_silent_stream_still_beats(rest_daemon, rest):
    with Stream(rest) as stream, rest_daemon.rpc() as rpc:
        assert stream.block() == {"retry": "3000"}
        rpc.debug.advanceClock(advanceMs=15_000)
        assert stream.wire.chunk() == b": heartbeat\n\n"


def test_what_a_key_may_not_see_is_not_sent(rest_daemon):
    reader = rest_daemon.rest(["sessions:read"])
    assert Stream(rest_daemon.rest(["audit:read"])).answer.code == "FORBIDDEN_SCOPE"
    assert Stream(rest_daemon.rest(["messages:read"]), "/api/events?types=session.created").answer.status == 403
    with rest_daemon.rpc() as rpc, Stream(reader) as stream:
        rpc.session.create(name="support")  # makes a QR as well
        update(rpc, "after the qr")
        seen = []
        while "session.config_updated" not in seen:
            seen.append(stream.event()["event"])
        assert "session.created" in seen and "session.qr" not in seen


def test_streams_are_few_and_come_free_again(rest_daemon, rest):
    streams = [Stream(rest) for _ in range(3)]
    assert [stream.answer.status for stream in streams] == [200] * 3
    refused = Stream(rest).answer
    assert (refused.status, refused.code) == (429, "RATE_LIMITED") and refused.header("Retry-After")
    other = Stream(rest_daemon.rest())
    assert other.answer.status == 200
    streams.pop().wire.sock.close()
    while (again := Stream(rest)).answer.status != 200:
        pass
    for stream in (*streams, other, again):
        stream.wire.sock.close()


def test_a_stop_ends_streams_politely(directory, sandbox):
    daemon = Daemon(directory, sandbox, *REST)
    with Stream(daemon.rest()) as stream:
        assert stream.block() == {"retry": "3000"}
        assert daemon.stop() == 0
        while stream.block() is not None:
            pass


def test_a_reader_that_falls_behind_misses_nothing(rest_daemon, rest):
    """More than one page of the log, and more than the listener keeps ready for one client."""
    with rest_daemon.rpc() as rpc, Stream(rest, "/api/events?since=0") as stream:
        rpc.session.create(name="support")
        for n in range(400):
            rpc.start("session.update", session="support", description=f"{n:0500}")
        answers = 0
        while answers < 400:
            answers += "result" in rpc.read_line()
        seen = {stream.event("session.config_updated")["data"]["data"]["description"] for _ in range(400)}
        assert seen == {f"{n:0500}" for n in range(400)}
