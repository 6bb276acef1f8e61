"""events tail: filters, formats, restarts of the daemon, commands."""

import json
import os
import signal

import pytest
from fake_daemon import CLOSE, error


@pytest.fixture
def tail(cli, fake):
    """Starts a tail and waits until it is subscribed."""
    started = []

    def start(*args, count=1, **options):
        running = cli.start("events", "tail", *args, **options)
        started.append(running)
        fake.wait_call("event.subscribe", count)
        return running

    yield start
    for running in started:
        if running.poll() is None:
            running.kill()
        running.wait(20)
        running.stdout.close()
        running.stderr.close()


def test_events_come_as_json_lines_without_the_subscription(tail, fake):
    running = tail("-o", "ndjson")
    fake.client.event("session.connected", phoneNumber="+447700900124")
    assert json.loads(running.stdout.readline()) == {
        "seq": 1, "eventId": "evt_1", "event": "session.connected", "sessionId": "sess_support", "sessionName": "support",
        "timestamp": "2026-05-25T10:00:00.000Z", "data": {"phoneNumber": "+447700900124"}}


def test_people_get_a_line_without_pictures(tail, fake):
    running = tail("--count", "2")
    fake.client.event("session.qr", qrCode="data:image/png;base64,AAAA", qrString="2@secret", expiresAt="2026-05-25T10:01:00.000Z")
    fake.client.event("session.connected", phoneNumber="+44", name="\x1b[2J")
    out, err = running.communicate(timeout=20)
    first, second = out.splitlines()
    assert first.split() == ["2026-05-25", "10:00:00", "1", "support", "session.qr", "expiresAt=2026-05-25", "10:01:00"]
    assert "phoneNumber=+44" in second and "\x1b" not in second
    assert (running.returncode, err) == (0, "")


def test_filters_and_beginning_reach_the_daemon(tail, fake):
    tail("--type", "session.qr,session.connected", "-t", "session.banned", "--session", "a,b", "-s", "c", "--since", "7")
    assert fake.client.subscribed == {"events": ["session.qr", "session.connected", "session.banned"],
                                      "sessions": ["a", "b", "c"], "after": 7}


def test_the_default_session_does_not_filter(tail, fake, cli):
    cli.environment["WASPHERE_SESSION"] = "support"
    tail()
    assert fake.client.subscribed == {}


def test_a_bad_type_is_the_daemons_error(cli, fake):
    fake.answers["event.subscribe"] = error("VALIDATION_FAILED", -32602, "No such type.")
    assert cli("events", "tail", "--type", "nope").returncode == 2


def test_without_a_daemon_it_does_not_wait_for_one(cli):
    assert cli("events", "tail").returncode == 3


def test_an_interrupt_ends_it_with_130(tail):
    running = tail()
    running.send_signal(signal.SIGINT)
    running.communicate(timeout=20)
    assert running.returncode == 130


def test_count_ends_it_and_a_limit_of_time_too(cli, tail, fake):
    assert cli("events", "tail", "--count", "0").returncode == 0
    assert cli("events", "tail", "--timeout", "100ms").returncode == 0
    assert cli("events", "tail", "--timeout", "100ms", "--count", "1").returncode == 9


def test_after_a_restart_it_goes_on_behind_the_last_event(tail, fake):
    running = tail("-o", "ndjson")
    fake.client.event("session.qr", seq=41)
    fake.client.event("session.qr", seq=42)
    assert [json.loads(running.stdout.readline())["seq"] for _ in range(2)] == [41, 42]
    for restart in (2, 3):
        fake.stop()
        assert "has gone" in running.stderr.readline()
        fake.start()
        assert fake.wait_call("event.subscribe", restart)["after"] == 40 + restart
        assert "is back" in running.stderr.readline()
        fake.client.event("session.qr", seq=41 + restart)
        assert json.loads(running.stdout.readline())["seq"] == 41 + restart


def test_a_restart_before_the_first_event_misses_nothing_either(tail, fake):
    fake.seq = 17
    running = tail("-o", "ndjson")
    fake.stop()
    assert "has gone" in running.stderr.readline()
    fake.start()
    assert fake.wait_call("event.subscribe", 2) == {"after": 17}


@pytest.mark.parametrize("begins, note", [(50, "Gap: events 43 to 50 are no longer kept."),
                                          (3, "Gap: the daemon's event log starts anew, at 3 instead of 42.")])
