"""Fixtures: a sandbox and a daemon on it, in a temporary directory with short socket paths."""

import pathlib
import shutil
import sys
import tempfile

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from harness.programs import Daemon, Sandbox  # noqa: E402


@pytest.fixture
def directory():
    # Socket paths must stay under 108 characters, so pytest's own tmp_path is too long.
    path = pathlib.Path(tempfile.mkdtemp(prefix="ws."))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def sandbox(directory):
    box = Sandbox(directory)
    yield box
    assert box.stop() == 0, box.program.log()


@pytest.fixture
def daemon(directory, sandbox):
    it = Daemon(directory, sandbox)
    yield it
    assert it.stop() == 0, it.program.log()


@pytest.fixture
def stopped_daemon(directory, sandbox):
    """A daemon that the test starts itself; whatever still runs at the end is killed."""
    it = Daemon(directory, sandbox, start=False)
    yield it
    if it.program and it.program.process.poll() is None:
        it.kill()
