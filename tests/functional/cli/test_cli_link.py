"""Linking: the QR on every kind of output but a terminal, and every way it ends."""

import json

import pytest
from fake_daemon import SILENT, connected, error, session
from linking import LATER, NEXT_PNG, NEXT_QR, NUMBER, PNG, QR, WITHIN, answering, linking, qr, scanned  # noqa: F401
from terminal import Terminal, qr_rows


# ---- the whole way ----


def test_create_draws_the_qr_waits_and_names_the_number(cli, linking):
    running = cli.start("session", "create", "support", "--description", "Line", "--rate-limit-per-min", "5")
    rows = [running.stdout.readline().rstrip("\n") for _ in range(30)]
    assert all(len(row) == 61 and not row.strip(" █▀▄") for row in rows)
    scanned(linking.client)
    out, err = running.communicate(timeout=20)
    assert running.returncode == 0, err
    assert out.splitlines()[-1] == "support is connected as +447700900124"
    assert "\x1b" not in out + err
    assert "Scan this with the phone" in err
    methods = [method for method, _ in linking.calls]
    assert methods == ["event.subscribe", "session.create"]  # in this order: nothing is missed
    assert linking.calls[1][1] == {"name": "support", "description": "Line", "rateLimitPerMin": 5}


def test_a_scan_before_the_answer_is_not_missed(cli, linking):
    def reply(params, connection):
        connection.event("session.created")
        connection.event("session.qr", **qr())
        scanned(connection)
        return session(**qr())

    linking.answers["session.create"] = reply
    done = cli("session", "create", "support")
    assert done.returncode == 0
    assert done.stdout.endswith("support is connected as +447700900124\n")
    assert len(qr_rows(done.stdout.splitlines())) == 31  # drawn once


def test_events_of_other_sessions_are_not_ours(cli, linking):
    def reply(params, connection):
        connection.event("session.disconnected", "sales", reason="qr_expired")
        connection.event("session.connected", "sales", phoneNumber="+15550100")
        scanned(connection)
        return session(**qr())

    linking.answers["session.create"] = reply
    assert cli("session", "create", "support").stdout.endswith("as +447700900124\n")


def test_no_link_only_creates(cli, linking):
    done = cli("session", "create", "support", "--no-link")
    assert (done.returncode, done.stdout) == (0, "support is created (sess_support)\n")
    assert [method for method, _ in linking.calls] == ["session.create"]


# ---- forms of the QR ----


def test_text_is_the_string_and_a_new_one_follows_on_its_own_line(cli, linking):
    running = cli.start("session", "create", "support", "--qr-format", "text")
    assert running.stdout.readline() == QR + "\n"
    linking.client.event("session.qr", **qr(NEXT_QR))
    assert running.stdout.readline() == NEXT_QR + "\n"
    scanned(linking.client)
    assert running.communicate(timeout=20)[0] == "support is connected as +447700900124\n"
    assert running.returncode == 0


def test_png_to_standard_output_is_the_picture_and_nothing_else(cli, linking):
    linking.answers["session.create"] = answering("session.connected", phoneNumber=NUMBER)
    done = cli("session", "create", "support", "--qr-format", "png", text=False, input=b"")
    assert (done.returncode, done.stdout) == (0, PNG)
    assert b"support is connected as +447700900124" in done.stderr


def test_png_to_a_file_is_replaced_with_the_qr(cli, linking, directory):
    running = cli.start("session", "create", "support", "--qr-out", directory / "qr.png")
    assert "The QR is in" in (running.stderr.readline() + running.stderr.readline())
    assert (directory / "qr.png").read_bytes() == PNG
    assert (directory / "qr.png").stat().st_mode & 0o777 == 0o600
    linking.client.event("session.qr", **qr(NEXT_QR, NEXT_PNG))
    assert "The QR is in" in running.stderr.readline()
    assert (directory / "qr.png").read_bytes() == NEXT_PNG
    scanned(linking.client)
    assert running.communicate(timeout=20)[0] == "support is connected as +447700900124\n"


def test_a_file_that_cannot_be_written_is_13(cli, linking):
    done = cli("session", "create", "support", "--qr-out", "/nonexistent/qr.png")
    assert done.returncode == 13
    assert "/nonexistent/qr.png" in done.stderr


def test_a_png_is_not_thrown_at_a_terminal(cli, linking):
    terminal = Terminal(cli.command("session", "create", "support", "--qr-format", "png"), cli.environment)
    assert terminal.wait() == 2
    assert "--qr-out" in terminal.output
    assert linking.calls == []  # nothing was created


def test_a_png_the_daemon_did_not_send_is_its_fault(cli, linking):
    linking.answers["session.create"] = session(**{**qr(), "qrCode": "nonsense"})
    assert cli("session", "create", "support", "--qr-format", "png").returncode == 7


