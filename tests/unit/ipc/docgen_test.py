#!/usr/bin/env python3
"""wasphere-docgen --check notices everything that is not as it would be made: docgen_test.py PROGRAM."""

import pathlib
import subprocess
import sys
import tempfile


def run(*arguments) -> tuple[int, str]:
    done = subprocess.run([sys.argv[1], *map(str, arguments)], text=True, capture_output=True)
    return done.returncode, done.stderr


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        root = pathlib.Path(name)
        page = root / "man" / "wasphere.1"
        code, said = run("--check", root)
        assert code == 1 and "man/wasphere.1: is missing" in said, said
        assert run(root) == (0, "")
        assert run("--check", root) == (0, "")

        made = page.read_bytes()
        page.write_bytes(made.replace(b"daemon", b"demon", 1))
        code, said = run("--check", root)
        assert code == 1 and "man/wasphere.1: is stale" in said and "wasphere-rpc" not in said, said
        page.write_bytes(made)

        old = root / "man" / "wasphere-gone.1"
        old.write_bytes(made)
        code, said = run("--check", root)
        assert code == 1 and "man/wasphere-gone.1: is made no more" in said, said
        old.write_text("written by hand")
        assert run("--check", root) == (0, "")

        page.unlink()
        page.mkdir()
        code, said = run(root)
        assert code == 1 and "cannot write" in said, said
    for arguments in ([], ["--check"], ["--chek", "x"], ["a", "b"]):
        code, said = run(*arguments)
        assert code == 2 and said.startswith("Usage:"), (arguments, said)
    print("docgen: all checks hold")


if __name__ == "__main__":
    main()
