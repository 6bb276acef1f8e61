"""Devices that we do not know of when a message leaves: WhatsApp counts them, and they get copies of their own."""

import pytest
from harness.people import Person, group_of
from harness.programs import UNPACED

OWN = "+447700900124"
ANNA = "+447700900200"
BEN = "+447700900201"


@pytest.fixture
def anna(sandbox):
    return Person(sandbox, ANNA, "Anna")


@pytest.fixture
def rpc(daemon, anna):
    daemon.link("support", OWN)
    with daemon.rpc() as connection:
        connection.session.update(session="support", **UNPACED)
        yield connection


def send(rpc, to, text):
    return rpc.message.send(sessionId="support", to=to, text=text, wait=30)["messageId"]


def link_quietly(rpc, sandbox, person):
    """One more device, of which our own device is told nothing."""
    device = rpc.session.get(session="support")["jid"]
    sandbox.rpc.call("fault.message", kind="withhold_notice", jid=device)
    person.call("link")


def opened_by(person, devices, text):
    """The one message of this text, once so many of the person's devices have opened it."""
    (got,) = person.inbox(wait=1, text=text, devices=devices)
    return got


def steps(rpc, message):
    return [step["step"] for step in rpc.message.trace(sessionId="support", messageId=message)["steps"]]


def test_a_new_device_of_a_contact_gets_what_it_missed(rpc, anna, sandbox):
    send(rpc, ANNA, "first")
    link_quietly(rpc, sandbox, anna)
    message = send(rpc, ANNA, "second")
    got = opened_by(anna, 2, "second")
    assert (got["id"], got["count"]) == (message, 1)
    assert steps(rpc, message).count("resent") == 1
    send(rpc, ANNA, "third")
    assert opened_by(anna, 2, "third")["count"] == 1
    assert opened_by(anna, 1, "first")["devices"] == 1


def test_new_devices_and_members_of_a_group_get_what_they_missed(rpc, anna, sandbox):
    ben = Person(sandbox, BEN, "Ben")
    group = group_of(sandbox, anna, "Team", [OWN])["jid"]
    send(rpc, group, "first")
    link_quietly(rpc, sandbox, anna)
    sandbox.rpc.call("fault.message", kind="withhold_notice", jid=rpc.session.get(session="support")["jid"])
    sandbox.rpc.call("sandbox.group.add", group=group, members=[BEN])
    message = send(rpc, group, "second")
    assert opened_by(anna, 2, "second")["id"] == message
    assert opened_by(ben, 1, "second")["id"] == message
    send(rpc, group, "third")
    assert opened_by(anna, 2, "third")["count"] == 1
    assert opened_by(ben, 1, "third")["count"] == 1
