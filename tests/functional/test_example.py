"""A test to copy from. Every functional test starts real programs and is a client of their public sockets only.

`sandbox` is a WhatsApp network in a process, `daemon` a wasphered on it; both are stopped, and their exit
status checked, when the test ends. Wait for events, never sleep.
"""


def test_a_session_is_linked_by_scanning_its_qr(daemon, sandbox):
    # A phone is made by the sandbox; it holds its own keys, as a real one does.
    phone = sandbox.phone("+447700900124")

    # rpc.noun.verb(param=value) calls the method "noun.verb".
    rpc = daemon.rpc()
    rpc.event.subscribe()
    session = rpc.session.create(name="support", description="Customer support line")
    assert session["status"] == "connecting"
    assert session["statusDetail"] == "awaiting_qr"
    assert session["qrCode"].startswith("data:image/png;base64,")

    # The phone scans; the answer comes when the companion has confirmed.
    scanned = sandbox.rpc.phone.scan(phone=phone["phoneNumber"], qr=session["qrString"])

    # Events arrive on the subscribed connection.
    connected = rpc.wait_event("session.connected", "support")
    assert connected["data"]["phoneNumber"] == "+447700900124"
    assert connected["data"]["isNewLink"] is True

    session = rpc.session.get(session="support")
    assert (session["status"], session["statusDetail"]) == ("connected", "online")
    assert session["jid"] == scanned["jid"]
    assert session["lid"] == scanned["lid"]
    assert session["qrString"] is None
