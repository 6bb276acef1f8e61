"""The daemon as a process: signals, readiness, socket activation, the embedded sandbox, events over restarts."""

import os
import pwd
import signal
import socket
import subprocess
import sys

import pytest
from harness.programs import BIN, Daemon
from harness.rpc import Rpc, RpcError


def test_readiness_is_told_to_the_service_manager(stopped_daemon, directory):
    notices = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    notices.bind(str(directory / "notify.sock"))
    notices.settimeout(30)
    stopped_daemon.start(env={"NOTIFY_SOCKET": str(directory / "notify.sock")})
    assert "READY=1" in notices.recv(4096).decode()
    assert stopped_daemon.stop() == 0
    assert notices.recv(4096).decode() == "STOPPING=1"
    notices.close()


def test_the_watchdog_is_fed_and_a_reload_is_told(stopped_daemon, directory):
    notices = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    notices.bind(str(directory / "notify.sock"))
    notices.settimeout(30)
    stopped_daemon.start(env={"NOTIFY_SOCKET": str(directory / "notify.sock"), "WATCHDOG_USEC": "300000"})
    assert "READY=1" in notices.recv(4096).decode()
    assert [notices.recv(4096) for _ in range(3)] == [b"WATCHDOG=1"] * 3
    stopped_daemon.program.process.send_signal(signal.SIGHUP)
    told = []
    while "READY=1" not in told:
        told.append(notices.recv(4096).decode())
    reloads = [notice for notice in told if notice.startswith("RELOADING=1\nMONOTONIC_USEC=")]
    assert len(reloads) == 1 and set(told) <= {*reloads, "WATCHDOG=1", "READY=1"}
    assert stopped_daemon.stop() == 0
    notices.close()


def test_an_inherited_socket_is_served_and_left_alone(stopped_daemon, directory):
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(directory / "activated.sock"))
    listener.listen()
    script = (
        "import os, sys; fd = int(sys.argv[1]); os.dup2(fd, 3); os.set_inheritable(3, True);"
        "os.environ.update(LISTEN_FDS='1', LISTEN_FDNAMES='rpc', LISTEN_PID=str(os.getpid()));"
        "os.execv(sys.argv[2], sys.argv[2:])"
    )
    args = [str(a) for a in stopped_daemon.args()]
    process = subprocess.Popen([sys.executable, "-c", script, str(listener.fileno()), *args],
                               pass_fds=[listener.fileno()], stderr=subprocess.PIPE, text=True)
    with Rpc(directory / "activated.sock") as rpc:  # connects before the daemon is up: nothing is lost
        assert rpc.daemon.ping()["pong"] is True
    process.send_signal(signal.SIGTERM)
    log = process.stderr.read()
    assert process.wait(30) == 0, log
    process.stderr.close()
    assert (directory / "activated.sock").exists() and not stopped_daemon.socket.exists()
    listener.close()


def test_stopping_in_the_middle_of_a_create_answers_and_keeps_the_session(stopped_daemon, sandbox):
    stopped_daemon.start()
    sandbox.rpc.link.silence(silent=True)
    rpc = stopped_daemon.rpc()
    rpc.event.subscribe(events=["session.created"])
    call = rpc.start("session.create", name="support")
    while not any(e["event"] == "session.created" for e in rpc.notifications):
        rpc.notifications.append(rpc.read_line()["params"])
    stopped_daemon.program.process.send_signal(signal.SIGTERM)
    try:
        rpc.finish(call)
    except (RpcError, ConnectionError, OSError):
        pass
    assert stopped_daemon.program.wait() == 0, stopped_daemon.program.log()
    sandbox.rpc.link.silence(silent=False)
    stopped_daemon.start()
    kept = stopped_daemon.rpc().session.get(session="support")
    assert kept["status"] == "disconnected"


def test_sighup_reloads_log_settings_and_survives_a_broken_file(stopped_daemon, directory):
    config = directory / "wasphered.conf"
    config.write_text("log.level = info\n")
    stopped_daemon.flags = ["--config", config]
    stopped_daemon.start()
    config.write_text("log.level = lout\n")
    stopped_daemon.program.process.send_signal(signal.SIGHUP)
    stopped_daemon.program.wait_log("not reloaded")
    config.write_text("log.format = json\n")
    stopped_daemon.program.process.send_signal(signal.SIGHUP)
    stopped_daemon.program.wait_log('reloaded; other')
    assert stopped_daemon.program.lines[-1].startswith("{")
    assert stopped_daemon.rpc().daemon.ping()["pong"]
    assert stopped_daemon.stop() == 0


def test_print_config_shows_where_each_value_comes_from(stopped_daemon, directory):
    config = directory / "wasphered.conf"
    config.write_text("log.level = warning\n")
    out = subprocess.run([*map(str, stopped_daemon.args("--config", config, "--print-config"))], text=True,
                         capture_output=True, env={**os.environ, "WASPHERE_RECONNECT_ATTEMPTS": "7"})
    assert out.returncode == 0
    assert f"{config}:1" in out.stdout and "WASPHERE_RECONNECT_ATTEMPTS" in out.stdout and "built-in" in out.stdout


