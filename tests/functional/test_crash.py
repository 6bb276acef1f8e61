"""The crash test in short: nothing lost and nothing doubled over a few kills under traffic both ways."""

import pathlib
import re
import subprocess
import sys

CRASH = pathlib.Path(__file__).resolve().parents[1] / "crash" / "crash.py"


def test_nothing_is_lost_or_doubled_over_kills():
    run = subprocess.run([sys.executable, CRASH, "--kills", "8", "--seed", "3"], capture_output=True, text=True, timeout=400)
    assert run.returncode == 0, run.stdout + run.stderr
    last = run.stdout.strip().splitlines()[-1]
    found = re.fullmatch(r"accepted (\d+) delivered (\d+) lost 0 doubled 0 received (\d+) events (\d+) lost 0 doubled 0", last)
    assert found, last
    accepted, delivered, received, events = map(int, found.groups())
    assert accepted == delivered > 20 and received == events > 20
