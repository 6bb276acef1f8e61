"""A pseudo-terminal, and what a person would see on it."""

import codecs
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios

TOKEN = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|.", re.DOTALL)


class Terminal:
    def __init__(self, command: list[str], env: dict, rows: int = 60, columns: int = 120):
        reader, writer = os.pipe()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            # Starts only when the window has its size.
            os.read(reader, 1)
            os.close(reader)
            os.close(writer)
            os.execve(command[0], command, {**env, "TERM": "xterm-256color"})
        self.rows, self.columns = rows, columns
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.write(writer, b"x")
        os.close(reader)
        os.close(writer)
        self.output = ""
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")  # a read may end inside a character

    def _read(self, timeout: float) -> bool:
        ready, _, _ = select.select([self.fd], [], [], timeout)
        assert ready, f"nothing more came after:\n{self.output!r}"
        try:
            chunk = os.read(self.fd, 65536)
        except OSError:
            return False
        self.output += self.decoder.decode(chunk)
        return bool(chunk)

    def read_until(self, pattern: str, timeout: float = 20) -> str:
        while not re.search(pattern, self.output, re.DOTALL):
            assert self._read(timeout), f"it ended without '{pattern}':\n{self.output!r}"
        return self.output

    def type(self, text: str) -> None:
        os.write(self.fd, text.encode())

    def wait(self) -> int:
        while self._read(20):
            pass
        _, status = os.waitpid(self.pid, 0)
        os.close(self.fd)
        return os.waitstatus_to_exitcode(status)

    def interrupt(self) -> int:
        os.kill(self.pid, signal.SIGINT)
        return self.wait()

    def screen(self) -> list[str]:
        """The lines that are visible now, and those that have scrolled away above them."""
        lines, row, column = [""], 0, 0

        def put(character: str) -> None:
            lines[row] = lines[row].ljust(column)
            lines[row] = lines[row][:column] + character + lines[row][column + 1:]

        for token in TOKEN.findall(self.output):
            if token == "\n":
                row += 1
                if row == len(lines):
                    lines.append("")
            elif token == "\r":
                column = 0
            elif token.startswith("\x1b["):
                if token.endswith("A"):
                    top = max(0, len(lines) - self.rows)  # the cursor cannot leave the window
                    row = max(top, row - int(token[2:-1]))
                elif token.endswith("K"):
                    lines[row] = lines[row][:column]
                elif token.endswith("J"):
                    lines[row] = lines[row][:column]
                    del lines[row + 1:]
                else:
                    assert token.endswith("m"), token
            else:
                put(token)
                column += 1
        return lines


def qr_rows(lines: list[str]) -> list[str]:
    """The lines that belong to a drawn QR (or are as blank and wide as its quiet zone)."""
    return [line for line in lines if len(line) > 20 and not line.strip(" █▀▄")]
