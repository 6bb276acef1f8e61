"""Kills the daemon at random moments while messages go both ways, and reconciles both ends afterwards.

A session is linked to the sandbox. One thread sends through the daemon, each message with an idempotency key, and
repeats a request until it is accepted; for some it waits until the server has them. Another lets a virtual contact
write to the session. The main thread kills with -9 and starts again. At the end the contact must have every accepted
message exactly once, and the event log every message of the contact and every sending of ours exactly once.
"""

import argparse
import collections
import pathlib
import random
import shutil
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "functional"))

from harness.people import Person  # noqa: E402
from harness.programs import UNPACED, Daemon, Sandbox  # noqa: E402
from harness.rpc import Rpc, RpcError  # noqa: E402

OWN, ANNA = "+447700900124", "+447700900200"
PATIENCE = 180  # seconds for the rest to arrive once the killing is over


class Traffic(threading.Thread):
    """Does one thing again and again until it is told to stop."""

    def __init__(self):
        super().__init__(daemon=True)
        self.stopping = threading.Event()
        self.failure: Exception | None = None

    def run(self) -> None:
        try:
            number = 0
            while not self.stopping.is_set():
                self.one(number)
                number += 1
        except Exception as failure:  # told at the end, by the main thread
            self.failure = failure

    def finish(self) -> None:
        self.stopping.set()
        self.join(60)
        if self.is_alive():
            raise AssertionError(f"{type(self).__name__} does not end")
        if self.failure:
            raise self.failure


class Sending(Traffic):
    def __init__(self, socket, pause: float):
        super().__init__()
        self.socket, self.pause = socket, pause
        self.rpc: Rpc | None = None
        self.accepted: dict[str, str] = {}  # text by id

    def one(self, number: int) -> None:
        text = f"out {number}"
        while True:
            try:
                if self.rpc is None:
                    self.rpc = Rpc(self.socket, 20)
                wait = {"wait": 2} if number % 3 == 0 else {}
                answer = self.rpc.message.send(
                    sessionId="crash", to=ANNA, text=text, idempotencyKey=f"key-{number}", **wait)
                self.accepted[answer["messageId"]] = text
                break
            except RpcError as refused:
                if refused.code not in ("QUEUE_FULL", "SHUTTING_DOWN", "IDEMPOTENCY_IN_FLIGHT", "STORAGE_UNAVAILABLE"):
                    raise
            except OSError:  # the daemon has gone, or is not there yet: nobody knows whether it was accepted
                if self.rpc:
                    self.rpc.close()
                self.rpc = None
            # Even while stopping: what may have been accepted must be known.
            time.sleep(0.02)
        time.sleep(self.pause)


class Receiving(Traffic):
    def __init__(self, control, pause: float):
        super().__init__()
        self.rpc, self.pause = Rpc(control, 60), pause
        self.sent: dict[str, str] = {}

    def one(self, number: int) -> None:
        text = f"in {number}"
        done = self.rpc.call("sandbox.contact.send", who=ANNA, to=OWN, text=text, timeoutMs=30_000)
        self.sent.update({message: text for message in done["ids"]})
        time.sleep(self.pause)


def kill_and_start(daemon: Daemon, dice: random.Random) -> None:
    """Most kills hit a daemon that works, some hit one that is just starting."""
    time.sleep(dice.uniform(0.05, 0.9))
    daemon.kill()
    if dice.random() < 0.2:
        daemon.spawn()
        time.sleep(dice.uniform(0.0, 0.15))
        daemon.kill()
    daemon.start()


