#!/usr/bin/env python3
"""Fails when an #include goes against the layering of docs/architecture.md.

The table is the rule. A folder may include itself, and what its row names; a row for a deeper folder
replaces the one above it. Libraries are named by the first path segment of the include.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

UTIL = ["core/util"]
CORE = ["core"]
JSON, ASIO, LWS, SQLITE = "nlohmann", "boost/asio", "libwebsockets.h", "sqlite3.h"

# folder: (project folders it may include, restricted libraries it may include)
ALLOWED = {
    "core/util": ([], []),
    "core/crypto": (UTIL, ["openssl", "sodium.h"]),
    "core/wire": (UTIL, ["zlib.h"]),
    "core/noise": (UTIL + ["core/crypto", "core/wire"], ["core/proto"]),
    "core/stanza": (UTIL + ["core/crypto", "core/wire"], ["core/proto"]),
    "core/signal": (UTIL + ["core/crypto", "core/wire", "core/stanza"], ["core/proto"]),
    "core/model": (UTIL + ["core/crypto", "core/wire"], ["core/proto"]),
    "ipc": (UTIL, [JSON, "sodium.h"]),
    "ipc/docgen": (UTIL + ["ipc", "cli"], []),
    "cli": (UTIL + ["ipc"], [JSON, "CLI", "qrencode.h", "png.h"]),
    "daemon/runtime": (UTIL, [ASIO, LWS, "uv.h", "spdlog", "fmt"]),
    "daemon/rpc": (UTIL + ["ipc", "daemon/runtime"], [ASIO, JSON]),
    "daemon/net": (UTIL + ["daemon/runtime"], [ASIO, LWS, "openssl", "curl"]),
    "daemon/store": (CORE + ["daemon/runtime"], [ASIO, SQLITE, "sodium.h"]),
    "daemon/config": (CORE + ["daemon/runtime"], []),
    "daemon/events": (CORE + ["ipc", "daemon/runtime", "daemon/store"], [ASIO]),
    "daemon/messaging": (CORE + ["daemon/runtime", "daemon/store", "daemon/events"], [ASIO]),
    "daemon/session": (
        CORE + ["daemon/runtime", "daemon/store", "daemon/net", "daemon/events", "daemon/messaging"],
        [ASIO],
    ),
    "daemon/http": (
        CORE + ["ipc", "daemon/runtime", "daemon/rpc", "daemon/store", "daemon/events", "daemon/session",
                "daemon/messaging", "daemon/api"],
        [ASIO, JSON, "boost/beast", "openssl"],
    ),
    "daemon/webhook": (
        CORE + ["ipc", "daemon/runtime", "daemon/net", "daemon/store", "daemon/events"],
        [ASIO],
    ),
    "daemon/api": (
        CORE + ["ipc", "daemon/runtime", "daemon/rpc", "daemon/store", "daemon/events", "daemon/session",
                "daemon/messaging", "daemon/webhook"],
        [ASIO, JSON, "qrencode.h", "png.h"],
    ),
    # The composition root: the only files that know every concrete class.
    "daemon": (CORE + ["ipc", "daemon", "sandbox/embedded.h"], [ASIO, "CLI"]),
    "sandbox": (CORE + ["ipc", "daemon/runtime", "daemon/rpc"], [ASIO, LWS, JSON, "CLI"]),
    "tests": (["core", "ipc", "cli", "daemon", "sandbox", "tests"], None),
}
RESTRICTED = [
    "openssl", "sodium.h", "zlib.h", "core/proto", JSON, "CLI", "qrencode.h", "png.h", ASIO, "boost/beast",
    LWS, "uv.h", "spdlog", "fmt", SQLITE, "curl",
]
INCLUDE = re.compile(r'^\s*#\s*include\s+[<"]([^">]+)[">]')
PROJECT = ("core/", "ipc/", "cli/", "daemon/", "sandbox/", "tests/")


def row_for(path: str) -> tuple[str, tuple]:
    best = max((f for f in ALLOWED if path.startswith(f + "/")), key=len)
    return best, ALLOWED[best]


def covers(prefix: str, include: str) -> bool:
    return include == prefix or include.startswith(prefix.rstrip("/") + "/")


def problem(path: str, include: str) -> str | None:
    folder, (folders, libraries) = row_for(path)
    if libraries is None:
        return None
    if include.startswith("core/proto/"):
        return None if "core/proto" in libraries else "generated protobuf headers stay in their codecs"
    if include.startswith(PROJECT):
        own = covers(folder, include) and (folder != "daemon" or True)
        return None if own or any(covers(f, include) for f in folders) else "wrong direction"
    for library in RESTRICTED:
        if covers(library, include) and not any(covers(allowed, include) for allowed in libraries):
            return f"'{folder}' may not use this library"
    return None


def main() -> int:
    bad = 0
    for top in ("core", "ipc", "cli", "daemon", "sandbox", "tests"):
        for file in sorted((ROOT / top).rglob("*")):
            if file.suffix not in (".h", ".cc"):
                continue
            path = file.relative_to(ROOT).as_posix()
            for number, line in enumerate(file.read_text().splitlines(), 1):
                found = INCLUDE.match(line)
                why = problem(path, found.group(1)) if found else None
                if why:
                    print(f"{path}:{number}: {found.group(1)}: {why}")
                    bad += 1
    print(f"layers: {bad} includes go the wrong way" if bad else "layers: all includes follow docs/architecture.md")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
