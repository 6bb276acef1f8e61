"""Results in every format, the verbs that are not about linking or events."""

import json

import pytest
from fake_daemon import FakeDaemon, connected, error, session
from terminal import Terminal

SESSIONS = [connected("support", description="日本 line"), session("sales", status="banned", statusDetail="temporary"),
            session("ops", status="disconnected", statusDetail="user")]


@pytest.fixture
def listed(fake):
    fake.answers["session.list"] = {"sessions": SESSIONS, "total": 3}
    fake.answers["daemon.info"] = {
        "version": "0.1.0", "protocol": 1, "network": "sandbox", "noiseRoot": "00", "stateDir": "/s", "pid": 7,
        "startedAt": "2026-05-25T08:00:00.000Z", "uptimeMs": 3723000, "sessions": {"total": 3}, "features": [],
        "sandbox": None}
    return fake


def test_the_table_is_aligned_and_for_people(cli, listed):
    done = cli("session", "list")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "NAME     STATUS        DETAIL     PHONE          LAST SEEN            DESCRIPTION",
        "support  connected     online     +447700900124  2026-05-25 10:30:00  日本 line",
        "sales    banned        temporary  -              -                    -",
        "ops      disconnected  user       -              -                    -"]


def test_json_is_the_result_without_an_envelope(cli, listed):
    assert json.loads(cli("session", "list", "--json").stdout) == {"sessions": SESSIONS, "total": 3}
    assert json.loads(cli("session", "list", env={"WASPHERE_OUTPUT": "json"}).stdout)["total"] == 3
    assert cli("session", "list", "-o", "names", env={"WASPHERE_OUTPUT": "json"}).stdout == "support\nsales\nops\n"


def test_ndjson_is_a_session_a_line(cli, listed):
    lines = cli("session", "list", "-o", "ndjson").stdout.splitlines()
    assert [json.loads(line) for line in lines] == SESSIONS


def test_filters_reach_the_daemon(cli, listed):
    cli("session", "list", "--status", "banned")
    assert listed.calls == [("session.list", {"status": "banned"})]


def test_an_empty_list_says_so_beside_the_result(cli, fake):
    fake.answers["session.list"] = {"sessions": [], "total": 0}
    done = cli("session", "list")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "There are none.\n")
    assert cli("session", "list", "--quiet").stderr == ""


def test_colours_only_on_a_terminal_and_only_if_wanted(cli, listed):
    assert "\x1b" not in cli("session", "list").stdout
    terminal = Terminal(cli.command("session", "list"), cli.environment)
    assert terminal.wait() == 0
    assert "\x1b[32mconnected\x1b[0m" in terminal.output and "\x1b[31mbanned\x1b[0m" in terminal.output
    for args, env in ((["--no-color"], {}), ([], {"NO_COLOR": "1"})):
        plain = Terminal(cli.command("session", "list", *args), {**cli.environment, **env})
        assert plain.wait() == 0
        assert "\x1b" not in plain.output


def test_times_are_local_for_people_and_iso_for_machines(cli, fake):
    fake.answers["session.get"] = connected()
    assert "2026-05-25 12:30:00" in cli("session", "show", "support", env={"TZ": "UTC-2"}).stdout
    assert "2026-05-25T10:30:00.000Z" in cli("session", "show", "support", "--json", env={"TZ": "UTC-2"}).stdout


@pytest.mark.parametrize("verb, method", [("reconnect", "session.reconnect"), ("disconnect", "session.disconnect"),
                                          ("logout", "session.logout"), ("show", "session.get")])
def test_plain_verbs_call_their_operation(cli, fake, verb, method):
    fake.answers[method] = connected()
    done = cli("session", verb, "support")
    assert done.returncode == 0, done.stderr
    assert "support" in done.stdout
    assert fake.calls == [(method, {"session": "support"})]


def test_set_takes_pairs_and_flags_with_the_types_of_the_registry(cli, fake):
    fake.answers["session.update"] = session()
    done = cli("session", "set", "support", "msgDelayMinMs=500", "description=a=b", "--typing-simulation=false",
               "--no-receive-enabled")
    assert done.returncode == 0, done.stderr
    assert fake.calls == [("session.update", {"session": "support", "msgDelayMinMs": 500, "description": "a=b",
                                              "typingSimulation": False, "receiveEnabled": False})]


