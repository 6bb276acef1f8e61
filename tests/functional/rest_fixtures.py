"""Fixtures of the tests over HTTP."""

import pytest
from harness.programs import REST, Daemon


@pytest.fixture
def rest_daemon(directory, sandbox):
    it = Daemon(directory, sandbox, *REST)
    yield it
    assert it.stop() == 0, it.program.log()


@pytest.fixture
def rest(rest_daemon):
    return rest_daemon.rest()
