"""The API document is what the daemon does: every operation is called, every answer is checked against it."""

import json
import re
import subprocess

import pytest
from harness.openapi import DOCUMENT, example, operations
from harness.rest import Rest
from rest_fixtures import rest, rest_daemon  # noqa: F401


def test_the_served_document_is_the_committed_one(rest_daemon):
    stranger = Rest(rest_daemon.rest_port(), None)
    answer = stranger.get("/api/openapi.json")
    assert answer.status == 200 and answer.body.decode() == DOCUMENT.read_text()
    assert answer.json()["openapi"] == "3.1.0"


def test_the_page_is_complete_and_loads_nothing(rest_daemon):
    page = Rest(rest_daemon.rest_port(), None).get("/api/docs")
    assert page.header("Content-Type") == "text/html; charset=utf-8"
    text = page.body.decode()
    for operation in operations():
        if operation.id.startswith("documentation.") or operation.id.endswith(".ofSession"):
            continue
        method = ".".join(operation.id.split(".")[:2])  # kinds of message share one entry
        assert f'id="{method}"' in text, operation.id
    assert not re.search(r"<(script|link|img|iframe|object)\b|url\(|@import|src=", text)
    assert re.findall(r'href="(?!#)([^"]*)"', text) == ["/api/openapi.json"]
    assert "script-src" not in page.header("Content-Security-Policy")
    assert page.header("Content-Security-Policy").startswith("default-src 'none'")


def test_every_event_is_described():
    document = json.loads(DOCUMENT.read_text())
    names = set(document["webhooks"])
    assert {"session.connected", "session.disconnected", "message.received"} <= names
    for name, hook in document["webhooks"].items():
        schema = hook["post"]["requestBody"]["content"]["application/json"]["schema"]
        assert schema["properties"]["event"]["const"] == name


def values_for(rest_daemon, rest) -> dict:
    """Names and ids of things that are there, by the name of the parameter."""
    with rest_daemon.rpc() as rpc:
        session = rpc.session.create(name="support")
        key = rpc.key.create(name="spare", permissions=["sessions:read"])
    return {"session": "support", "sessionId": session["id"], "keyId": key["id"]}


def requests_of(operation, values: dict):
    """What is sent to an operation: all that is needed, then everything, with things that are there and that are not."""
    for salt in range(6):
        known = values if salt < 3 else {}
        query = {p["name"]: known.get(p["name"], example(p["schema"], salt))
                 for p in operation.parameters("query") if p["required"] or salt % 2}
        query = {name: json.dumps(v) if isinstance(v, (bool, dict)) else ",".join(v) if isinstance(v, list) else str(v)
                 for name, v in query.items()}
        schema = operation.body_schema()
        body = None
        if schema:
            body = example(schema, salt)
            body.update({name: known[name] for name in body if name in known})
            if "permissions" in body:
                body["permissions"] = ["sessions:read"]
        text = "&".join(f"{name}={value}" for name, value in query.items())
        yield operation.url(known) + ("?" + text if text else ""), body


SKIPPED = {"documentation.openapi", "documentation.page"}


def test_every_operation_answers_as_documented(rest_daemon, rest):
    values = values_for(rest_daemon, rest)
    called = 0
    # Deletions last: they take away what the others need.
    for operation in sorted(operations(), key=lambda o: (o.method == "DELETE" or "logout" in o.id, o.id)):
        if operation.streams or operation.id in SKIPPED:
            continue
        for path, body in requests_of(operation, values):
            answer = rest.call(operation.method, path, body)
            assert answer.status < 500 or answer.status in (501, 502, 503, 504), (operation, path, body, answer)
            operation.check(answer)
            called += 1
    print(f"figure openapi_calls {called}")
    assert called > 60
    assert rest.get("/api/health/live").status == 200


def test_the_program_makes_the_committed_document(directory):
    from harness.programs import BIN
    if not (BIN / "wasphere-docgen").exists():
        pytest.skip("the generator was not built")
    subprocess.run([BIN / "wasphere-docgen", directory], check=True)
    assert (directory / "share/openapi.json").read_text() == DOCUMENT.read_text()
