"""Channels: where messages go. One Apprise object each; what is secret about it never leaves this module.

A channel is known by its label, which is safe to print and to store: `env:NAME` as it stands in the file, or an
Apprise URL that holds no secret. A URL that does is refused outside the environment.
"""

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from threading import get_ident
from typing import Any
from urllib.parse import unquote, urlsplit

from apprise import Apprise, AppriseAsset, NotificationManager, NotifyBase, NotifyFormat
from apprise.logger import logger as apprise_log

from alerts.definitions import alert_tables
from alerts.message import Message
from seeds.definitions import BadValue, DefinitionError, nearest

HIDDEN = "(hidden)"
"""What stands where a secret was."""
CONNECT_SECONDS, READ_SECONDS = 5.0, 10.0
"""For a connection, and for each answer; mail knows one for both. Apprise's 4 s give up on a busy mail server, which
then has sent it all the same."""
LANES = 4
"""Deliveries under way at a time to a channel that asks for no pause between them: one that stalls delays no other."""
MAIL_PAUSE = 0.2
"""Seconds between mails. Apprise waits 5.5, which a burst of a hundred alerts would make ten minutes."""
_LEAST_PART = 4  # characters of a part of a URL that is hidden: hiding "a" would hide every word
_BETWEEN = re.compile(r"[/:@#,;]+")
_KEY = re.compile(r"(?=[^.]*\d)(?=[^.]*[A-Za-z])[^.\s]{8,}|[^.\s]{20,}")  # letters and digits mixed, or long
# What Apprise takes for no secret, and a webhook most likely does: three kinds of letters, a long hexadecimal number.
_TOKEN = re.compile(r"(?=\S*\d)(?=\S*[A-Z])(?=\S*[a-z])[\w~+=-]{16,}|[0-9A-Fa-f-]{24,}")
_SECRET_NAME = re.compile(r"token|key|secret|passw|pwd|auth|signature|credential|session|cookie", re.IGNORECASE)
_ROOMY = 32_768  # characters: a channel that prefers HTML and takes this many is mail, and shows all of it


class SendError(Exception):
    """A message was not delivered. The reason holds no secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One place that messages are sent to."""

    label: str  # safe to print
    lanes: int  # deliveries that may be under way at a time
    _notifier: NotifyBase = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False, default=())  # never to be printed, whatever the text
    _parts: tuple[str, ...] = field(repr=False, default=())  # of its URL: never to be printed in an error of its own

    def send(self, message: Message) -> None:
        """Delivers *message*, or raises SendError. It blocks, for how long the other side decides."""
        html = self._notifier.resolve_format() == NotifyFormat.HTML and self._notifier.body_maxlen >= _ROOMY
        with _complaints() as said:
            try:
                done = self._notifier.notify(
                    title=message.title if self._notifier.title_maxlen > 0 else "",  # else it would stand there twice
                    body=message.html if html else message.text,
                    body_format=NotifyFormat.HTML if html else NotifyFormat.TEXT,
                )
            except Exception as error:  # a plugin's fault must not end the delivery of others
                raise SendError(self.hide(f"{type(error).__name__}: {error}")) from None
        if not done:
            raise SendError(self.hide("; ".join(dict.fromkeys(said)) or "the channel refused it and did not say why"))

    def hide(self, text: str) -> str:
        """*text* without what is secret about this channel, on one line."""
        for part in self._parts:
            text = text.replace(part, HIDDEN)
        return " ".join(text.split())


def open_channels(folder: Path, environ: Mapping[str, str]) -> dict[str, Channel]:
    """Every channel that the alerts in *folder* name, by label. Raises DefinitionError, without the secret."""
    channels: dict[str, Channel] = {}
    for path, number, alert in alert_tables(folder):
        for place, address in enumerate(alert.to):
            key = f"alert[{number}].to[{place}]"
            if address not in channels:
                try:
                    channels[address] = open_channel(key, address, environ)
                except BadValue as bad:
                    raise DefinitionError.of(path, bad) from bad
    return channels


def open_channel(key: str, address: str, environ: Mapping[str, str]) -> Channel:
    """The channel that *address* of a definition means. Raises BadValue for *key*, without the secret."""
    if not (name := address.removeprefix("env:")) or name == address:
        return _channel(address, address, notifier_of(key, address))
    url = environ.get(name, "").strip()
    if not url:
        raise BadValue(key, address, f"the environment variable {name} is not set; it is to hold an Apprise URL")
    notifier = _instance(key, url, f"the environment variable {name}", shown=address)
    channel = _channel(address, url, notifier)
    return replace(channel, secrets=secrets_of(url, _shown(notifier)), _parts=parts_of(url))


