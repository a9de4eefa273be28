"""What test_faults_names.py runs in a network of its own: a name server, a site that has four names, and a crawl."""

import json
import re
import socket
import subprocess
import sys
from pathlib import Path
from threading import Thread

sys.path.insert(0, str(Path(__file__).parents[1] / "crawl"))
from hostile_site import hostile_site

NAMES = ("good", "none", "broken", "silent")
_REFUSED = {"none": 3, "broken": 2}  # NXDOMAIN, SERVFAIL


def answer(question: bytes) -> bytes | None:
    """What the name server says; None: nothing. Source: RFC 1035, 4.1."""
    end = question.index(b"\0", 12) + 5
    name = question[13 : 13 + question[12]].decode()
    kind = int.from_bytes(question[end - 4 : end - 2], "big")
    if name == "silent":
        return None
    found = name == "good" and kind == 1
    head = question[:2] + bytes([0x81, 0x80 | _REFUSED.get(name, 0)]) + b"\0\1" + bytes([0, found]) + b"\0\0\0\0"
    record = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4" + socket.inet_aton("127.0.0.1") if found else b""
    return head + question[12:end] + record


def serve(server: socket.socket) -> None:
    """Answers until the process ends."""
    while True:
        question, sender = server.recvfrom(512)
        if said := answer(question):
            server.sendto(said, sender)


def main(root: Path, command: list[str]) -> None:
    """Crawls the four names with *command*, and prints what it printed."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 53))
    Thread(target=serve, args=(server,), daemon=True).start()
    with hostile_site() as site:
        site.article("/news/1")
        site.feed("/news/1")
        sources = [re.sub(r"127\.0\.0\.1", f"{name}.test", site.source(name)) for name in NAMES]
        (root / "seeds/sources/test.toml").write_text("\n".join(sources))
        for reply in site.replies.values():
            reply.body = reply.body.replace(b"127.0.0.1", b"good.test")
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    json.dump({"code": done.returncode, "out": done.stdout, "err": done.stderr}, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
