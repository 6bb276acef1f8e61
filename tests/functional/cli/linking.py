"""A daemon that answers with a QR, and what tests of linking say of it."""

import base64

import pytest
from fake_daemon import session

QR = "2@" + "A" * 200 + ",b,c,d"
NEXT_QR = "2@" + "Z" * 200 + ",b,c,d"
PNG = b"\x89PNG\r\n\x1a\nfirst"
NEXT_PNG = b"\x89PNG\r\n\x1a\nsecond"
NUMBER = "+447700900124"
LATER = "2099-05-25T10:01:00.000Z"  # when the QR ends: its life began 60 s earlier
WITHIN = "2099-05-25T10:00:30.000Z"


def uri(png: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(png).decode()


def qr(text: str = QR, png: bytes = PNG) -> dict:
    return {"qrString": text, "qrCode": uri(png), "expiresAt": LATER}


def scanned(connection) -> None:
    connection.event("session.connected", phoneNumber=NUMBER, name="Sam", jid="4:1@s.whatsapp.net", lid=None, isNewLink=True)


@pytest.fixture
def linking(fake):
    """Creates a session with a QR; the test says what happens then."""
    fake.answers["session.create"] = session(**qr())
    fake.answers["session.qr"] = {"id": "sess_support", "status": "connecting", **qr()}
    return fake


def answering(event, **data):
    """An answer to session.create after which the event follows."""
    def reply(params, connection):
        import threading
        threading.Timer(0, connection.event, [event], data).start()
        return session(**qr())
    return reply
