#!/usr/bin/env python3
"""A backlog of texts: from the dial until the last one is decrypted, stored and reported; and the memory after it."""

import argparse

from measure import figure
from traffic import Ours, Peer, contact, network


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=10_000, help="texts in the backlog (default 10000)")
    count = parser.parse_args().messages
    with network() as (directory, sandbox):
        contact(sandbox, "Ben")
        ours = Ours(directory, sandbox, 1)
        ours.backlog("Ben", 10)  # a session exists
        mine = ours.backlog("Ben", count)
        memory = ours.memory()
        ours.stop()
        peer = Peer(directory, sandbox, 1)
        peer.backlog("Ben", 10)
        theirs = peer.backlog("Ben", count)
        print(f"{count} texts: ours {mine['per_s']:.0f}/s, {mine['cpu_ms']:.3f} ms of CPU each, {memory:.1f} MB after; "
              f"baileys {theirs['per_s']:.0f}/s, {theirs['cpu_ms']:.3f} ms, {peer.memory():.1f} MB")
        print(figure("receive_ms_each", 1000 / mine["per_s"], 1000 / theirs["per_s"]))
        print(figure("receive_cpu_ms_each", mine["cpu_ms"], theirs["cpu_ms"]))
        print(figure(f"rss_mb_after_{count}", memory, peer.memory()), flush=True)
        peer.stop()


if __name__ == "__main__":
    main()
