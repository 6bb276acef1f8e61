"""The command line against a scripted daemon."""

import os
import subprocess

import pytest
from fake_daemon import FakeDaemon
from harness.programs import BIN

WASPHERE = str(BIN / "wasphere")


class Cli:
    """Runs the program on the test's socket, with nothing of the caller's environment that would change it."""

    def __init__(self, socket):
        self.socket = str(socket)
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("WASPHERE_") and k != "NO_COLOR"}
        self.environment["TZ"] = "UTC"

    def command(self, *args) -> list[str]:
        return [WASPHERE, "--socket", self.socket, *map(str, args)]

    def __call__(self, *args, input="", env=None, stdout=subprocess.PIPE, text=True, **options):
        return subprocess.run(self.command(*args), input=input, text=text, stdout=stdout, stderr=subprocess.PIPE,
                              timeout=30, env={**self.environment, **(env or {})}, **options)

    def start(self, *args, env=None, **options) -> subprocess.Popen:
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, **options}
        return subprocess.Popen(self.command(*args), env={**self.environment, **(env or {})}, **options)


@pytest.fixture
def cli(directory):
    return Cli(directory / "d.sock")


@pytest.fixture
def fake(directory):
    with FakeDaemon(directory / "d.sock") as daemon:
        yield daemon
