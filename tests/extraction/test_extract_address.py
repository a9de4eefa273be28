"""`khabar extract URL` reads a private address only where the person who types it sees that it is one."""

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "crawl"))
from hostile_site import Reply, hostile_site

from crawler.single import says_it_is_private

_NAMESPACE = ("unshare", "--user", "--map-root-user", "--mount")


def is_allowed() -> bool:
    """Whether a process may have a list of names of its own here."""
    try:
        command = [*_NAMESPACE, "sh", "-c", "mount --bind /etc/hosts /etc/hosts"]
        return subprocess.run(command, capture_output=True, check=False, timeout=20).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "::1", "10.0.0.7", "localhost", "LOCALHOST.", "desk", "nas.lan", "a.local"]
)
def test_an_address_and_a_name_of_the_own_network_say_that_they_are_private(host: str) -> None:
    assert says_it_is_private(host)


@pytest.mark.parametrize("host", ["news.example", "lan.example", "localhost.example", "127.0.0.1.news.example"])
def test_a_name_that_anybody_can_have_does_not(host: str) -> None:
    assert not says_it_is_private(host)


@pytest.mark.skipif(not is_allowed(), reason="the system lets nobody have a list of names of his own")
def test_a_public_name_that_leads_to_this_machine_is_not_read(desk: Any, tmp_path: Path) -> None:
    """As a name server of somebody who means harm would have it, with a link in a feed or a message."""
    (tmp_path / "hosts").write_text("127.0.0.1 localhost news.example wiki.corp.example\n")
    with hostile_site() as site:
        site.article("/secret")
        port = site.url.rpartition(":")[2]
        site.replies["/to"] = Reply(b"", 302, headers={"Location": f"http://127.0.0.1:{port}/secret"})
        source = site.source("wiki").replace("127.0.0.1", "wiki.corp.example")
        (desk.root / "seeds/sources/test.toml").write_text(source)
        urls = [f"http://{host}:{port}/secret" for host in ("news.example", "wiki.corp.example", "127.0.0.1")]
        done = {}
        for url in (*urls, f"http://localhost:{port}/to"):
            words = shlex.join(desk.command("extract", url))
            script = f"mount --bind {shlex.quote(str(tmp_path / 'hosts'))} /etc/hosts && exec {words}"
            done[url] = subprocess.run(
                [*_NAMESPACE, "sh", "-c", script], env={**os.environ, **desk.environment}, capture_output=True,
                text=True, check=False, timeout=60, cwd=Path(__file__).parents[2],
            )  # fmt: skip
            if url == urls[0]:
                assert site.asked == []
    public, private, literal, redirected = done.values()
    assert public.stderr.endswith("could not be fetched: private address\n")
    assert (private.returncode, literal.returncode) == (0, 0), private.stderr
    assert redirected.stderr.endswith("could not be fetched: private address\n")
    assert site.asked.count("/secret") == 2