def test_delete_asks_nobody_where_nobody_can_answer(cli, fake):
    fake.answers["session.get"] = connected()
    done = cli("session", "delete", "support", input="y\n")
    assert done.returncode == 2
    assert "--yes" in done.stderr
    assert [method for method, _ in fake.calls] == ["session.get"]


def test_delete_with_yes_does_it(cli, fake):
    fake.answers["session.get"] = connected()
    fake.answers["session.delete"] = {"id": "sess_support", "deleted": True, "unlinked": True}
    done = cli("session", "delete", "support", "--yes")
    assert (done.returncode, done.stdout, done.stderr) == (0, "support is deleted\n", "")
    assert fake.calls[-1] == ("session.delete", {"session": "support"})
    done = cli("session", "delete", "support", "-y", "--no-unlink", "--json")
    assert json.loads(done.stdout)["deleted"] is True
    assert fake.calls[-1] == ("session.delete", {"session": "support", "unlink": False})


def test_delete_says_when_the_phone_still_lists_the_device(cli, fake):
    fake.answers["session.get"] = connected()
    fake.answers["session.delete"] = {"id": "sess_support", "deleted": True, "unlinked": False}
    assert "Linked devices" in cli("session", "delete", "support", "--yes").stderr
    fake.answers["session.get"] = session()
    assert cli("session", "delete", "support", "--yes").stderr == ""


@pytest.mark.parametrize("answer, deleted", [("y", True), ("yes", True), ("n", False), ("", False), ("yellow", False)])
def test_delete_asks_at_the_terminal(cli, fake, answer, deleted):
    fake.answers["session.get"] = connected()
    fake.answers["session.delete"] = {"id": "sess_support", "deleted": True, "unlinked": True}
    terminal = Terminal(cli.command("session", "delete", "support"), cli.environment)
    terminal.read_until(r"Delete the session 'support' of \+447700900124 with its keys and data\? \[y/N\] ")
    terminal.type(answer + "\n")
    assert terminal.wait() == (0 if deleted else 130)
    assert ("session.delete" in [method for method, _ in fake.calls]) == deleted


def test_deleting_what_does_not_exist_asks_nothing(cli, fake):
    fake.answers["session.get"] = error("SESSION_NOT_FOUND", -31005, "No session 'x'.")
    assert cli("session", "delete", "x").returncode == 5


def test_status_tells_by_its_exit_code_whether_a_person_is_needed(cli, listed):
    done = cli("status")
    assert done.returncode == 6
    assert "wasphered 0.1.0 on the sandbox network, pid 7, up 1 h 2 min" in done.stdout
    assert "3 sessions, one needs a person" in done.stdout
    assert cli("status", "support", "ops").returncode == 0
    assert cli("-s", "sales", "status").returncode == 6
    assert cli("status", "nobody").returncode == 5
    quiet = cli("status", "-q")
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (6, "", "")


def test_status_as_json(cli, listed):
    status = json.loads(cli("status", "--json").stdout)
    assert status["ok"] is False and status["needsPerson"] == ["sales"]
    assert status["sessions"] == SESSIONS and status["daemon"]["pid"] == 7


def test_status_without_a_daemon_is_3(cli):
    assert cli("status").returncode == 3


def test_status_watches_over_a_restart_of_the_daemon(cli, listed):
    watching = cli.start("status", "--watch", "-o", "ndjson")
    assert json.loads(watching.stdout.readline())["ok"] is False
    listed.answers["session.list"] = {"sessions": SESSIONS[:1], "total": 1}
    listed.client.event("session.deleted", "sales")
    assert json.loads(watching.stdout.readline())["ok"] is True
    listed.stop()
    assert "does not answer" in watching.stderr.readline()
    listed.answers["session.list"] = {"sessions": [], "total": 0}
    listed.start()
    assert json.loads(watching.stdout.readline())["sessions"] == []
    watching.send_signal(2)
    watching.communicate()
    assert watching.returncode == 130


