"""What a host sees of WaSphere: installed files, systemd units, manual pages."""

import os
import pathlib
import re
import shutil
import subprocess

import pytest
from harness.programs import BIN

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = BIN.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> pathlib.Path:
    prefix = tmp_path_factory.mktemp("prefix")
    subprocess.run(["cmake", "--install", str(BUILD), "--prefix", str(prefix)], check=True, capture_output=True)
    return prefix


def test_everything_is_installed(installed):
    for path in ("bin/wasphered", "bin/wasphere", "bin/wasphere-sandbox", "lib/systemd/system/wasphered.service",
                 "lib/systemd/system/wasphered.socket", "lib/systemd/system/wasphered-http.socket",
                 "share/wasphere/openapi.json", "lib/sysusers.d/wasphere.conf", "etc/wasphere/wasphered.conf",
                 "share/man/man1/wasphere.1", "share/man/man5/wasphered.conf.5", "share/man/man8/wasphered.8",
                 "share/bash-completion/completions/wasphere"):
        assert (installed / path).exists(), path


def unit(installed, directory: pathlib.Path) -> pathlib.Path:
    """The installed service with the program that this build made."""
    text = (installed / "lib/systemd/system/wasphered.service").read_text()
    out = directory / "wasphered.service"
    out.write_text(re.sub(r"ExecStart=\S+", f"ExecStart={BIN}/wasphered", text))
    shutil.copy(installed / "lib/systemd/system/wasphered.socket", directory)
    return out


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_the_units_are_valid_and_tight(installed, directory):
    service = unit(installed, directory)
    verify = subprocess.run(["systemd-analyze", "verify", "--man=no", service, directory / "wasphered.socket"],
                            capture_output=True, text=True)
    assert verify.returncode == 0 and verify.stderr == "", verify.stderr
    tight = subprocess.run(["systemd-analyze", "security", "--offline=true", "--threshold=15", service],
                           capture_output=True, text=True)
    assert tight.returncode == 0, tight.stdout[-400:]


def test_the_installed_configuration_is_valid(installed):
    env = {k: v for k, v in os.environ.items() if not k.startswith("WASPHERE_")}
    checked = subprocess.run([BIN / "wasphered", "--config", installed / "etc/wasphere/wasphered.conf", "--check-config"],
                             capture_output=True, text=True, env=env)
    assert checked.returncode == 0, checked.stderr


def test_the_manual_names_every_setting_with_its_default():
    env = {k: v for k, v in os.environ.items() if not k.startswith("WASPHERE_")}
    printed = subprocess.run([BIN / "wasphered", "--print-config"], capture_output=True, text=True,
                             env=env, check=True).stdout
    manual = (ROOT / "man/wasphered.conf.5").read_text().replace("\\-", "-").replace("\\&", "")
    settings = re.findall(r"^#?\s*([a-z_.]+) = (\S*)", printed, re.M)
    assert len(settings) > 10
    for name, default in settings:
        assert re.search(rf"^\.It .*\b{re.escape(name)}\b", manual, re.M), f"{name} is not in wasphered.conf(5)"
        if re.fullmatch(r"[0-9]+", default):
            assert default in manual, f"the default {default} of {name} is not in wasphered.conf(5)"
