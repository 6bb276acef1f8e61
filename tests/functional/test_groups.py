"""Groups of three: messages both ways, members coming and going."""

import pytest
from harness.people import Person, group_of
from harness.programs import UNPACED
from harness.rpc import RpcError

OWN = "+447700900124"
ANNA = "+447700900200"
BEN = "+447700900201"
CARL = "+447700900202"


@pytest.fixture
def people(sandbox):
    return Person(sandbox, ANNA, "Anna"), Person(sandbox, BEN, "Ben")


@pytest.fixture
def rpc(daemon, people):
    daemon.link("support", OWN)
    with daemon.rpc() as connection:
        connection.session.update(session="support", **UNPACED)
        connection.event.subscribe()
        yield connection


def send(rpc, to, text):
    return rpc.message.send(sessionId="support", to=to, text=text, wait=30)["messageId"]


@pytest.mark.parametrize("addressing", ["lid", "pn"])
def test_three_people_write_to_each_other(rpc, people, sandbox, addressing):
    anna, ben = people
    group = group_of(sandbox, anna, "Team", [BEN, OWN], addressing=addressing)["jid"]
    message = send(rpc, group, "hello all")
    for person in people:
        assert [m["id"] for m in person.inbox(wait=1, chat=group)] == [message]
    (answer,) = ben.send(group, "hello back")
    data = rpc.wait_event("message.received")["data"]
    assert (data["messageId"], data["from"], data["isGroup"]) == (answer, group, True)
    assert data["senderPn"] == "447700900201@s.whatsapp.net" and data["content"]["text"] == "hello back"
    again = [send(rpc, group, f"text {n}") for n in range(5)]
    for person in people:
        got = [m for m in person.inbox(wait=6 if person is ben else 7, chat=group) if m["text"].startswith("text ")]
        assert [m["id"] for m in got] == again


def test_a_group_of_our_own(rpc, people):
    anna, ben = people
    group = rpc.group.create(sessionId="support", name="Ours", participants=[ANNA, BEN])
    assert group["subject"] == "Ours" and group["size"] == 3
    message = send(rpc, group["id"], "welcome")
    assert [m["id"] for m in anna.inbox(wait=1, chat=group["id"])] == [message]
    assert [g["id"] for g in rpc.group.list(sessionId="support")["groups"]] == [group["id"]]
    assert rpc.group.get(sessionId="support", groupId=group["id"].split("@")[0])["subject"] == "Ours"


def test_who_comes_reads_on_and_who_goes_does_not(rpc, people, sandbox):
    anna, ben = people
    carl = Person(sandbox, CARL, "Carl")
    group = rpc.group.create(sessionId="support", name="Ours", participants=[ANNA, BEN])["id"]
    send(rpc, group, "one")
    ben.inbox(wait=1, chat=group)
    assert rpc.group.add(sessionId="support", groupId=group, participants=[CARL])["size"] == 4
    two = send(rpc, group, "two")
    assert [m["id"] for m in carl.inbox(wait=1, chat=group)] == [two]
    assert rpc.group.remove(sessionId="support", groupId=group, participants=[BEN])["size"] == 3
    three = send(rpc, group, "three")
    assert three in [m["id"] for m in carl.inbox(wait=2, chat=group)]
    assert [m["text"] for m in ben.inbox(chat=group)] == ["one", "two"]


def test_reactions_in_a_group_name_the_author(rpc, people, sandbox):
    anna, ben = people
    group = group_of(sandbox, anna, "Team", [BEN, OWN])["jid"]
    (question,) = ben.send(group, "agreed?")
    rpc.wait_event("message.received")
    rpc.message.react(sessionId="support", to=group, messageId=question, emoji="👍", wait=30)
    assert anna.inbox(wait=1, kind="reaction")[0]["target"] == question


def test_after_leaving_nothing_can_be_sent(rpc, people):
    group = rpc.group.create(sessionId="support", name="Ours", participants=[ANNA])["id"]
    assert rpc.group.leave(sessionId="support", groupId=group) == {"groupId": group, "left": True}
    assert rpc.group.list(sessionId="support")["groups"] == []
    with pytest.raises(RpcError):
        send(rpc, group, "too late")


def test_bad_groups_and_members_are_named(rpc, people):
    def pointer(call):
        with pytest.raises(RpcError) as error:
            call()
        return error.value.data["errors"][0]["pointer"]

    assert pointer(lambda: rpc.group.get(sessionId="support", groupId="nonsense")) == "/groupId"
    assert pointer(lambda: rpc.group.create(sessionId="support", name="x", participants=[ANNA, "who"])) == "/participants/1"
    assert pointer(lambda: rpc.group.create(sessionId="support", name="", participants=[ANNA])) == "/name"
    with pytest.raises(RpcError) as error:
        rpc.group.get(sessionId="support", groupId="120363999999999999@g.us")
    assert error.value.code == "GROUP_NOT_FOUND"


def test_groups_on_the_command_line(rpc, people, daemon):
    made = daemon.cli("group", "create", "Ours", "--participants", f"{ANNA},{BEN}", "-o", "names")
    assert made.returncode == 0, made.stderr
    group = made.stdout.strip()
    assert "Ours" in daemon.cli("group", "list").stdout
    shown = daemon.cli("group", "show", group).stdout
    assert ANNA in shown and BEN in shown and "superadmin" in shown
    assert daemon.cli("send", group, "hello", "--wait", "sent").returncode == 0
    assert daemon.cli("group", "leave", group).returncode == 0


def test_changes_of_groups_have_a_pace_of_their_own(rpc, daemon, people):
    rpc.session.update(session="support", rateLimitPerMin=20)
    with daemon.rpc() as hasty:
        calls = [hasty.start("group.create", sessionId="support", name=f"g{n}", participants=[ANNA]) for n in range(6)]
        answers = {answer["id"]: answer for answer in (hasty.read_line() for _ in calls)}
    done = [answer for answer in answers.values() if "result" in answer]
    refused = [answer["error"]["data"] for answer in answers.values() if "error" in answer]
    assert len(done) >= 4 and refused
    for each in refused:
        assert each["code"] == "RATE_LIMITED" and 3000 < each["retryAfterMs"] <= 6000