def test_status_watch_ends_with_the_timeout(cli, listed):
    assert cli("status", "--watch", "--timeout", "100ms").returncode == 6


def test_any_operation_can_be_called(cli, fake):
    fake.answers["session.update"] = session()
    done = cli("rpc", "session.update", '{"session":"a","name":"b"}', "name=c", "rateLimitPerMin=5")
    assert json.loads(done.stdout) == session()
    done = cli("rpc", "session.update", "-", input='{"session": "a"}')
    assert done.returncode == 0, done.stderr
    fake.answers["future.thing"] = {"x": 1}
    done = cli("rpc", "future.thing", "n=1", "s=text", "-o", "ndjson")
    assert done.stdout == '{"x":1}\n'
    assert fake.calls == [("session.update", {"session": "a", "name": "c", "rateLimitPerMin": 5}),
                          ("session.update", {"session": "a"}), ("future.thing", {"n": 1, "s": "text"})]


def test_an_unknown_method_is_for_the_daemon_to_judge(cli, fake):
    assert cli("rpc", "session.nothing").returncode == 2


def test_the_operations_are_listed_with_their_schemas(cli):
    methods = json.loads(cli("rpc", "list", "--json").stdout)["methods"]
    names = [method["method"] for method in methods]
    assert "session.create" in names and "phone.scan" in names and "debug.advanceClock" not in names
    assert cli("rpc", "list", "-o", "names").stdout.split() == names
    for name in names:
        schema = json.loads(cli("rpc", "schema", name).stdout)
        assert schema["method"] == name and schema["params"]["type"] == "object"


class TestSandbox:
    PHONE = {"phoneNumber": "+447700900124", "jid": "447700900124@s.whatsapp.net", "lid": "1@lid", "name": "Sam"}

    @pytest.fixture
    def box(self, directory):
        with FakeDaemon(directory / "box.sock", phone_create=self.PHONE, link_drop={"dropped": 1},
                        phone_scan={"jid": "4:1@s.whatsapp.net", "lid": "1:1@lid", "device": 1}) as box:
            yield box

    def test_the_control_socket_can_be_named(self, cli, box):
        assert cli("sandbox", "phone", "create", "+447700900124", "--name", "Sam", "--control", box.path).returncode == 0
        done = cli("sandbox", "link", "drop", "--json", env={"WASPHERE_SANDBOX_CONTROL": box.path})
        assert json.loads(done.stdout) == {"dropped": 1}
        assert box.calls == [("phone.create", {"phoneNumber": "+447700900124", "name": "Sam"}), ("link.drop", {})]

    def test_the_daemon_knows_it(self, cli, fake, box):
        fake.answers["daemon.info"] = {"sandbox": {"control": box.path}}
        assert cli("sandbox", "link", "drop").returncode == 0
        assert cli("rpc", "link.drop").returncode == 0
        assert box.calls == [("link.drop", {}), ("link.drop", {})]

    def test_else_it_lies_beside_the_daemons(self, cli, directory):
        with FakeDaemon(directory / "sandbox.sock", link_drop={"dropped": 0}) as box:
            assert cli("sandbox", "link", "drop").returncode == 0
            assert box.calls == [("link.drop", {})]

    def test_without_one_the_remedy_says_how_to_start_it(self, cli):
        done = cli("sandbox", "info")
        assert done.returncode == 3
        assert "sandbox.sock" in done.stderr and "wasphere-sandbox" in done.stderr

    def test_a_phone_scans_what_it_is_given_or_reads(self, cli, box):
        env = {"WASPHERE_SANDBOX_CONTROL": box.path}
        for args, text in ((["2@a,b"], ""), (["-"], "2@a,b\n"), ([], "  2@a,b \r\n")):
            done = cli("sandbox", "phone", "scan", "+447700900124", *args, input=text, env=env)
            assert done.returncode == 0, done.stderr
        assert box.calls == [("phone.scan", {"phone": "+447700900124", "qr": "2@a,b"})] * 3
        for text in ("", " \n", "x" * 5000):
            done = cli("sandbox", "phone", "scan", "+447700900124", input=text, env=env)
            assert done.returncode == 2
            assert "no QR text" in done.stderr