def run(directory: pathlib.Path, kills: int, seed: int, pause: float) -> tuple["Sending", "Receiving", list, list]:
    sandbox = Sandbox(directory)
    daemon = Daemon(directory, sandbox)
    try:
        Person(sandbox, ANNA, "Anna")
        daemon.link("crash", OWN)
        with daemon.rpc() as rpc:
            rpc.session.update(session="crash", **UNPACED)
        sending, receiving = Sending(daemon.socket, pause), Receiving(sandbox.control_path, pause)
        sending.start(), receiving.start()
        dice = random.Random(seed)
        for number in range(kills):
            kill_and_start(daemon, dice)
            if number % 20 == 19:
                print(f"{number + 1} kills, {len(sending.accepted)} accepted, {len(receiving.sent)} sent by the contact", flush=True)
        sending.finish(), receiving.finish()
        inbox = wait_for_inbox(sandbox, len(sending.accepted))
        events = wait_for_events(daemon, len(receiving.sent), len(sending.accepted))
        return sending, receiving, inbox, events
    finally:
        daemon.kill()
        sandbox.stop()


def wait_for_inbox(sandbox: Sandbox, wanted: int) -> list[dict]:
    rpc = Rpc(sandbox.control_path, PATIENCE + 30)
    try:
        return rpc.call("sandbox.contact.inbox", who=ANNA, kind="text", waitCount=wanted, timeoutMs=PATIENCE * 1000)["messages"]
    except RpcError as late:
        if late.code != "TIMED_OUT":
            raise
        return rpc.call("sandbox.contact.inbox", who=ANNA, kind="text")["messages"]


def ids_of(events: list, kind: str) -> list[str]:
    return [event["data"]["messageId"] for event in events if event["event"] == kind]


def wait_for_events(daemon: Daemon, received: int, sent: int) -> list[dict]:
    """Every message of the log; goes on a little longer than needed, for those that are doubled."""
    found: list[dict] = []
    deadline = time.monotonic() + PATIENCE
    rpc = daemon.rpc(timeout=PATIENCE)
    rpc.event.subscribe(events=["message.received", "message.sent"], after=0)
    try:
        while time.monotonic() < deadline:
            if len(set(ids_of(found, "message.received"))) >= received and len(set(ids_of(found, "message.sent"))) >= sent:
                rpc.sock.settimeout(2)
            found.append(rpc.next_event())
    except TimeoutError:
        pass
    return found


def doubled(counts) -> int:
    return sum(count - 1 for count in counts if count > 1)


def reconcile(sending: Sending, receiving: Receiving, inbox: list, events: list) -> tuple[str, bool]:
    # By text: the same text under two ids would be one message sent twice.
    arrived = collections.Counter()
    for message in inbox:
        arrived[message["text"]] += message["count"]
    sent = collections.Counter(ids_of(events, "message.sent"))
    accepted = sending.accepted.items()
    out_lost = {text for message, text in accepted if text not in arrived or message not in sent}
    out_doubled = doubled(arrived.values()) + doubled(sent.values())
    told = collections.Counter(
        event["data"]["content"].get("text") for event in events if event["event"] == "message.received")
    written = set(receiving.sent.values())
    in_lost = written - set(told)
    in_doubled = doubled(told.values())
    for text in sorted(out_lost) + sorted(in_lost):
        print(f"lost: {text}")
    for text, count in (arrived + told).items():
        if count > 1:
            print(f"{count} times: {text}")
    line = (f"accepted {len(accepted)} delivered {len(arrived)} lost {len(out_lost)} doubled {out_doubled} "
            f"received {len(written)} events {len(told)} lost {len(in_lost)} doubled {in_doubled}")
    return line, not (out_lost or out_doubled or in_lost or in_doubled)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    parser.add_argument("--pause", type=float, default=0.02, help="seconds between two messages of each side")
    parser.add_argument("--keep", action="store_true", help="keep the directory of the run")
    options = parser.parse_args()
    # Socket paths must stay short.
    directory = pathlib.Path(tempfile.mkdtemp(prefix="ws."))
    print(f"{options.kills} kills, seed {options.seed}" + (f", in {directory}" if options.keep else ""), flush=True)
    try:
        line, clean = reconcile(*run(directory, options.kills, options.seed, options.pause))
    finally:
        if not options.keep:
            shutil.rmtree(directory, ignore_errors=True)
    print(line)
    return 0 if clean else 1


if __name__ == "__main__":
    sys.exit(main())
