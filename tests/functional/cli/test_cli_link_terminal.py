"""Linking on a terminal: how the QR is drawn, replaced and left."""

import signal

from fake_daemon import SILENT, connected, session
from linking import NEXT_QR, QR, linking, qr, scanned  # noqa: F401
from terminal import Terminal, qr_rows


def terminal_until_qr(cli, *args, rows=60, columns=120, env=None) -> Terminal:
    terminal = Terminal(cli.command("session", "create", "support", *args), {**cli.environment, **(env or {})}, rows, columns)
    terminal.read_until(r"Waiting for the scan")
    return terminal


def test_on_a_terminal_the_colours_are_explicit_and_the_time_runs(cli, linking):
    terminal = terminal_until_qr(cli)
    assert terminal.output.count("\x1b[30;107m") == 31
    assert " s left" in terminal.output
    scanned(linking.client)
    assert terminal.wait() == 0
    screen = terminal.screen()
    assert len(qr_rows(screen)) == 31
    assert screen[-2:] == ["support is connected as +447700900124", ""]
    assert not any("Waiting" in line for line in screen)


def test_a_replaced_qr_takes_the_place_of_the_old_one(cli, linking):
    terminal = terminal_until_qr(cli)
    first = qr_rows(terminal.screen())
    linking.client.event("session.qr", **qr(NEXT_QR))
    terminal.read_until(r"\x1b\[31A.*Waiting")
    second = qr_rows(terminal.screen())
    assert len(first) == len(second) == 31 and first != second
    linking.client.event("session.qr", **qr(QR))
    terminal.read_until(r"\x1b\[31A.*\x1b\[31A.*Waiting")
    assert qr_rows(terminal.screen()) == first
    scanned(linking.client)
    assert terminal.wait() == 0


def test_a_note_under_the_qr_is_not_drawn_over(cli, linking):
    terminal = terminal_until_qr(cli)
    linking.client.event("session.reconnecting", attempt=1, maxAttempts=5, delayMs=5000, reason=None)
    terminal.read_until("connection was lost")
    linking.client.event("session.qr", **qr(NEXT_QR))
    scanned(linking.client)
    assert terminal.wait() == 0
    screen = terminal.screen()
    assert len(qr_rows(screen)) == 62
    assert any("connection was lost" in line for line in screen)


def test_without_colour_the_qr_is_plain_and_the_hint_names_the_inverted_one(cli, linking):
    terminal = terminal_until_qr(cli, env={"NO_COLOR": "1"})
    assert "\x1b[30" not in terminal.output
    assert "--qr-invert" in terminal.output
    scanned(linking.client)
    assert terminal.wait() == 0


def test_a_low_terminal_gets_a_narrow_margin(cli, linking):
    terminal = terminal_until_qr(cli, rows=30, columns=80)
    assert {len(row) for row in qr_rows(terminal.screen())} == {55}
    assert "The QR needs" not in terminal.output
    scanned(linking.client)
    assert terminal.wait() == 0


def test_a_terminal_too_small_gets_a_hint_and_no_overdrawing(cli, linking):
    terminal = terminal_until_qr(cli, rows=20, columns=40)
    assert "this terminal has 40 by 20" in terminal.output
    linking.client.event("session.qr", **qr(NEXT_QR))
    scanned(linking.client)
    assert terminal.wait() == 0
    assert "A\x1b[J" not in terminal.output


def test_ctrl_c_leaves_the_session_in_place_and_says_so(cli, linking):
    terminal = terminal_until_qr(cli)
    terminal.type("\x03")
    assert terminal.wait() == 130
    assert "'support' stays in place" in terminal.output
    assert "wasphere link support" in terminal.output
    assert "session.delete" not in [method for method, _ in linking.calls]


def test_an_interrupt_before_the_answer_says_how_to_find_out(cli, linking):
    linking.answers["session.create"] = SILENT
    running = cli.start("session", "create", "support")
    linking.wait_call("session.create")
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=20)
    assert running.returncode == 130
    assert "session show support" in err
