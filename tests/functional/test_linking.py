"""Linking and unlinking, and what survives a restart."""

import pytest
from harness.rpc import RpcError


def companions(sandbox, number):
    phones = sandbox.rpc.phone.list()["phones"]
    return next(p for p in phones if p["phoneNumber"] == number)["companions"]


def test_after_a_restart_it_is_connected_without_a_qr(daemon):
    before = daemon.link("support", "+447700900124")
    daemon.restart()
    rpc = daemon.rpc()
    rpc.event.subscribe(events=["session.connected"], after=0)
    while (event := rpc.wait_event("session.connected"))["data"]["isNewLink"]:
        pass
    assert event["data"]["phoneNumber"] == "+447700900124"
    after = rpc.session.get(session="support")
    assert after["status"] == "connected"
    assert (after["id"], after["jid"]) == (before["id"], before["jid"])


def test_several_accounts_and_several_companions_of_one_account(daemon, sandbox):
    phone = sandbox.phone("+447700900200")
    with daemon.rpc() as rpc:
        rpc.event.subscribe(events=["session.connected"])
        for name in ("one", "two"):
            created = rpc.session.create(name=name)
            sandbox.rpc.phone.scan(phone=phone["phoneNumber"], qr=created["qrString"])
            rpc.wait_event("session.connected", name)
        jids = {s["jid"] for s in rpc.session.list()["sessions"]}
        assert len(jids) == 2
        daemon.link("three", "+447700900201")
        assert {c["connected"] for c in companions(sandbox, "+447700900200")} == {True}


def test_pre_keys_are_uploaded_once(daemon, sandbox):
    daemon.link("support", "+447700900124")
    assert [c["preKeys"] for c in companions(sandbox, "+447700900124")] == [812]
    daemon.restart()
    with daemon.rpc() as rpc:
        rpc.event.subscribe(events=["session.connected"], after=0)
        rpc.wait_event("session.connected")
        rpc.wait_event("session.connected")
    assert [c["preKeys"] for c in companions(sandbox, "+447700900124")] == [812]


def test_linking_with_a_code(daemon, sandbox):
    phone = sandbox.phone("+447700900125")
    with daemon.rpc() as rpc:
        rpc.event.subscribe(events=["session.connected"])
        rpc.session.create(name="office")
        code = rpc.session.pair(session="office", phoneNumber="+447700900125")
        assert len(code["code"]) == 9 and code["code"][4] == "-"
        sandbox.rpc.phone.enterCode(phone=phone["phoneNumber"], code=code["code"])
        assert rpc.wait_event("session.connected", "office")["data"]["phoneNumber"] == "+447700900125"


def test_a_wrong_code_does_not_link_and_a_right_one_still_does(daemon, sandbox):
    phone = sandbox.phone("+447700900125")
    with daemon.rpc() as rpc:
        rpc.event.subscribe(events=["session.connected"])
        rpc.session.create(name="office")
        code = rpc.session.pair(session="office", phoneNumber="+447700900125")
        wrong = "1111-1111" if code["code"] != "1111-1111" else "2222-2222"
        with pytest.raises(RpcError):
            sandbox.rpc.phone.enterCode(phone=phone["phoneNumber"], code=wrong)
        assert rpc.session.get(session="office")["status"] == "connecting"
        code = rpc.session.pair(session="office", phoneNumber="+447700900125")
        sandbox.rpc.phone.enterCode(phone=phone["phoneNumber"], code=code["code"])
        rpc.wait_event("session.connected", "office")


def test_disconnect_stays_down_over_a_restart_and_reconnect_brings_it_back(daemon, sandbox):
    daemon.link("support", "+447700900124")
    with daemon.rpc() as rpc:
        down = rpc.session.disconnect(session="support")
        assert (down["status"], down["statusDetail"]) == ("disconnected", "user")
    daemon.restart()
    with daemon.rpc() as rpc:
        assert rpc.session.get(session="support")["status"] == "disconnected"
        assert sandbox.rpc.link.list()["links"] == []
        rpc.event.subscribe(events=["session.connected"])
        rpc.session.reconnect(session="support")
        rpc.wait_event("session.connected", "support")


def test_logout_unlinks_on_the_phone_and_keeps_the_session(daemon, sandbox):
    daemon.link("support", "+447700900124")
    with daemon.rpc() as rpc:
        out = rpc.session.logout(session="support")
        assert (out["status"], out["statusDetail"]) == ("disconnected", "logged_out")
        assert companions(sandbox, "+447700900124") == []
        with pytest.raises(RpcError) as refused:
            rpc.session.reconnect(session="support")
        assert refused.value.code == "NO_CREDENTIALS"


