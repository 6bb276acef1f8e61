"""What the kernel says of a process: resident memory and CPU time."""

import os

TICKS = os.sysconf("SC_CLK_TCK")


def resident_mb(pid: int) -> float:
    with open(f"/proc/{pid}/smaps_rollup") as file:
        for line in file:
            if line.startswith("Rss:"):
                return int(line.split()[1]) / 1024
    raise ValueError("no Rss line")


def cpu_ms(pid: int) -> float:
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / TICKS


def figure(name: str, ours: float, peer: float) -> str:
    ratio = peer / ours if ours else float("inf")
    return f"figure {name} {ours:.3g} {peer:.3g} {ratio:.3g}"