def test_inverted_is_the_negative(cli, linking):
    linking.answers["session.create"] = answering("session.connected", phoneNumber=NUMBER)
    positive = qr_rows(cli("session", "create", "support").stdout.splitlines())
    negative = qr_rows(cli("session", "create", "support", "--qr-invert").stdout.splitlines())
    swapped = str.maketrans("█▀▄ ", " ▄▀█")
    assert [row.translate(swapped) for row in positive] == negative


# ---- every other end ----


@pytest.mark.parametrize("event, data, code, cause, remedy", [
    ("session.disconnected", {"reason": "qr_expired"}, 6, "the QR expired", "wasphere session qr support"),
    ("session.disconnected", {"reason": "connect_failed"}, 8, "could not be reached", "network.url"),
    ("session.disconnected", {"reason": "user"}, 6, "somebody disconnected it", "session reconnect support"),
    ("session.disconnected", {"reason": "certificate_rejected"}, 7, "certificate", "noise_root"),
    ("session.disconnected", {"reason": "new_reason", "detail": "Odd."}, 6, "Odd.", "session show support"),
    ("session.failed", {"reason": "client_outdated"}, 6, "no longer accepts", "Upgrade"),
    ("session.logged_out", {"reason": "device_removed"}, 6, "unlinked", "session qr support"),
    ("session.banned", {"kind": "permanent", "code": 406, "expiresAt": None, "message": None}, 6, "is banned (permanent)", "phone"),
    ("session.banned", {"kind": "temporary", "code": 102, "expiresAt": LATER, "message": "Blocked."}, 6, "until 2099", "Wait"),
    ("session.deleted", {}, 5, "deleted", "session list"),
])
def test_every_end_has_its_exit_code_cause_and_remedy(cli, linking, event, data, code, cause, remedy):
    running = cli.start("session", "create", "support", "--qr-format", "text")
    running.stdout.readline()
    linking.client.event(event, at=LATER, **data)
    out, err = running.communicate(timeout=20)
    assert running.returncode == code, err
    assert out == ""
    assert cause in err and remedy in err


def test_the_end_of_an_earlier_qr_does_not_end_the_new_one(cli, linking):
    def reply(params, connection):
        connection.event("session.disconnected", at=WITHIN, reason="qr_expired")
        connection.event("session.logged_out", at="2099-05-25T09:00:00.000Z", reason=None)
        scanned(connection)
        return {"id": "sess_support", "status": "connecting", **qr()}

    linking.answers["session.qr"] = reply
    assert cli("session", "qr", "support", "--force").returncode == 0
    assert linking.calls[-1] == ("session.qr", {"session": "support", "force": True})


def test_time_runs_out_with_9_and_the_session_stays(cli, linking):
    done = cli("session", "create", "support", "--qr-format", "text", "--timeout", "300ms")
    assert done.returncode == 9
    assert "waiting for the scan" in done.stderr and "'support' stays in place" in done.stderr


def test_time_that_runs_out_before_the_answer_is_9_too(cli, linking):
    linking.answers["session.create"] = SILENT
    done = cli("session", "create", "support", "--timeout", "200ms")
    assert done.returncode == 9
    assert "session show support" in done.stderr


def test_a_daemon_that_goes_away_is_3(cli, linking):
    running = cli.start("session", "create", "support", "--qr-format", "text")
    running.stdout.readline()
    linking.stop()
    _, err = running.communicate(timeout=20)
    assert running.returncode == 3


def test_a_name_that_is_taken_is_10_and_points_to_link(cli, linking):
    linking.answers["session.create"] = error("SESSION_EXISTS", -31010, "There is one.", "Use 'wasphere link NAME'.")
    done = cli("session", "create", "support")
    assert done.returncode == 10
    assert "wasphere link support" in done.stderr


def test_an_answer_that_says_it_failed_is_not_waited_on(cli, linking):
    linking.answers["session.create"] = session(status="disconnected", statusDetail="connect_failed")
    assert cli("session", "create", "support").returncode == 8
    linking.answers["session.create"] = session(status="banned", statusDetail="locked", ban={"kind": "locked"})
    assert cli("session", "create", "support").returncode == 6


def test_a_qr_that_comes_after_the_answer_is_drawn(cli, linking):
    linking.answers["session.create"] = session(statusDetail="dialing")
    running = cli.start("session", "create", "support", "--qr-format", "text")
    linking.wait_call("session.create")
    linking.client.event("session.qr", **qr())
    assert running.stdout.readline() == QR + "\n"
    linking.client.event("session.status", status="connecting", statusDetail="pairing")
    scanned(linking.client)
    _, err = running.communicate(timeout=20)
    assert running.returncode == 0
    assert "The phone has answered" in err


