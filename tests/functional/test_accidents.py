"""Wrong key files, foreign state directories, damaged databases, full disks: a clear end, nothing lost."""

import os
import shutil
import sqlite3

import pytest
from harness.programs import Daemon, Program, Sandbox
from harness.rpc import RpcError


def refused(program: Program, code: int, *words: str) -> None:
    assert program.wait() == code, program.log()
    for word in words:
        assert word in program.log(), program.log()


def test_a_second_daemon_on_the_same_state(daemon, directory, sandbox):
    second = Daemon(directory, sandbox, start=False)
    second.socket = directory / "other.sock"
    refused(second.spawn(), 69, str(daemon.program.process.pid))
    assert daemon.rpc().daemon.ping()["pong"]


def test_a_second_daemon_on_the_same_socket(daemon, directory, sandbox):
    second = Daemon(directory, sandbox, start=False)
    second.state = directory / "other-state"
    refused(second.spawn(), 69, str(daemon.socket))
    assert daemon.rpc().daemon.ping()["pong"]


def test_a_state_directory_that_others_can_read(stopped_daemon):
    stopped_daemon.state.mkdir(mode=0o755)
    os.chmod(stopped_daemon.state, 0o755)
    refused(stopped_daemon.spawn(), 77, str(stopped_daemon.state), "chmod")
    os.chmod(stopped_daemon.state, 0o700)
    stopped_daemon.start().stop()


def linked_and_stopped(daemon) -> None:
    daemon.start()
    daemon.link("support", "+447700900124")
    assert daemon.stop() == 0


def comes_back(daemon) -> None:
    daemon.start()
    with daemon.rpc() as rpc:
        rpc.event.subscribe(events=["session.connected"], after=0)
        rpc.wait_event("session.connected")
        rpc.wait_event("session.connected")
    assert daemon.stop() == 0


def test_a_missing_key_file_is_not_replaced(stopped_daemon):
    linked_and_stopped(stopped_daemon)
    key = stopped_daemon.state / "master.key"
    kept = key.read_bytes()
    key.unlink()
    refused(stopped_daemon.spawn(), 74, "master.key")
    assert not key.exists()
    key.write_bytes(kept)
    key.chmod(0o600)
    comes_back(stopped_daemon)


def test_a_wrong_key_file(stopped_daemon):
    linked_and_stopped(stopped_daemon)
    key = stopped_daemon.state / "master.key"
    kept = key.read_bytes()
    key.write_bytes(bytes(reversed(kept.strip())) + b"\n")
    refused(stopped_daemon.spawn(), 74, "key")
    key.write_bytes(b"short")
    refused(stopped_daemon.spawn(), 74, "key")
    key.write_bytes(kept)
    os.chmod(key, 0o644)
    refused(stopped_daemon.spawn(), 77, "master.key")
    os.chmod(key, 0o600)
    comes_back(stopped_daemon)


def test_a_damaged_database_is_refused_and_left_as_it_is(stopped_daemon):
    linked_and_stopped(stopped_daemon)
    database = stopped_daemon.state / "wasphere.db"
    backup = stopped_daemon.directory / "backup.db"
    shutil.copy(database, backup)
    damaged = b"this is not a database" * 100
    database.write_bytes(damaged)
    refused(stopped_daemon.spawn(), 74, "wasphere.db")
    assert database.read_bytes() == damaged
    shutil.copy(backup, database)
    os.chmod(database, 0o600)
    comes_back(stopped_daemon)


def test_a_database_of_a_newer_version(stopped_daemon):
    linked_and_stopped(stopped_daemon)
    with sqlite3.connect(stopped_daemon.state / "wasphere.db") as db:
        db.execute("PRAGMA user_version = 9999")
    refused(stopped_daemon.spawn(), 74, "newer")


def test_a_state_directory_belongs_to_one_network(stopped_daemon, directory):
    stopped_daemon.start().stop()
    (directory / "b").mkdir()
    other = Sandbox(directory / "b")
    try:
        stopped_daemon.sandbox = other
        refused(stopped_daemon.spawn(), 78, "network")
    finally:
        other.stop()


