"""What callers get wrong: each mistake has a clear error, and the daemon goes on."""

import json

import pytest
from harness.rpc import RpcError


def failure(rpc, method, **params) -> RpcError:
    with pytest.raises(RpcError) as raised:
        rpc.call(method, **params)
    return raised.value


def pointers(error: RpcError) -> set:
    return {(e["pointer"], e["code"]) for e in error.data["errors"]}


def test_unknown_session(daemon):
    rpc = daemon.rpc()
    for verb in ("get", "qr", "reconnect", "disconnect", "logout", "delete", "update"):
        error = failure(rpc, f"session.{verb}", session="nobody")
        assert error.code == "SESSION_NOT_FOUND" and "nobody" in error.data["detail"]
        assert error.data["remedy"] and error.data["requestId"].startswith("req_")


def test_a_taken_name_is_refused_whatever_its_case(daemon):
    rpc = daemon.rpc()
    rpc.session.create(name="support")
    assert failure(rpc, "session.create", name="Support").code == "SESSION_EXISTS"
    assert rpc.session.list()["total"] == 1


def test_wrong_types_missing_and_unknown_fields_are_all_named_at_once(daemon):
    rpc = daemon.rpc()
    error = failure(rpc, "session.create", msgDelayMinMs="soon", typingSimulation=1, descripton="x")
    assert error.number == -32602 and error.code == "VALIDATION_FAILED"
    assert pointers(error) == {
        ("/name", "REQUIRED"), ("/msgDelayMinMs", "TYPE"), ("/typingSimulation", "TYPE"), ("/descripton", "UNKNOWN"),
    }
    assert any("description" in e["message"] for e in error.data["errors"])


@pytest.mark.parametrize("params, pointer", [
    ({"name": ""}, "/name"), ({"name": "a" * 65}, "/name"), ({"name": "a/b"}, "/name"), ({"name": "a\tb"}, "/name"),
    ({"name": "sess_x"}, "/name"), ({"name": "ok", "description": "d" * 513}, "/description"),
    ({"name": "ok", "msgDelayMinMs": -1}, "/msgDelayMinMs"), ({"name": "ok", "rateLimitPerMin": 1001}, "/rateLimitPerMin"),
    ({"name": "ok", "msgDelayMinMs": 5000}, "/msgDelayMaxMs"), ({"name": "ok", "msgDelayMaxMs": 1.5}, "/msgDelayMaxMs"),
])
def test_limits(daemon, params, pointer):
    rpc = daemon.rpc()
    error = failure(rpc, "session.create", **params)
    assert error.code == "VALIDATION_FAILED"
    assert pointer in {p for p, _ in pointers(error)}
    assert rpc.session.list()["total"] == 0


def test_settings_are_changed_together_or_not_at_all(daemon):
    rpc = daemon.rpc()
    rpc.session.create(name="support")
    assert failure(rpc, "session.update", session="support", description="new", msgDelayMaxMs=1).code == "VALIDATION_FAILED"
    assert rpc.session.get(session="support")["description"] != "new"
    changed = rpc.session.update(session="support", description="new", msgDelayMaxMs=9000, name="helpdesk")
    assert (changed["name"], changed["description"], changed["msgDelayMaxMs"]) == ("helpdesk", "new", 9000)
    daemon.restart()
    assert daemon.rpc().session.get(session="helpdesk")["msgDelayMaxMs"] == 9000


def test_states_that_do_not_allow_the_call(daemon):
    rpc = daemon.rpc()
    rpc.session.create(name="fresh")
    assert failure(rpc, "session.reconnect", session="fresh").code == "NO_CREDENTIALS"
    daemon.link("support")
    assert failure(rpc, "session.qr", session="support").code == "ALREADY_CONNECTED"
    rpc.session.disconnect(session="support")
    assert failure(rpc, "session.qr", session="support").code == "HAS_CREDENTIALS"
    assert failure(rpc, "session.pair", session="fresh", phoneNumber="12ab").code in ("INVALID_PHONE_NUMBER", "VALIDATION_FAILED")


@pytest.mark.parametrize("line, number", [
    (b"{", -32700), (b"[]", -32600), (b"42", -32600), (b'"text"', -32600), (b'{"jsonrpc":"1.0","id":1,"method":"daemon.ping"}', -32600),
    (b'{"jsonrpc":"2.0","id":1}', -32600), (b'{"jsonrpc":"2.0","id":1,"method":7}', -32600), (b"\xff\xfe{}", -32700),
    (b'{"jsonrpc":"2.0","id":1,"method":"daemon.pong"}', -32601), (b'{"jsonrpc":"2.0","id":1,"method":"daemon.ping","params":[1]}', -32602),
    (b'{"jsonrpc":"2.0","id":1,"method":"daemon.ping","params":{"x":' + b"[" * 5000 + b"]" * 5000 + b"}}", -32700),
])
def test_malformed_lines_are_answered_and_the_connection_goes_on(daemon, line, number):
    rpc = daemon.rpc()
    rpc.send_line(line)
    assert rpc.read_line()["error"]["code"] == number
    assert rpc.daemon.ping()["pong"] is True


def test_an_unknown_method_names_the_nearest(daemon):
    assert "session.create" in failure(daemon.rpc(), "session.creat", name="x").data["detail"]


def test_an_oversized_line_closes_only_its_own_connection(daemon):
    good, bad = daemon.rpc(), daemon.rpc()
    try:
        bad.send_line(b'{"x":"' + b"a" * (17 << 20) + b'"}')
    except (BrokenPipeError, ConnectionResetError):
        pass
    try:
        assert bad.read_line()["error"]["data"]["code"] == "PAYLOAD_TOO_LARGE"
    except (ConnectionError, OSError):
        pass
    assert good.daemon.ping()["pong"] is True


def test_batches_and_notifications(daemon):
    rpc = daemon.rpc()
    rpc.send_line(json.dumps([
        {"jsonrpc": "2.0", "id": 1, "method": "daemon.ping"}, {"jsonrpc": "2.0", "method": "daemon.ping"},
        {"jsonrpc": "2.0", "id": 2, "method": "nothing.here"},
    ]).encode())
    answers = {a["id"]: a for a in rpc.read_line()}
    assert set(answers) == {1, 2} and "result" in answers[1] and answers[2]["error"]["code"] == -32601


def test_many_clients_at_once(daemon):
    clients = [daemon.rpc() for _ in range(50)]
    calls = [(c, c.start("session.list")) for c in clients for _ in range(20)]
    assert all(c.finish(i)["total"] == 0 for c, i in calls)


def test_a_reader_that_does_not_read_is_not_buffered_for_ever(daemon):
    slow = daemon.rpc()
    slow.event.subscribe(after=0)
    busy = daemon.rpc()
    busy.session.create(name="support")
    for n in range(200):
        busy.session.update(session="support", description=f"{n} " + "x" * 500)
    for n in range(200):
        data = slow.wait_event("session.config_updated", "support")["data"]
        assert data["description"].startswith(f"{n} ")
