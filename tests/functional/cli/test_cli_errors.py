"""Every way a call can fail: the exit code, the sentence, the remedy; nothing on standard output."""

import json
import os
import socket
import subprocess

import pytest
from fake_daemon import CLOSE, SILENT, RpcError, error, session

CODES = [
    ("INTERNAL", -32603, 1), ("VALIDATION_FAILED", -32602, 2), ("UNKNOWN_METHOD", -32601, 2),
    ("INVALID_PHONE_NUMBER", -31002, 2), ("DAEMON_UNREACHABLE", -31003, 3), ("UNAUTHORIZED", -31004, 4),
    ("FORBIDDEN", -31004, 4), ("SESSION_NOT_FOUND", -31005, 5), ("NOT_FOUND", -31005, 5), ("NO_CREDENTIALS", -31006, 6),
    ("SESSION_BANNED", -31006, 6), ("NEEDS_PERSON", -31006, 6), ("WHATSAPP_ERROR", -31007, 7),
    ("RATE_LIMITED", -31008, 8), ("NETWORK_UNREACHABLE", -31008, 8), ("SHUTTING_DOWN", -31008, 8),
    ("TIMED_OUT", -31009, 9), ("SESSION_EXISTS", -31010, 10), ("HAS_CREDENTIALS", -31010, 10),
    ("NOT_SUPPORTED", -31012, 12), ("STORAGE_UNAVAILABLE", -31013, 13),
]


@pytest.mark.parametrize("name, number, exit_code", CODES)
def test_the_error_of_the_daemon_decides_the_exit_code(cli, fake, name, number, exit_code):
    fake.answers["session.get"] = error(name, number, "It is so.", "Do this.")
    done = cli("session", "show", "support")
    assert (done.returncode, done.stdout) == (exit_code, "")
    assert done.stderr == "wasphere: It is so.\nhint: Do this.\n"


def test_a_message_becomes_a_sentence(cli, fake):
    fake.answers["session.get"] = error("NOT_FOUND", -31005, "nothing of that name")
    assert cli("session", "show", "x").stderr.startswith("wasphere: Nothing of that name.\n")


def test_an_error_of_a_newer_daemon_keeps_the_exit_code_of_its_number(cli, fake):
    fake.answers["session.get"] = error("MOON_PHASE", -31006, "The moon is full.")
    assert cli("session", "show", "support").returncode == 6


def test_an_error_without_details_is_told_all_the_same(cli, fake):
    fake.answers["session.get"] = RpcError(-31005, None, "no such session")
    done = cli("session", "show", "support")
    assert done.returncode == 5
    assert done.stderr.startswith("wasphere: ")


def test_the_fields_of_an_error_are_listed_and_the_name_is_put_into_the_remedy(cli, fake):
    fake.answers["session.update"] = error(
        "VALIDATION_FAILED", -32602, "2 fields are wrong.", "See 'wasphere session show NAME'.",
        errors=[{"pointer": "/msgDelayMaxMs", "code": "RANGE", "message": "must be >= msgDelayMinMs"},
                {"pointer": "/name", "code": "LENGTH", "message": "must have 1 to 64 characters"}])
    done = cli("session", "set", "support", "name=x")
    assert done.stderr.splitlines() == [
        "wasphere: 2 fields are wrong.", "  /msgDelayMaxMs must be >= msgDelayMinMs",
        "  /name must have 1 to 64 characters", "hint: See 'wasphere session show support'."]


def test_the_wait_is_told_when_the_daemon_knows_it(cli, fake):
    fake.answers["session.get"] = error("RATE_LIMITED", -31008, "Too many.", retryAfterMs=1500)
    done = cli("session", "show", "support")
    assert "try again in 2 s" in done.stderr


@pytest.mark.parametrize("args, env", [(["--json"], {}), (["-o", "ndjson"], {}), ([], {"WASPHERE_OUTPUT": "json"})])
def test_with_json_the_error_object_is_one_line_on_standard_error(cli, fake, args, env):
    fake.answers["session.get"] = error("SESSION_NOT_FOUND", -31005, "No session 'x'.", "See.")
    done = cli("session", "show", "x", *args, env=env)
    assert (done.returncode, done.stdout) == (5, "")
    problem = json.loads(done.stderr)
    assert done.stderr.count("\n") == 1
    assert problem["code"] == "SESSION_NOT_FOUND"
    assert problem["type"] == "urn:wasphere:error:session-not-found"
    assert (problem["detail"], problem["remedy"], problem["requestId"]) == ("No session 'x'.", "See.", "req_1")


@pytest.mark.parametrize("args", [["--json", "sesion"], ["session", "show", "-o", "json"], ["-ojson", "session", "nope"]])
def test_bad_usage_is_json_too_when_json_was_asked_for(cli, args):
    done = cli(*args)
    assert done.returncode == 2
    assert json.loads(done.stderr)["code"] == "VALIDATION_FAILED"