# ---- machine-readable ----


def test_json_is_the_answer_at_once(cli, linking):
    for args in (["session", "create", "support"], ["link", "support"]):
        done = cli(*args, "--json")
        assert done.returncode == 0
        assert json.loads(done.stdout)["qrString"] == QR
    done = cli("session", "qr", "support", "--json")
    assert json.loads(done.stdout) == {"id": "sess_support", "status": "connecting", **qr()}


def test_json_and_a_file_for_the_picture(cli, linking, directory):
    done = cli("session", "qr", "support", "--json", "--qr-out", directory / "qr.png", "--quiet")
    assert json.loads(done.stdout)["qrString"] == QR
    assert (directory / "qr.png").read_bytes() == PNG


def test_ndjson_is_the_answer_and_the_events_up_to_the_end(cli, linking):
    running = cli.start("session", "create", "support", "-o", "ndjson")
    assert json.loads(running.stdout.readline())["qrString"] == QR
    linking.client.event("session.qr", **qr(NEXT_QR))
    assert json.loads(running.stdout.readline())["data"]["qrString"] == NEXT_QR
    scanned(linking.client)
    event = json.loads(running.stdout.readline())
    assert event["event"] == "session.connected" and "subscription" not in event
    assert running.communicate(timeout=20)[0] == ""
    assert running.returncode == 0


# ---- link, pair ----


def test_link_creates_what_is_missing(cli, linking):
    linking.answers["session.qr"] = error("SESSION_NOT_FOUND", -31005, "No session.")
    linking.answers["session.create"] = answering("session.connected", phoneNumber=NUMBER)
    done = cli("link", "support")
    assert done.returncode == 0
    assert done.stdout.endswith("support is connected as +447700900124\n")
    assert [m for m, _ in linking.calls] == ["event.subscribe", "session.qr", "session.create"]


def test_link_creates_nothing_by_an_id(cli, linking):
    linking.answers["session.qr"] = error("SESSION_NOT_FOUND", -31005, "No session.")
    assert cli("link", "sess_abc").returncode == 5
    assert "session.create" not in [m for m, _ in linking.calls]


def test_link_draws_a_qr_for_what_is_not_linked(cli, linking):
    running = cli.start("link", "-s", "support", "--qr-format", "text")
    assert running.stdout.readline() == QR + "\n"
    scanned(linking.client)
    running.communicate(timeout=20)
    assert running.returncode == 0


def test_link_says_when_it_is_connected_already(cli, linking):
    linking.answers["session.qr"] = error("ALREADY_CONNECTED", -31010, "It is connected.")
    linking.answers["session.get"] = connected()
    done = cli("link", "support")
    assert (done.returncode, done.stdout) == (0, "support is connected as +447700900124\n")


def test_link_connects_what_is_linked(cli, linking):
    def reply(params, connection):
        scanned(connection)
        return connected(status="connecting", statusDetail="dialing")

    linking.answers["session.qr"] = error("HAS_CREDENTIALS", -31010, "It is linked.")
    linking.answers["session.reconnect"] = reply
    done = cli("link", "support")
    assert (done.returncode, done.stdout) == (0, "support is connected as +447700900124\n")
    assert "is linked already" in done.stderr


def test_link_stops_at_a_ban(cli, linking):
    linking.answers["session.qr"] = error("SESSION_BANNED", -31006, "It is banned.")
    assert cli("link", "support").returncode == 6


@pytest.mark.parametrize("args", [["--phone", NUMBER], [NUMBER]])
def test_pair_shows_the_code_and_waits(cli, linking, args):
    linking.answers["session.pair"] = {"id": "sess_support", "code": "ABCD-EFGH", "expiresAt": LATER}
    running = cli.start("session", "pair", "support", *args)
    assert running.stdout.readline() == "ABCD-EFGH\n"
    linking.client.event("session.code", code="ABCD-EFGH", expiresAt=LATER)
    linking.client.event("session.code", code="2345-6789", expiresAt=LATER)
    assert running.stdout.readline() == "2345-6789\n"
    scanned(linking.client)
    out, err = running.communicate(timeout=20)
    assert (running.returncode, out) == (0, "support is connected as +447700900124\n")
    assert "phone number" in err
    assert ("session.pair", {"session": "support", "phoneNumber": NUMBER}) in linking.calls


def test_a_reader_that_goes_away_while_linking_is_141(cli, linking):
    running = cli.start("session", "create", "support", "--qr-format", "text")
    running.stdout.readline()
    running.stdout.close()
    scanned(linking.client)
    assert running.wait(20) == 141
    assert running.stderr.read() == "Scan this with the phone: WhatsApp, Linked devices, Link a device.\n"
    running.stderr.close()