def test_a_gap_is_told(tail, fake, begins, note):
    running = tail("-o", "ndjson")
    fake.client.event("session.qr", seq=42)
    running.stdout.readline()
    fake.answers["event.subscribe"] = {"subscription": "sub_2", "seq": begins}
    fake.stop()
    fake.start()
    fake.wait_call("event.subscribe", 2)
    assert "has gone" in running.stderr.readline()
    assert running.stderr.readline() == note + "\n"
    fake.client.event("session.qr", seq=begins + 1)
    assert json.loads(running.stdout.readline())["seq"] == begins + 1


def test_a_daemon_that_hangs_up_while_coming_back_is_tried_again(tail, fake):
    running = tail("-o", "ndjson")
    subscribe = fake.answers["event.subscribe"]
    fake.answers["event.subscribe"] = lambda params, connection: CLOSE
    fake.stop()
    fake.start()
    fake.wait_call("event.subscribe", 3)
    fake.answers["event.subscribe"] = subscribe
    assert "has gone" in running.stderr.readline()
    assert "is back" in running.stderr.readline()
    fake.client.event("session.qr")
    assert json.loads(running.stdout.readline())["event"] == "session.qr"


def test_a_subscription_that_is_refused_after_a_restart_ends_it(tail, fake):
    running = tail()
    fake.answers["event.subscribe"] = error("FORBIDDEN", -31004, "Not you.")
    fake.stop()
    fake.start()
    _, err = running.communicate(timeout=20)
    assert running.returncode == 4
    assert "Not you." in err


def test_a_command_gets_each_event_one_at_a_time(tail, fake, directory):
    # Each run notes its beginning, its input and its end: overlapping runs would interleave.
    log = directory / "log"
    running = tail("--count", "3", "--exec", f'echo begin >>{log}; cat >>{log}; echo "$WASPHERE_EVENT $WASPHERE_SESSION" >>{log}')
    for _ in range(3):
        fake.client.event("session.qr", text="x" * 100)
    out, err = running.communicate(timeout=20)
    assert (running.returncode, out, err) == (0, "", "")
    lines = log.read_text().splitlines()
    assert [line for line in lines[0::3]] == ["begin"] * 3
    assert [json.loads(line)["seq"] for line in lines[1::3]] == [1, 2, 3]
    assert lines[2::3] == ["session.qr support"] * 3


def test_a_command_that_fails_is_noted_and_the_next_event_runs_it_again(tail, fake):
    running = tail("--count", "2", "--exec", "exit 3")
    fake.client.event("session.qr", text="x" * (1 << 20))  # more than a pipe holds, and nobody reads it
    fake.client.event("session.qr")
    _, err = running.communicate(timeout=20)
    assert running.returncode == 0
    assert err.splitlines() == [f"The command ended with 3 for event {n} (session.qr)." for n in (1, 2)]


def test_a_command_killed_by_a_signal_is_told_by_its_number(tail, fake):
    running = tail("--count", "1", "--exec", "kill -TERM $$")
    fake.client.event("session.qr")
    assert "ended with 143" in running.communicate(timeout=20)[1]


def test_what_the_command_prints_is_the_output(tail, fake):
    running = tail("--count", "1", "--exec", "echo hello")
    fake.client.event("session.qr")
    assert running.communicate(timeout=20)[0] == "hello\n"


def test_a_reader_that_has_gone_is_141(tail, fake):
    reader, writer = os.pipe()
    running = tail("-o", "ndjson", stdout=writer)
    os.close(writer)
    os.close(reader)
    fake.client.event("session.qr")
    assert running.wait(20) == 141
    assert running.stderr.read() == ""
    running.stdout = open(os.devnull)


@pytest.mark.parametrize("params", [{}, {"seq": "x", "event": 1, "data": [], "sessionName": {}}, {"seq": None}])
def test_events_of_another_shape_do_not_crash(tail, fake, params):
    running = tail("--count", "1")
    fake.client.send({"jsonrpc": "2.0", "method": "event", "params": params})
    running.communicate(timeout=20)
    assert running.returncode == 0


def test_other_notifications_are_skipped(tail, fake):
    running = tail("--count", "1", "-o", "names")
    fake.client.send({"jsonrpc": "2.0", "method": "weather", "params": {}})
    fake.client.event("session.qr")
    assert running.communicate(timeout=20)[0] == "session.qr\n"
