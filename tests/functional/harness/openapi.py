"""The committed API document as a list of operations with checks and example inputs."""

import itertools
import json
import pathlib
import re

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[3]
DOCUMENT = ROOT / "share/openapi.json"


class Operation:
    def __init__(self, document: dict, method: str, path: str, spec: dict):
        self.document, self.method, self.path, self.spec = document, method.upper(), path, spec
        self.id = spec["operationId"]

    def __repr__(self):
        return self.id

    @property
    def open(self) -> bool:
        return self.spec.get("security") == []

    @property
    def streams(self) -> bool:
        return "text/event-stream" in self.success()["content"]

    def success(self) -> dict:
        return next(r for status, r in sorted(self.spec["responses"].items()) if status < "300")

    def parameters(self, where: str) -> list[dict]:
        return [p for p in self.spec.get("parameters", []) if p["in"] == where]

    def body_schema(self) -> dict | None:
        body = self.spec.get("requestBody")
        return body["content"]["application/json"]["schema"] if body else None

    def url(self, values: dict | None = None) -> str:
        out = self.path
        for parameter in self.parameters("path"):
            value = (values or {}).get(parameter["name"], "value")
            out = out.replace("{" + parameter["name"] + "}", value)
        return out

    def fits(self, url: str) -> bool:
        return re.fullmatch(re.sub(r"\\{[A-Za-z]+\\}", "[^/]+", re.escape(self.path)), url) is not None

    def check(self, answer) -> None:
        """The answer is one that the document promises."""
        response = self.spec["responses"].get(str(answer.status))
        assert response is not None, f"{self.id}: {answer.status} is not documented: {answer.body[:300]}"
        kind = answer.header("Content-Type")
        assert kind in response["content"], f"{self.id}: {answer.status} is documented as {list(response['content'])}, came as {kind}"
        schema = response["content"][kind]["schema"]
        value = answer.json() if "json" in kind else answer.body.decode()
        resolver = jsonschema.RefResolver.from_schema(self.document)
        jsonschema.Draft202012Validator(schema, resolver=resolver).validate(value)
        if "problem" in kind:
            assert value["status"] == value["statusCode"] == answer.status
            assert value["requestId"] == answer.header("X-Request-Id")


def document() -> dict:
    return json.loads(DOCUMENT.read_text())


def operations() -> list[Operation]:
    whole = document()
    return [Operation(whole, method, path, spec) for path, methods in whole["paths"].items() for method, spec in methods.items()]


def example(schema: dict, salt: int = 0):
    """A value that the schema takes; other salts give other values where there is a choice."""
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if "enum" in schema:
        return schema["enum"][salt % len(schema["enum"])]
    if kind == "object":
        names = schema.get("required", []) if salt % 2 == 0 else schema.get("properties", {}).keys()
        return {name: example(schema["properties"][name], salt) for name in names}
    if kind == "array":
        return [example(schema["items"], salt)]
    if kind == "integer":
        low, high = schema.get("minimum", 0), schema.get("maximum", 2**31)
        return [low, min(low + 1, high), high][salt % 3]
    if kind == "number":
        return 0
    if kind == "boolean":
        return salt % 2 == 0
    if kind == "string":
        return "x" * max(1, schema.get("minLength", 1))
    return {}


def wrong_values(schema: dict) -> list:
    """Values that the schema does not take, each for another reason."""
    kind = schema.get("type")
    kinds = set(kind) if isinstance(kind, list) else {kind}
    out = []
    for name, value in {"string": "text", "integer": 7, "boolean": True, "array": [], "object": {}}.items():
        if name not in kinds and kind is not None and not (name == "integer" and "number" in kinds):
            out.append(value)
    if "integer" in kinds:
        out += [1.5, 10**30]
        if "maximum" in schema:
            out.append(schema["maximum"] + 1)
        if "minimum" in schema:
            out.append(schema["minimum"] - 1)
    if "string" in kinds:
        out += ["nul\0"]
        if "maxLength" in schema:
            out.append("x" * (schema["maxLength"] + 1))
        if schema.get("minLength"):
            out.append("")
        if "enum" in schema:
            out.append("none-of-them")
    if "array" in kinds:
        if "maxItems" in schema:
            out.append([example(schema["items"])] * (schema["maxItems"] + 1))
        out += [[value] for value in itertools.islice(wrong_values(schema["items"]), 2)]
    return out
