#!/usr/bin/env python3
"""Texts a second and CPU per text, one after the other and all at once, through one session and through many."""

import argparse

from measure import figure
from traffic import QUEUE, Ours, Peer, contact, network


def report(name: str, ours: dict, peer: dict) -> None:
    print(f"{name}: ours {ours['per_s']:.0f}/s, {ours['cpu_ms']:.2f} ms of CPU each; "
          f"baileys {peer['per_s']:.0f}/s, {peer['cpu_ms']:.2f} ms", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=50, help="how many sessions the last part uses (default 50)")
    parser.add_argument("--messages", type=int, default=QUEUE, help="texts of each part (default 1000)")
    args = parser.parse_args()
    with network() as (directory, sandbox):
        to = contact(sandbox, "Ben")["jid"]
        each = max(1, min(QUEUE, args.messages // args.sessions))
        ours = Ours(directory, sandbox, args.sessions)
        ours.pipelined(ours.names, to, 1)  # sessions with the contact exist
        a = [ours.sequential(to, args.messages // 4), ours.pipelined(ours.names[:1], to, args.messages),
             ours.pipelined(ours.names, to, each)]
        memory = ours.memory()
        ours.stop()
        peer = Peer(directory, sandbox, args.sessions)
        peer.pipelined(args.sessions, to, 1)
        b = [peer.sequential(to, args.messages // 4), peer.pipelined(1, to, args.messages),
             peer.pipelined(args.sessions, to, each)]
        names = ["sequential", "pipelined", f"pipelined_{args.sessions}_sessions"]
        for name, mine, theirs in zip(names, a, b):
            report(name, mine, theirs)
        for name, mine, theirs in zip(names, a, b):
            # Texts a second: more is better, so the ratio is turned round.
            print(figure(f"{name}_ms_each", 1000 / mine["per_s"], 1000 / theirs["per_s"]))
            print(figure(f"{name}_cpu_ms_each", mine["cpu_ms"], theirs["cpu_ms"]))
        print(figure("rss_mb_after", memory, peer.memory()), flush=True)
        peer.stop()


if __name__ == "__main__":
    main()
