"""API keys through the socket and the command line."""

import json
import re

import pytest
from harness.rpc import RpcError


def refused(call, **params) -> RpcError:
    with pytest.raises(RpcError) as caught:
        call(**params)
    return caught.value


def test_the_first_key_comes_from_the_command_line(daemon):
    rpc = daemon.rpc()
    session = rpc.session.create(name="support")
    made = daemon.cli("key", "create", "--name", "app", "--scope", "messages:send", "--session", "support", "--json")
    assert made.returncode == 0, made.stderr
    key = json.loads(made.stdout)
    assert re.fullmatch(r"wsk_[0-9A-Za-z]{43}", key["key"])
    assert key["keyPrefix"] == key["key"][:16]
    assert key["permissions"] == ["messages:send"]
    assert key["sessionId"] == session["id"]
    assert key["isActive"] is True and key["lastUsedAt"] is None and key["expiresAt"] is None

    listed = rpc.key.list()["items"]
    assert [item["id"] for item in listed] == [key["id"]]
    assert "key" not in listed[0]


def test_the_secret_is_in_no_file(daemon):
    key = daemon.rpc().key.create(name="app", permissions=["*"])["key"]
    daemon.restart()
    assert len(daemon.rpc().key.list()["items"]) == 1
    tail = key[16:].encode()
    for path in daemon.state.rglob("*"):
        assert not path.is_file() or tail not in path.read_bytes(), path


def test_bad_input_names_the_field(daemon):
    rpc = daemon.rpc()
    cases = [
        (dict(), {"/name", "/permissions"}),
        (dict(name="", permissions=["*"]), {"/name"}),
        (dict(name="x", permissions=[]), {"/permissions"}),
        (dict(name="x", permissions=["sessions:fly"]), {"/permissions/0"}),
        (dict(name="x", permissions=["*", "audit:read"]), {"/permissions"}),
        (dict(name="x", permissions=["*"], expiresAt="tomorrow"), {"/expiresAt"}),
        (dict(name="x", permissions=["*"], expiresAt="2001-01-01T00:00:00Z"), {"/expiresAt"}),
        (dict(name="x", permissions=["*"], colour="red"), {"/colour"}),
    ]
    for params, fields in cases:
        error = refused(rpc.key.create, **params)
        assert error.code == "VALIDATION_FAILED", params
        assert {entry["pointer"] for entry in error.data["errors"]} == fields
    assert refused(rpc.key.create, name="x", permissions=["*"], sessionId="nobody").code == "SESSION_NOT_FOUND"
    assert refused(rpc.key.update, keyId="key_none", name="x").code == "KEY_NOT_FOUND"
    assert refused(rpc.key.rotate, keyId="key_none").code == "KEY_NOT_FOUND"
    assert refused(rpc.key.delete, keyId="key_none").code == "KEY_NOT_FOUND"
    assert rpc.key.list()["items"] == []


def test_update_changes_what_is_named_and_null_takes_away(daemon):
    rpc = daemon.rpc()
    session = rpc.session.create(name="support")
    key = rpc.key.create(name="app", permissions=["*"], sessionId="support", expiresAt="2099-01-01T00:00:00Z")
    assert key["expiresAt"] == "2099-01-01T00:00:00.000Z"
    changed = rpc.key.update(keyId=key["id"], isActive=False)
    assert (changed["isActive"], changed["sessionId"]) == (False, session["id"])
    changed = rpc.key.update(keyId=key["id"], sessionId=None, expiresAt=None, permissions=["audit:read"])
    assert (changed["sessionId"], changed["expiresAt"]) == (None, None)
    assert changed["permissions"] == ["audit:read"]
    daemon.restart()
    assert daemon.rpc().key.list()["items"] == [changed]


def test_keys_go_with_their_session(daemon):
    rpc = daemon.rpc()
    rpc.session.create(name="support")
    rpc.key.create(name="bound", permissions=["*"], sessionId="support")
    free = rpc.key.create(name="free", permissions=["*"])
    rpc.session.delete(session="support")
    assert [item["id"] for item in rpc.key.list()["items"]] == [free["id"]]
    daemon.restart()
    assert [item["id"] for item in daemon.rpc().key.list()["items"]] == [free["id"]]


def test_lists_come_in_pages(daemon):
    rpc = daemon.rpc()
    made = [rpc.key.create(name=f"k{i}", permissions=["*"])["id"] for i in range(5)]
    seen, cursor = [], None
    while True:
        page = rpc.key.list(limit=2, **({"cursor": cursor} if cursor else {}))
        seen += [item["id"] for item in page["items"]]
        cursor = page["nextCursor"]
        if cursor is None:
            break
    assert seen == sorted(made)


def test_the_command_line_knows_durations_and_any(daemon):
    rpc = daemon.rpc()
    rpc.session.create(name="support")
    made = daemon.cli("key", "create", "--name", "app", "--scope", "messages:send,messages:read", "--expires", "90d", "--json")
    key = json.loads(made.stdout)
    assert key["expiresAt"] and key["permissions"] == ["messages:read", "messages:send"]
    assert daemon.cli("key", "update", key["id"], "--session", "support", "--expires", "never").returncode == 0
    now = rpc.key.list()["items"][0]
    assert now["expiresAt"] is None and now["sessionId"]
    assert daemon.cli("key", "update", key["id"], "--session", "any").returncode == 0
    assert rpc.key.list()["items"][0]["sessionId"] is None
    bad = daemon.cli("key", "create", "--name", "x", "--scope", "*", "--expires", "soon")
    assert bad.returncode == 2 and "--expires" in bad.stderr
    assert daemon.cli("key", "delete", key["id"]).returncode == 0
    assert daemon.cli("key", "list").stdout == ""
