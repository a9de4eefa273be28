"""Addresses that lead where nobody may go."""

from tests.hostile.gallery.attack import Answer, Attack, Place, answer, feed_of


def _to(address: str) -> Answer:
    return answer(b"", status=302, Location=address)


def _decimal(place: Place) -> Answer:
    return _to(f"http://2130706433:{place.secret_port}/secret/decimal")


def _elsewhere(place: Place) -> Answer:
    return feed_of(place, ["http://127.0.0.1:9/elsewhere", "http://169.254.169.254/latest/meta-data/", place.secret])


ATTACKS = [
    Attack(
        name="redirect-to-a-secret",
        what="a page that leads to another server of this machine, and one that spells it as a number",
        holds="a source reaches its own ports only",
        pages={"/redirect": lambda place: _to(place.secret), "/decimal": _decimal},
        fates={"/redirect": "refused: port not allowed", "/decimal": "refused: port not allowed"},
    ),
    Attack(
        name="redirect-to-a-file",
        what="a page that leads to a file of this machine",
        holds="only http and https are asked for",
        pages={"/file": _to("file:///etc/passwd")},
        fates={"/file": "refused: redirect not followed"},
    ),
    Attack(
        name="feed-of-closed-addresses",
        what="a feed of a metadata service and of other servers of this machine",
        holds="a source reaches its own ports only",
        pages={"/feed": _elsewhere},
        fates={
            "http://127.0.0.1:9/elsewhere": "refused: port not allowed",
            "http://169.254.169.254/latest/meta-data/": "refused: port not allowed",
            "{secret}": "refused: port not allowed",
        },
    ),
]