def test_an_absent_daemon_is_3_and_names_the_socket(cli):
    done = cli("session", "list")
    assert (done.returncode, done.stdout) == (3, "")
    assert cli.socket in done.stderr
    assert "hint: Start it" in done.stderr


def test_a_socket_nobody_listens_on_is_3(cli):
    with socket.socket(socket.AF_UNIX) as left_over:
        left_over.bind(cli.socket)
    done = cli("session", "list", "--json")
    assert done.returncode == 3
    assert json.loads(done.stderr)["code"] == "DAEMON_UNREACHABLE"


def test_a_socket_one_may_not_open_is_4_and_names_the_group(cli, fake, directory):
    os.chmod(directory, 0o711)
    os.chmod(cli.socket, 0o660)
    options = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
    if not options:
        os.chmod(cli.socket, 0)
    done = cli("session", "list", **options)
    assert done.returncode == 4, done.stderr
    assert "may not open" in done.stderr
    assert "usermod" in done.stderr


def test_a_path_too_long_for_a_socket_is_2(cli):
    done = cli("--socket", "/tmp/" + "x" * 200, "session", "list")
    assert done.returncode == 2
    assert "socket path" in done.stderr


def test_a_daemon_that_hangs_up_in_the_middle_is_3(cli, fake):
    fake.answers["session.list"] = lambda params, connection: CLOSE
    done = cli("session", "list")
    assert done.returncode == 3
    assert "closed the connection" in done.stderr


def test_a_daemon_that_says_nothing_is_9_after_the_timeout(cli, fake):
    fake.answers["session.list"] = SILENT
    done = cli("session", "list", "--timeout", "200ms")
    assert done.returncode == 9
    assert "in time" in done.stderr


@pytest.mark.parametrize("line", [b"{broken\n", b"\xff\xfe\n", b"[]\n", b"42\n", b"\n", b'{"jsonrpc":"2.0"}\n',
                                  b"[" * 100000 + b"\n"])
def test_what_is_no_json_rpc_is_told_as_the_daemons_fault(cli, fake, line):
    def reply(params, connection):
        connection.send(line)
        return CLOSE

    fake.answers["session.list"] = reply
    done = cli("session", "list", "--json")
    assert done.returncode in (3, 7)
    assert json.loads(done.stderr)["code"] in ("PROTOCOL_ERROR", "DAEMON_UNREACHABLE")


def test_a_huge_answer_is_read_whole(cli, fake):
    text = "x" * (3 << 20)
    fake.answers["session.get"] = session(description=text)
    done = cli("session", "show", "support", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["description"] == text


def test_an_endless_line_is_an_error_and_not_endless_memory(cli, fake):
    def reply(params, connection):
        connection.send(b"x" * (18 << 20))
        return CLOSE

    fake.answers["session.list"] = reply
    done = cli("session", "list")
    assert done.returncode == 7
    assert "too long" in done.stderr


@pytest.mark.parametrize("answer", [[], "text", 12, None, {"sessions": "no"}, {"sessions": [1, None, {"name": {}}]}])
def test_an_answer_of_another_shape_does_not_crash(cli, fake, answer):
    fake.answers["session.list"] = lambda params, connection: answer
    for form in ("table", "json", "ndjson", "names"):
        assert cli("session", "list", "-o", form).returncode in (0, 7)


def test_a_full_disk_is_13(cli, fake):
    fake.answers["session.get"] = session()
    with open("/dev/full", "w") as full:
        done = cli("session", "show", "support", stdout=full)
    assert done.returncode == 13
    assert "No space left" in done.stderr


def test_a_reader_that_has_gone_is_141_without_a_word(cli, fake):
    fake.answers["session.get"] = session(description="x" * 100000)
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(cli.command("session", "show", "support"), stdout=writer, stderr=subprocess.PIPE, text=True,
                          env=cli.environment, timeout=30)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")


def test_a_closed_standard_output_is_13_and_nothing_strays_into_the_socket(cli, fake):
    fake.answers["session.get"] = session()
    done = subprocess.run(["/bin/sh", "-c", 'exec "$0" "$@" >&-', *cli.command("session", "show", "support")],
                          stderr=subprocess.PIPE, text=True, env=cli.environment, timeout=30)
    assert done.returncode == 13, done.stderr
    assert fake.calls == [("session.get", {"session": "support"})]


def test_a_stranger_cannot_drive_the_terminal(cli, fake):
    fake.answers["session.get"] = session(pushName="\x1b]0;owned\x07\u202e", description="a\nb")
    done = cli("session", "show", "support")
    assert "\x1b" not in done.stdout and "\x07" not in done.stdout and "\u202e" not in done.stdout
    assert "a b" in done.stdout
    fake.answers["session.get"] = error("NOT_FOUND", -31005, "\x1b[2Jgone")
    assert "\x1b" not in cli("session", "show", "support").stderr


def test_verbose_names_calls_but_no_content(cli, fake):
    fake.answers["session.get"] = session(qrString="secret")
    done = cli("session", "show", "support", "-v")
    assert "# session.get answered after" in done.stderr
    assert "secret" not in done.stderr