def test_no_private_key_is_readable_in_the_state_directory(stopped_daemon):
    linked_and_stopped(stopped_daemon)
    with sqlite3.connect(stopped_daemon.state / "wasphere.db") as db:
        public_keys = [row[0] for row in db.execute("SELECT public_key FROM pre_keys")]
    assert len(public_keys) >= 812
    modes = {p: p.stat().st_mode & 0o777 for p in stopped_daemon.state.rglob("*")}
    assert all(m == (0o700 if p.is_dir() else 0o600) for p, m in modes.items()), modes


def test_a_full_disk_refuses_and_recovers(directory, sandbox):
    daemon = Daemon(directory, sandbox, start=False)
    linked_and_stopped(daemon)
    with sqlite3.connect(daemon.state / "wasphere.db") as db:
        pages = db.execute("PRAGMA page_count").fetchone()[0]
    daemon.flags = ["--set", f"store.max_pages={pages + 4}"]
    daemon.start()
    with daemon.rpc() as rpc:
        with pytest.raises(RpcError) as full:
            for n in range(500):
                rpc.session.update(session="support", description=f"{n} " + "x" * 500)
        assert full.value.code == "STORAGE_UNAVAILABLE"
        assert rpc.daemon.ping()["pong"]
    assert daemon.stop() == 0
    daemon.flags = []
    daemon.start()
    with daemon.rpc() as rpc:
        assert rpc.session.update(session="support", description="room again")["description"] == "room again"
    assert daemon.stop() == 0


def test_a_network_that_is_not_there(stopped_daemon, sandbox):
    stopped_daemon.flags = ["--set", "network.url=ws://127.0.0.1:9/ws/chat"]
    stopped_daemon.start()
    with stopped_daemon.rpc() as rpc:
        rpc.event.subscribe(events=["session.reconnecting", "session.disconnected"])
        # It is created all the same, says why there is no QR, and goes on trying.
        created = rpc.session.create(name="support")
        assert (created["qrString"], created["status"], created["statusReason"]) == (None, "connecting", "network_unreachable")
        for delay in (5_000, 10_000, 20_000, 40_000, 80_000):
            assert rpc.wait_event("session.reconnecting", "support")["data"]["delayMs"] == delay
            rpc.debug.advanceClock(advanceMs=delay)
        assert rpc.wait_event("session.disconnected", "support")["data"]["reason"] == "connect_failed"
    assert stopped_daemon.stop() == 0


def test_a_certificate_of_another_root(stopped_daemon, sandbox):
    stopped_daemon.flags = ["--set", "network.noise_root=" + "09" * 32]
    stopped_daemon.start()
    with stopped_daemon.rpc() as rpc:
        created = rpc.session.create(name="support")
        assert (created["status"], created["statusDetail"]) == ("disconnected", "certificate_rejected")
        assert created["qrString"] is None
    assert stopped_daemon.stop() == 0


@pytest.mark.parametrize("setting, word", [
    ("network.noise_root=xyz", "network.noise_root"), ("network.url=http://x", "network.url"), ("log.level=loud", "log.level"),
    ("reconnect.attempt=3", "reconnect.attempts"), ("reconnect.attempts=many", "reconnect.attempts"), ("nonsense", "nonsense"),
    ("network.noise_root=", "network.noise_root"),
])
def test_configuration_mistakes_are_named(stopped_daemon, setting, word):
    refused(stopped_daemon.spawn("--check-config", "--set", setting), 78, word)


def test_a_configuration_file_is_checked_with_its_line(stopped_daemon, directory):
    (directory / "wasphered.conf").write_text("# comment\nlog.level = info\nlog.formt = json\n")
    refused(stopped_daemon.spawn("--config", directory / "wasphered.conf", "--check-config"), 78, "wasphered.conf:3", "log.format")
    refused(stopped_daemon.spawn("--config", directory / "absent.conf", "--check-config"), 78, "absent.conf")


def test_logs_hold_no_secret(daemon, sandbox):
    phone = sandbox.phone("+447700900124")
    with daemon.rpc() as rpc:
        rpc.event.subscribe(events=["session.connected"])
        created = rpc.session.create(name="support")
        sandbox.rpc.phone.scan(phone=phone["phoneNumber"], qr=created["qrString"])
        rpc.wait_event("session.connected")
    daemon.restart()
    log = daemon.program.log()
    for secret in [*created["qrString"].split(","), "447700900124"]:
        assert len(secret) < 5 or secret not in log
