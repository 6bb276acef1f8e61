"""What a host sees of WaSphere: installed files, systemd units, manual pages."""

import json
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
                 "share/bash-completion/completions/wasphere", "share/zsh/site-functions/_wasphere",
                 "share/fish/vendor_completions.d/wasphere.fish"):
        assert (installed / path).exists(), path
    service = (installed / "lib/systemd/system/wasphered.service").read_text()
    assert f"ExecStart={installed}/bin/wasphered --config {installed}/etc/wasphere/wasphered.conf\n" in service
    nouns = {page.name.split("-")[1].split(".")[0] for page in (ROOT / "man").glob("wasphere-*.1")}
    methods = subprocess.run([BIN / "wasphere", "rpc", "list", "-o", "json"], capture_output=True, text=True, check=True)
    verbs = {m["cli"].split()[0] for m in json.loads(methods.stdout)["methods"] if " " in m["cli"]}
    alone = (ROOT / "man/wasphere.1").read_text()
    without = {verb for verb in verbs - nouns if not re.search(rf"^\.Ss {verb}\b", alone, re.M | re.I)}
    assert not without, f"no manual page for {without}"


def unit(installed, directory: pathlib.Path) -> pathlib.Path:
    """The installed service with the program that this build made."""
    text = (installed / "lib/systemd/system/wasphered.service").read_text()
    out = directory / "wasphered.service"
    out.write_text(re.sub(r"ExecStart=\S+", f"ExecStart={BIN}/wasphered", text))
    for socket in ("wasphered.socket", "wasphered-http.socket"):
        shutil.copy(installed / "lib/systemd/system" / socket, directory)
    return out


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_the_units_are_valid_and_tight(installed, directory):
    service = unit(installed, directory)
    verify = subprocess.run(["systemd-analyze", "verify", "--man=no", service, directory / "wasphered.socket",
                             directory / "wasphered-http.socket"],
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


@pytest.fixture(scope="module")
def package(tmp_path_factory) -> pathlib.Path:
    out = tmp_path_factory.mktemp("package")
    made = subprocess.run(["cpack", "--config", BUILD / "CPackConfig.cmake", "-B", out], cwd=out, capture_output=True, text=True)
    assert made.returncode == 0, made.stdout + made.stderr
    return next(out.glob("*.deb"))


needs_dpkg = pytest.mark.skipif(not shutil.which("dpkg-shlibdeps"), reason="this is no Debian system")


def dpkg(root: pathlib.Path, *args) -> str:
    """In a root of its own: nothing of this host is changed."""
    done = subprocess.run(["dpkg", f"--root={root}", "--force-not-root,script-chrootless,depends", *map(str, args)],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@needs_dpkg
def test_the_package_installs_and_removes_cleanly(package, tmp_path):
    root = tmp_path / "root"
    (root / "var/lib/dpkg").mkdir(parents=True)
    (root / "var/lib/dpkg/status").touch()
    before = set(root.rglob("*"))
    dpkg(root, "-i", package)
    for path in ("usr/bin/wasphered", "usr/bin/wasphere", "usr/bin/wasphere-sandbox", "usr/lib/systemd/system/wasphered.service",
                 "usr/lib/systemd/system/wasphered-http.socket", "etc/wasphere/wasphered.conf", "usr/share/man/man8/wasphered.8",
                 "usr/share/zsh/vendor-completions/_wasphere", "usr/share/doc/wasphere/copyright"):
        assert (root / path).is_file(), path
    service = (root / "usr/lib/systemd/system/wasphered.service").read_text()
    assert "ExecStart=/usr/bin/wasphered --config /etc/wasphere/wasphered.conf\n" in service
    assert "wasphere:" in (root / "etc/passwd").read_text()
    assert subprocess.run([root / "usr/bin/wasphere", "--version"], capture_output=True).returncode == 0
    (root / "etc/wasphere/wasphered.conf").write_text("log.level = debug\n")
    dpkg(root, "-i", package)  # an upgrade keeps what the operator wrote
    assert (root / "etc/wasphere/wasphered.conf").read_text() == "log.level = debug\n"
    dpkg(root, "--remove", "wasphere")
    assert (root / "etc/wasphere/wasphered.conf").exists()
    dpkg(root, "--purge", "wasphere")
    left = {p for p in set(root.rglob("*")) - before if p.is_file() and "var/lib/dpkg" not in str(p)}
    assert {p.relative_to(root).as_posix() for p in left} <= {
        "etc/passwd", "etc/group", "etc/shadow", "etc/gshadow", "etc/.pwd.lock"}, left


@needs_dpkg
def test_the_package_names_what_it_needs(package):
    depends = subprocess.run(["dpkg-deb", "-f", package, "Depends"], capture_output=True, text=True, check=True).stdout
    for library in ("libcurl4", "libsodium23", "libsqlite3-0", "libwebsockets17", "libwebsockets-evlib-uv"):
        assert library in depends, depends
    files = subprocess.run(["dpkg-deb", "-c", package], capture_output=True, text=True, check=True).stdout
    assert "/usr/local" not in files and "root/root" in files
