"""The audit log: who hears that something was done finds it there, also after a crash."""

from harness.people import Person


def methods(daemon) -> list[str]:
    return [row["endpoint"] for row in daemon.rpc().audit.list()["items"]]


def test_what_a_local_caller_changed_survives_a_crash_right_after_the_answer(daemon):
    for name in ("one", "two", "three"):
        daemon.rpc().session.create(name=name)
        daemon.kill()
        daemon.start()
    daemon.rpc().session.delete(session="two")
    daemon.kill()
    daemon.start()
    assert methods(daemon) == ["session.delete", "session.create", "session.create", "session.create"]


def test_a_text_is_there_for_whoever_asks_next(daemon, sandbox):
    daemon.link("support", "+447700900124")
    ben = Person(sandbox, "+447700900201", "Ben")
    rpc = daemon.rpc()
    rpc.message.send(sessionId="support", to=ben.number, text="hello")
    assert rpc.audit.list()["items"][0]["endpoint"] == "message.send"
