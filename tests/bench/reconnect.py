#!/usr/bin/env python3
"""Time and CPU until many sessions are connected again after a restart, beside Baileys in one Node process."""

import argparse

from idle import Ours, linked_peer
from measure import figure
from traffic import network


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=200, help="how many (default 200)")
    count = parser.parse_args().sessions
    with network() as (directory, sandbox):
        ours = Ours(directory, sandbox)
        ours.link_up_to(count)
        elapsed, cpu = ours.restart()
        assert ours.daemon.stop() == 0
        with linked_peer(sandbox, count) as peer:
            their_elapsed, their_cpu = peer.up(count)
        print(f"{count} sessions back: ours {elapsed:.0f} ms, {cpu:.0f} ms of CPU; "
              f"baileys {their_elapsed:.0f} ms, {their_cpu:.0f} ms of CPU")
        print(figure(f"reconnect_{count}_ms", elapsed, their_elapsed))
        print(figure(f"reconnect_{count}_cpu_ms", cpu, their_cpu), flush=True)


if __name__ == "__main__":
    main()
