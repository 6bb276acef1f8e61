"""kill -9 at any point between create and connected: afterwards linked and working, or cleanly unlinked."""

import os
import random
import threading
import time

from harness.rpc import Rpc, RpcError

ROUNDS = int(os.environ.get("WASPHERE_KILLS", "50"))


def link_until_killed(daemon, sandbox, phone: str, name: str) -> None:
    try:
        rpc = daemon.rpc()
        created = rpc.session.create(name=name)
        # A socket of its own: the sandbox answers late or never when the daemon dies in between.
        with Rpc(sandbox.control_path) as control:
            control.phone.scan(phone=phone, qr=created["qrString"])
        rpc.event.subscribe(events=["session.connected"], after=0)
        rpc.wait_event("session.connected", name)
    except (RpcError, OSError, TypeError, ValueError):
        pass  # the kill came first, wherever it came


def undisturbed(daemon, sandbox, phone: str) -> float:
    """How long the whole way takes when nobody interferes, so that kills fall on all of it."""
    daemon.start()
    started = time.monotonic()
    link_until_killed(daemon, sandbox, phone, "undisturbed")
    took = time.monotonic() - started
    with daemon.rpc() as rpc:
        assert rpc.session.get(session="undisturbed")["status"] == "connected"
        rpc.session.delete(session="undisturbed")
    assert daemon.stop() == 0
    return took


def settled(rpc, name: str) -> dict | None:
    """The session when it is connected, or when it rests unlinked; None if it was never created."""
    rpc.event.subscribe()
    while True:
        found = [s for s in rpc.session.list()["sessions"] if s["name"] == name]
        if not found:
            return None
        if found[0]["status"] in ("connected", "disconnected"):
            return found[0]
        if found[0]["status"] == "reconnecting" and found[0]["reconnect"]["nextAttemptAt"]:
            rpc.debug.advanceClock(advanceMs=5_000)
        rpc.next_event()


def test_kill_between_create_and_connected(stopped_daemon, sandbox):
    seed = int(os.environ.get("WASPHERE_SEED", "0")) or random.randrange(1 << 30)
    print(f"WASPHERE_SEED={seed}")
    rng = random.Random(seed)
    linked = unlinked = absent = 0
    phone = sandbox.phone("+447700900300")["phoneNumber"]
    whole = undisturbed(stopped_daemon, sandbox, phone)
    for n in range(ROUNDS):
        name = f"s{n}"
        stopped_daemon.start()
        worker = threading.Thread(target=link_until_killed, args=(stopped_daemon, sandbox, phone, name))
        worker.start()
        # The moment of the kill is the random variable of this test.
        time.sleep(rng.uniform(0.0, 1.25 * whole))
        stopped_daemon.program.kill()
        worker.join()
        stopped_daemon.connections.clear()
        stopped_daemon.start()
        with stopped_daemon.rpc() as rpc:
            session = settled(rpc, name)
            known = {c["jid"] for p in sandbox.rpc.phone.list()["phones"] for c in p["companions"]}
            if session is None:
                absent += 1
            elif session["status"] == "connected":
                linked += 1
                assert session["jid"] in known, session
            else:
                unlinked += 1
                assert session["statusDetail"] in ("qr_expired", "logged_out", "never_linked"), session
                # Cleanly: it can be linked as if nothing had happened.
                if n % 10 == 0:
                    rpc.event.subscribe(events=["session.connected"])
                    fresh = rpc.session.qr(session=name, force=True)
                    sandbox.rpc.phone.scan(phone=phone, qr=fresh["qrString"])
                    rpc.wait_event("session.connected", name)
            if session is not None:
                rpc.session.delete(session=name)
        assert stopped_daemon.stop() == 0, stopped_daemon.program.log()
    print(f"kills {ROUNDS} linked {linked} unlinked {unlinked} before-create {absent}")
    assert linked + unlinked + absent == ROUNDS