def test_delete_unlinks_on_the_phone_even_while_disconnected(daemon, sandbox):
    daemon.link("support", "+447700900124")
    with daemon.rpc() as rpc:
        rpc.session.disconnect(session="support")
        gone = rpc.session.delete(session="support")
        assert (gone["deleted"], gone["unlinked"]) == (True, True)
        assert companions(sandbox, "+447700900124") == []
        with pytest.raises(RpcError) as missing:
            rpc.session.get(session="support")
        assert missing.value.code == "SESSION_NOT_FOUND"


def test_unlinking_on_the_phone_logs_the_session_out_and_a_new_qr_links_it_again(daemon, sandbox):
    linked = daemon.link("support", "+447700900124")
    with daemon.rpc() as rpc:
        rpc.event.subscribe(events=["session.logged_out", "session.connected"])
        sandbox.rpc.phone.unlink(phone="+447700900124")
        rpc.wait_event("session.logged_out", "support")
        out = rpc.session.get(session="support")
        assert (out["status"], out["statusDetail"]) == ("disconnected", "logged_out")
        fresh = rpc.session.qr(session="support")
        sandbox.rpc.phone.scan(phone="+447700900124", qr=fresh["qrString"])
        rpc.wait_event("session.connected", "support")
        again = rpc.session.get(session="support")
        assert again["id"] == linked["id"] and again["jid"] != linked["jid"]


def test_unlinked_while_the_daemon_was_down(daemon, sandbox):
    daemon.link("support", "+447700900124")
    daemon.stop()
    sandbox.rpc.phone.unlink(phone="+447700900124")
    daemon.start()
    with daemon.rpc() as rpc:
        rpc.event.subscribe(events=["session.logged_out"], after=0)
        rpc.wait_event("session.logged_out", "support")
        assert rpc.session.get(session="support")["statusDetail"] == "logged_out"


def test_the_qr_lives_for_exactly_sixty_seconds(daemon, sandbox):
    with daemon.rpc() as rpc:
        rpc.event.subscribe(events=["session.disconnected"])
        created = rpc.session.create(name="support")
        rpc.debug.advanceClock(advanceMs=55_000)
        assert rpc.session.get(session="support")["qrString"] == created["qrString"]
        rpc.debug.advanceClock(advanceMs=5_000)
        ended = rpc.wait_event("session.disconnected", "support")
        assert ended["data"]["reason"] == "qr_expired"
        after = rpc.session.get(session="support")
        assert (after["status"], after["statusDetail"], after["qrString"]) == ("disconnected", "qr_expired", None)
        assert rpc.session.qr(session="support")["qrString"] != created["qrString"]


def test_a_qr_that_is_no_longer_valid_is_refused_by_the_phone(daemon, sandbox):
    phone = sandbox.phone()
    with daemon.rpc() as rpc:
        created = rpc.session.create(name="support")
        rpc.session.delete(session="support")
    with pytest.raises(RpcError):
        sandbox.rpc.phone.scan(phone=phone["phoneNumber"], qr=created["qrString"])


@pytest.mark.parametrize("kind", ["bad_hmac", "bad_signature", "garbage_identity"])
def test_a_forged_identity_is_refused_and_the_session_stays_unlinked(daemon, sandbox, kind):
    phone = sandbox.phone("+447700900126")
    with daemon.rpc() as rpc:
        created = rpc.session.create(name="support")
        sandbox.rpc.fault.pairing(kind=kind)
        with pytest.raises(RpcError):
            sandbox.rpc.phone.scan(phone=phone["phoneNumber"], qr=created["qrString"])
        session = rpc.session.get(session="support")
        assert session["phoneNumber"] is None and session["status"] != "connected"
        rpc.event.subscribe(events=["session.connected"])
        fresh = rpc.session.qr(session="support", force=True)
        sandbox.rpc.phone.scan(phone=phone["phoneNumber"], qr=fresh["qrString"])
        rpc.wait_event("session.connected", "support")


def test_a_sandbox_that_was_killed_keeps_its_accounts(daemon, sandbox):
    daemon.link("support", "+447700900124")
    with daemon.rpc() as rpc:
        rpc.event.subscribe(events=["session.reconnecting", "session.connected"])
        sandbox.restart()
        rpc.wait_event("session.reconnecting", "support")
        rpc.debug.advanceClock(advanceMs=5_000)
        rpc.wait_event("session.connected", "support")
