"""Virtual people of the sandbox, as tests talk to them."""


class Person:
    def __init__(self, sandbox, number: str, name: str, devices: int = 1, **manners):
        self.rpc, self.number, self.name = sandbox.rpc, number, name
        self.call("create", number=number, name=name, devices=devices)
        if manners:
            self.set(**manners)

    def call(self, verb: str, **params):
        if verb != "create":
            params["who"] = self.number
        return self.rpc.call(f"sandbox.contact.{verb}", **params)

    def set(self, **manners):
        return self.call("set", **manners)

    def send(self, to: str, text: str, **more) -> list[str]:
        """Ids of the messages, once the server has taken them."""
        sent = self.call("send", to=to, text=text, **more)
        assert not sent["refused"], sent
        return sent["ids"]

    def inbox(self, wait: int = 0, **only) -> list[dict]:
        """What has arrived, after waiting until there are that many."""
        return self.call("inbox", waitCount=wait, timeoutMs=30_000, **only)["messages"]

    def receipts(self, wait: int = 0, **only) -> list[dict]:
        return self.call("receipts", waitCount=wait, timeoutMs=30_000, **only)["receipts"]

    def read(self, **what):
        return self.call("read", **what)


def group_of(sandbox, creator: Person, subject: str, members: list[str], **more) -> dict:
    return sandbox.rpc.call("sandbox.group.create", who=creator.number, subject=subject, members=members, **more)
