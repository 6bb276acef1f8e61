#!/usr/bin/env python3
"""Fails on what mandoc or groff has to say about the manual pages: manual_pages_test.py DIR.

Exit 77: neither of them is installed.
"""

import pathlib
import re
import shutil
import subprocess
import sys

CHECKS = {
    "mandoc": ["mandoc", "-Tlint", "-W", "warning"],
    "groff": ["groff", "-mandoc", "-Tutf8", "-Kutf8", "-z", "-ww"],
}


def complaints(page: pathlib.Path) -> list[str]:
    out = []
    for tool, command in CHECKS.items():
        if shutil.which(tool):
            done = subprocess.run([*command, page.name], cwd=page.parent, text=True, capture_output=True)
            out += (done.stdout + done.stderr).splitlines()
    return out


def broken_references(pages: list[pathlib.Path]) -> list[str]:
    """Our pages that others point to and that do not exist."""
    names = {page.name for page in pages}
    out = []
    for page in pages:
        for name, section in re.findall(r"^\.(?:It )?Xr (\S+) (\d)", page.read_text(), re.MULTILINE):
            target = name.replace("\\", "") + "." + section
            if target.startswith("wasphere") and target not in names:
                out.append(f"{page.name} points to {target}, which there is not")
    return out


def main() -> int:
    if not any(shutil.which(tool) for tool in CHECKS):
        print("neither mandoc nor groff is installed")
        return 77
    pages = sorted(p for p in pathlib.Path(sys.argv[1]).iterdir() if re.fullmatch(r".*\.[1578]", p.name))
    found = [line for page in pages for line in complaints(page)] + broken_references(pages)
    print("\n".join(found))
    print(f"{len(pages)} pages, {len(found)} complaints")
    return 1 if found or not pages else 0


if __name__ == "__main__":
    sys.exit(main())
