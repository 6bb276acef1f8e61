"""The QR as a person sees it: what a pseudo-terminal shows is painted, decoded by zbarimg, and *that* is scanned."""

import base64
import codecs
import os
import pty
import re
import select
import struct
import subprocess
import fcntl
import termios
import zlib

import pytest
from harness.programs import BIN

CELL_WIDTH, CELL_HEIGHT = 6, 12


class Terminal:
    """A program on a pseudo-terminal; what it prints is kept."""

    def __init__(self, *args, rows=60, columns=120, env=None):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update({"TERM": "xterm-256color", **(env or {})})
            os.execv(str(args[0]), [str(a) for a in args])
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.output = ""
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")  # a read may end inside a character

    def read_until(self, pattern: str, timeout: float = 30) -> str:
        while not re.search(pattern, self.output):
            ready, _, _ = select.select([self.fd], [], [], timeout)
            assert ready, f"no '{pattern}' in:\n{self.output}"
            try:
                chunk = os.read(self.fd, 65536)
            except OSError:
                chunk = b""
            assert chunk, f"it ended without '{pattern}':\n{self.output}"
            self.output += self.decoder.decode(chunk)
        return self.output

    def wait(self) -> int:
        while True:
            try:
                chunk = os.read(self.fd, 65536)
            except OSError:
                break
            if not chunk:
                break
            self.output += self.decoder.decode(chunk)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def cells(text: str) -> list[list[tuple[bool, bool]]]:
    """Rows of (upper half light, lower half light), following the colours the text sets."""
    rows = []
    foreground_light, background_light = True, False  # a dark terminal
    for line in text.replace("\r", "").split("\n"):
        row = []
        for token in re.findall(r"\x1b\[[0-9;?]*[A-Za-z]|.", line):
            if token.startswith("\x1b["):
                if token.endswith("m"):
                    for code in (token[2:-1] or "0").split(";"):
                        if code in ("", "0"):
                            foreground_light, background_light = True, False
                        elif code in ("30", "90"):
                            foreground_light = False
                        elif code in ("37", "97"):
                            foreground_light = True
                        elif code in ("40", "100"):
                            background_light = False
                        elif code in ("47", "107"):
                            background_light = True
                continue
            halves = {"█": (1, 1), "▀": (1, 0), "▄": (0, 1), " ": (0, 0)}.get(token)
            if halves is None:
                row = None
                break
            row.append(tuple(foreground_light if half else background_light for half in halves))
        if row and len(row) > 25:
            rows.append(row)
    return rows


def png(rows: list[list[tuple[bool, bool]]], light_terminal: bool = False) -> bytes:
    width = max(len(r) for r in rows)
    blank = light_terminal
    lines = []
    for row in rows:
        padded = row + [(blank, blank)] * (width - len(row))
        for half in (0, 1):
            line = b"".join(bytes([255 if cell[half] else 0]) * CELL_WIDTH for cell in padded)
            lines += [b"\0" + line] * (CELL_HEIGHT // 2)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width * CELL_WIDTH, len(lines), 8, 0, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"".join(lines))) +
            chunk(b"IEND", b""))


def zbar(image: bytes, directory) -> str:
    path = directory / "qr.png"
    path.write_bytes(image)
    done = subprocess.run(["zbarimg", "-q", "--raw", "-Sdisable", "-Sqrcode.enable", str(path)], capture_output=True, text=True)
    assert done.returncode == 0, "zbarimg finds no QR in the picture"
    return done.stdout.rstrip("\n")


def test_the_qr_on_the_terminal_links_the_session(daemon, sandbox, directory):
    phone = sandbox.phone("+447700900124")
    terminal = Terminal(BIN / "wasphere", "--socket", daemon.socket, "session", "create", "support", rows=60, columns=120)
    with daemon.rpc() as rpc:
        rpc.event.subscribe(events=["session.qr"], after=0)
        rpc.wait_event("session.qr", "support")
    text = terminal.read_until("Waiting for the scan")
    scanned = zbar(png(cells(text)), directory)
    sandbox.rpc.phone.scan(phone=phone["phoneNumber"], qr=scanned)
    assert terminal.wait() == 0, terminal.output
    assert "support is connected as +447700900124" in terminal.output


def test_the_qr_piped_without_colour_scans_when_printed_dark_on_light(daemon, sandbox, directory):
    sandbox.phone("+447700900124")
    created = daemon.cli("session", "create", "support", "--no-link", env={"NO_COLOR": "1"})
    assert created.returncode == 0, created.stderr
    piped = subprocess.Popen([str(BIN / "wasphere"), "--socket", str(daemon.socket), "session", "qr", "support"],
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "NO_COLOR": "1"})
    lines = []
    with daemon.rpc() as rpc:
        # 57 modules and a quiet zone of 4 on each side, two rows of modules a line.
        for line in piped.stdout:
            assert "\x1b" not in line
            lines.append(line)
            if len(lines) == 33:
                break
        # Ink is the foreground: dark on light paper.
        rows = [[(not up, not low) for up, low in row] for row in cells("".join(lines))]
        scanned = zbar(png(rows, light_terminal=True), directory)
        assert scanned == rpc.session.get(session="support")["qrString"]
        sandbox.rpc.phone.scan(phone="+447700900124", qr=scanned)
    assert piped.wait(30) == 0
    piped.stdout.close()
    piped.stderr.close()


def test_the_png_in_the_json_links_the_session(daemon, sandbox, directory):
    phone = sandbox.phone("+447700900124")
    with daemon.rpc() as rpc:
        rpc.event.subscribe(events=["session.connected"])
        created = rpc.session.create(name="support")
        image = base64.b64decode(created["qrCode"].removeprefix("data:image/png;base64,"))
        scanned = zbar(image, directory)
        assert scanned == created["qrString"]
        sandbox.rpc.phone.scan(phone=phone["phoneNumber"], qr=scanned)
        rpc.wait_event("session.connected", "support")


def test_the_text_form_is_the_string_itself(daemon, sandbox, directory):
    phone = sandbox.phone("+447700900124")
    process = subprocess.Popen([str(BIN / "wasphere"), "--socket", str(daemon.socket), "session", "create", "support",
                                "--qr-format", "text"], stdout=subprocess.PIPE, text=True)
    qr = process.stdout.readline().strip()
    sandbox.rpc.phone.scan(phone=phone["phoneNumber"], qr=qr)
    assert process.wait(30) == 0
    process.stdout.close()


@pytest.mark.parametrize("spoil", [
    lambda q: q[:-2], lambda q: q.replace(",", ";"), lambda q: "", lambda q: "https://example.org/" + q[-40:],
    lambda q: ",".join(p if i != 1 else p[::-1] for i, p in enumerate(q.split(","))),
])
def test_a_phone_refuses_a_spoilt_qr(daemon, sandbox, spoil):
    phone = sandbox.phone()
    with daemon.rpc() as rpc:
        created = rpc.session.create(name="support")
        with pytest.raises(Exception):
            sandbox.rpc.phone.scan(phone=phone["phoneNumber"], qr=spoil(created["qrString"]))
        assert rpc.session.get(session="support")["status"] == "connecting"
