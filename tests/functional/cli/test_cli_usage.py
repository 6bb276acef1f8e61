"""What the command line takes and refuses before it talks to anybody."""

import pytest
from fake_daemon import connected, session


def test_without_arguments_it_prints_help_and_exits_2(cli):
    done = cli_without_socket(cli)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Usage: wasphere COMMAND" in done.stderr
    assert "session create" in done.stderr


def cli_without_socket(cli, *args):
    import subprocess
    return subprocess.run([cli.command()[0], *args], text=True, capture_output=True, env=cli.environment, timeout=30)


def test_a_group_alone_prints_its_help_and_exits_2(cli):
    done = cli("session")
    assert (done.returncode, done.stdout) == (2, "")
    assert "session create" in done.stderr and "daemon ping" not in done.stderr


@pytest.mark.parametrize("args", [["--help"], ["-h"], ["help"]])
def test_help_that_was_asked_for_is_a_result(cli, args):
    done = cli(*args)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Exit codes:" in done.stdout


@pytest.mark.parametrize("args", [["session", "qr", "--help"], ["help", "session", "qr"], ["session", "qr", "support", "-h"]])
def test_a_verb_explains_itself(cli, args):
    done = cli(*args)
    assert done.returncode == 0
    assert "--force" in done.stdout and "--qr-format" in done.stdout


def test_the_version_needs_no_daemon(cli):
    done = cli("--version")
    assert done.returncode == 0
    assert done.stdout.startswith("wasphere ")
    done = cli("version")
    assert done.returncode == 0
    assert "wasphered not reachable" in done.stdout


def test_both_versions_are_told_and_a_difference_is_noted(cli, fake):
    fake.answers["daemon.ping"] = {"pong": True, "time": "2026-05-25T08:00:00.000Z", "version": "0.0.1"}
    done = cli("version")
    assert "wasphered 0.0.1" in done.stdout
    assert "differ" in done.stderr


@pytest.mark.parametrize("args, cause, remedy", [
    (["sesion", "list"], "There is no command 'sesion'", "Did you mean 'wasphere session'?"),
    (["session", "lisst"], "There is no command 'session lisst'", "Did you mean 'wasphere session list'?"),
    (["session", "list", "--jsn"], "has no option --jsn", "Did you mean --json?"),
    (["session", "show"], "'session show' needs NAME", "--help"),
    (["session", "show", "a", "b"], "takes no further argument 'b'", "--help"),
    (["session", "create", "a", "--rate-limit-per-min", "fast"], "--rate-limit-per-min must be a whole number", "Correct"),
    (["session", "list", "--status", "up"], "--status must be one of", "Correct"),
    (["session", "list", "--timeout", "soon"], "'soon' is no duration", "60s"),
    (["session", "list", "-o", "yaml"], "--output must be table, json, ndjson or names", "Choose"),
    (["session", "create", "a", "--qr-format", "gif"], "--qr-format must be ansi, text or png", "Choose"),
    (["session", "set", "a"], "There is nothing to set", "msgDelayMinMs"),
    (["session", "set", "a", "rateLimit=1"], "There is no setting 'rateLimit'", "rateLimitPerMin"),
    (["session", "pair", "a"], "needs the number of the phone", "--phone"),
    (["events", "tail", "--count", "-1"], "--count cannot be negative", "hint"),
    (["rpc", "session.get", "[1]"], "not a JSON object", "key=value"),
    (["rpc", "session.get", "{"], "not a JSON object", "key=value"),
    (["rpc", "schema", "session.gett"], "session.gett", "session.get"),
    (["-s", "a,b", "session", "show"], "takes one session", "Name one"),
    (["help", "nothing"], "There is no command 'nothing'", "--help"),
])
def test_bad_usage_names_what_is_wrong_and_what_to_do(cli, fake, args, cause, remedy):
    done = cli(*args)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("wasphere: ")
    assert cause in done.stderr
    assert remedy in done.stderr
    assert fake.calls == []


def test_a_bad_environment_names_the_variable(cli):
    done = cli("session", "list", env={"WASPHERE_OUTPUT": "xml"})
    assert done.returncode == 2
    assert "WASPHERE_OUTPUT" in done.stderr


def test_the_session_can_come_from_flag_or_environment(cli, fake):
    fake.answers["session.get"] = lambda params, _: connected(params["session"])
    assert "support" in cli("-s", "support", "session", "show").stdout
    assert "sales" in cli("session", "show", env={"WASPHERE_SESSION": "sales"}).stdout
    assert "other" in cli("session", "show", "other", "-s", "support", env={"WASPHERE_SESSION": "sales"}).stdout
    assert [params for _, params in fake.calls] == [{"session": s} for s in ("support", "sales", "other")]


def test_the_environment_never_names_what_is_deleted(cli, fake):
    done = cli("session", "delete", "--yes", env={"WASPHERE_SESSION": "sales"})
    assert done.returncode == 2
    assert "needs NAME" in done.stderr
    assert fake.calls == []


def test_the_socket_can_come_from_the_environment(cli, fake):
    fake.answers["session.list"] = {"sessions": [session()], "total": 1}
    done = cli_without_socket(cli, "session", "list")
    assert done.returncode == 3
    cli.environment["WASPHERE_SOCKET"] = cli.socket
    assert cli_without_socket(cli, "session", "list").returncode == 0


def test_the_users_own_daemon_is_found(cli, directory):
    from fake_daemon import FakeDaemon
    (directory / "wasphere").mkdir()
    cli.environment["XDG_RUNTIME_DIR"] = str(directory)
    with FakeDaemon(directory / "wasphere" / "wasphered.sock", session_list={"sessions": [], "total": 0}):
        done = cli_without_socket(cli, "session", "list")
    assert done.returncode == 0, done.stderr
    done = cli_without_socket(cli, "session", "list")
    assert done.returncode == 3
    assert "/run/wasphere/wasphered.sock" in done.stderr and str(directory) in done.stderr