def test_the_embedded_sandbox_links_and_survives_a_restart(directory):
    daemon = Daemon(directory, None, "--sandbox")
    try:
        with daemon.rpc() as rpc:
            info = rpc.daemon.info()
            assert info["network"] == "sandbox"
            with Rpc(info["sandbox"]["control"]) as control:
                phone = control.phone.create(phoneNumber="+447700900124")
                rpc.event.subscribe(events=["session.connected"])
                created = rpc.session.create(name="support")
                control.phone.scan(phone=phone["phoneNumber"], qr=created["qrString"])
            rpc.wait_event("session.connected", "support")
        daemon.restart()
        with daemon.rpc() as rpc:
            rpc.event.subscribe(events=["session.connected"], after=0)
            while rpc.wait_event("session.connected", "support")["data"]["isNewLink"]:
                pass
    finally:
        assert daemon.stop() == 0, daemon.program.log()


def test_a_stranger_may_not_use_the_socket(stopped_daemon, directory):
    if os.getuid() != 0:
        pytest.skip("needs root to become somebody else")
    stopped_daemon.start()
    # The file modes would keep a stranger out already; the kernel's word on the peer must do so as well.
    os.chmod(directory, 0o755)
    os.chmod(stopped_daemon.socket, 0o666)
    nobody = pwd.getpwnam("nobody")
    script = ("import socket,sys; s=socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]);"
              "s.sendall(b'{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"daemon.ping\"}\\n');"
              "d=s.recv(4096); sys.exit(0 if b'pong' in d else 3)")
    tried = subprocess.run(["/usr/bin/python3", "-c", script, str(stopped_daemon.socket)], user=nobody.pw_uid,
                           group=nobody.pw_gid, extra_groups=[], capture_output=True)
    assert tried.returncode != 0
    assert stopped_daemon.rpc().daemon.ping()["pong"]
    assert stopped_daemon.stop() == 0


def test_events_are_read_on_after_a_restart_without_loss(daemon, sandbox):
    rpc = daemon.rpc()
    rpc.event.subscribe()
    rpc.session.create(name="support")
    last = rpc.wait_event("session.created")["seq"]
    rpc.session.update(session="support", description="one")
    daemon.restart()
    with daemon.rpc() as again:
        again.session.update(session="support", description="two")
        again.event.subscribe(events=["session.config_updated"], after=last)
        seen = [again.wait_event("session.config_updated")["data"]["description"] for _ in range(2)]
    assert seen == ["one", "two"]


def test_a_subscription_can_be_narrowed_and_ended(daemon):
    rpc = daemon.rpc()
    rpc.session.create(name="a")
    rpc.session.create(name="b")
    only_b = rpc.event.subscribe(events=["session.config_updated"], sessions=["b"])
    rpc.session.update(session="a", description="x")
    rpc.session.update(session="b", description="y")
    assert rpc.next_event()["sessionName"] == "b"
    rpc.event.unsubscribe(subscription=only_b["subscription"])
    rpc.session.update(session="b", description="z")
    rpc.daemon.ping()
    assert rpc.notifications == []
    for wrong in ({"events": ["session.nothing"]}, {"sessions": ["nobody"]}):
        with pytest.raises(RpcError):
            rpc.event.subscribe(**wrong)


def test_a_reader_behind_retention_is_told_of_the_gap(stopped_daemon):
    stopped_daemon.flags = ["--set", "events.max_rows=1000"]
    stopped_daemon.start()
    with stopped_daemon.rpc() as rpc:
        rpc.session.create(name="support")
        for n in range(1200):
            rpc.session.update(session="support", description=str(n))
        rpc.debug.advanceClock(advanceMs=3_600_000)
        while True:
            with stopped_daemon.rpc() as late:
                late.event.subscribe(after=0)
                first = late.read_line()
                if first["method"] == "event.gap":
                    assert first["params"]["firstSeq"] > 1
                    break
    assert stopped_daemon.stop() == 0


@pytest.mark.parametrize("flag", ["--help", "--version"])
@pytest.mark.parametrize("program", ["wasphered", "wasphere", "wasphere-sandbox"])
def test_every_program_explains_itself(program, flag):
    out = subprocess.run([str(BIN / program), flag], text=True, capture_output=True)
    assert out.returncode == 0 and program in out.stdout


@pytest.mark.parametrize("program", ["wasphered", "wasphere-sandbox"])
def test_unknown_options_are_a_usage_error(program):
    out = subprocess.run([str(BIN / program), "--no-such-option"], text=True, capture_output=True)
    assert out.returncode in (2, 64) and "--no-such-option" in out.stderr


def test_the_command_line_end_to_end(daemon, sandbox):
    daemon.cli("sandbox", "phone", "create", "+447700900124", check=True)
    daemon.link("other", "+447700900125")
    listed = daemon.cli("session", "list", "--json", check=True)
    assert '"total": 1' in listed.stdout or '"total":1' in listed.stdout
    assert daemon.cli("session", "show", "nobody").returncode == 5
    assert daemon.cli("session", "create", "other").returncode == 10
    assert daemon.cli("status").returncode == 0
    assert daemon.cli("session", "disconnect", "other").returncode == 0
    assert daemon.cli("rpc", "session.get", "session=other").returncode == 0
    assert daemon.cli("session", "delete", "other").returncode == 2  # no terminal to ask on, and no --yes
    assert daemon.cli("session", "delete", "other", "--yes").returncode == 0
    assert daemon.cli("session", "list", env={"WASPHERE_SOCKET": "/nowhere/x.sock"}).returncode == 3


def test_a_session_that_waits_for_a_person_shows_in_the_status(daemon, sandbox):
    with daemon.rpc() as rpc:
        rpc.event.subscribe(events=["session.disconnected"])
        rpc.session.create(name="support")
        rpc.debug.advanceClock(advanceMs=60_000)
        rpc.wait_event("session.disconnected")
    status = daemon.cli("status")
    assert status.returncode == 6 and "support" in status.stdout