def notifier_of(key: str, url: str) -> NotifyBase:
    """The Apprise object for a URL that stands in a file. Raises BadValue where it is none, or holds a secret."""
    notifier = _instance(key, url, "it", shown=HIDDEN)
    if _shown(notifier) != _shown(notifier, whole=True) or _seems_secret(url):
        reason = (
            "holds a secret, which does not belong into a file; put the URL into an environment variable and write "
            '"env:NAME"'
        )
        raise BadValue(key, HIDDEN, reason)
    return notifier


def _seems_secret(url: str) -> bool:
    """Whether a part of *url* looks like a token, or a parameter or header is called so."""
    query = url.partition("://")[2].partition("?")[2]
    names = (unquote(parameter.partition("=")[0]) for parameter in query.split("&"))
    return any(map(_TOKEN.fullmatch, parts_of(url))) or any(map(_SECRET_NAME.search, names))


def parts_of(url: str) -> tuple[str, ...]:
    """*url* and, but for its scheme and the names of its parameters, the parts that it is made of; longest first."""
    rest = url.partition("://")[2]
    place, _, query = rest.partition("?")
    values = [parameter.partition("=")[2] for parameter in query.split("&")]
    parts = {url, rest, *_BETWEEN.split(place), *values}
    parts |= {unquote(part) for part in parts}
    parts |= {word for value in values for word in unquote(value.replace("+", " ")).split()}  # "Bearer …" is two
    return tuple(sorted((part for part in parts if len(part) >= _LEAST_PART), key=len, reverse=True))


def secrets_of(url: str, masked: str) -> tuple[str, ...]:
    """Of the parts of *url*, those that may be printed nowhere: what Apprise leaves out where it shows the URL
    *masked*, and what looks like a key. A host or the word "alerts" is none, or logs would be full of holes.
    """
    shown = unquote(masked)
    host = urlsplit(url).hostname or ""
    return tuple(
        part
        for part in parts_of(url)
        if part in (url, url.partition("://")[2]) or (part != host and (part not in shown or _KEY.fullmatch(part)))
    )


def _instance(key: str, url: str, holder: str, *, shown: str) -> NotifyBase:
    scheme = url.partition("://")[0].lower()
    with _complaints():
        notifier = Apprise.instantiate(url, asset=_asset(), suppress_exceptions=True)
    if isinstance(notifier, NotifyBase):
        return notifier
    known: set[str] = set(NotificationManager().schemas())  # type: ignore[no-untyped-call]
    if scheme in known:
        raise BadValue(key, shown, f"{holder} is not a complete {scheme}:// URL as Apprise knows it")
    reason = f"{holder} is no Apprise URL: no channel is called {scheme[:20]}://"
    raise BadValue(key, shown, reason, nearest(scheme, known))


def _channel(label: str, url: str, notifier: NotifyBase) -> Channel:
    settings: Any = notifier  # attributes that its class declares and its URL may set
    if "cto=" not in url:
        settings.socket_connect_timeout = READ_SECONDS if _is_mail(notifier) else CONNECT_SECONDS
    if "rto=" not in url:
        settings.socket_read_timeout = READ_SECONDS
    if _is_mail(notifier):
        settings.request_rate_per_sec = MAIL_PAUSE
    lanes = LANES if notifier.request_rate_per_sec <= MAIL_PAUSE else 1
    return Channel(label=label, lanes=lanes, _notifier=notifier)


def _shown(notifier: NotifyBase, *, whole: bool = False) -> str:
    """Its URL as Apprise shows it: masked where it knows of a secret, unless *whole*."""
    return str(notifier.url(privacy=not whole))  # type: ignore[no-untyped-call]


def _is_mail(notifier: NotifyBase) -> bool:
    return type(notifier).__name__ == "NotifyEmail"


@cache
def _asset() -> AppriseAsset:
    """How Apprise presents itself; nothing of a message is interpreted, since it comes from the network."""
    return AppriseAsset(
        app_id="Khabar", app_desc="Khabar", app_url="", interpret_emojis=False, interpret_escapes=False,
        secure_logging=True, async_mode=False,
    )  # fmt: skip


@contextmanager
def _complaints() -> Iterator[list[str]]:
    """What Apprise logs as a warning or worse in this thread meanwhile; it has no other way to tell a reason."""
    said: list[str] = []
    thread = get_ident()

    class Listen(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.thread == thread and record.levelno >= logging.WARNING:
                said.append(record.getMessage())

    apprise_log.propagate = False  # it names hosts and addresses; what matters of it is told as the delivery's error
    apprise_log.setLevel(logging.WARNING)  # its own, since a command that logs errors only would silence it
    listener = Listen()
    apprise_log.addHandler(listener)
    try:
        yield said
    finally:
        apprise_log.removeHandler(listener)
