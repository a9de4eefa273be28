"""Channels: where messages go. One Apprise object each; what is secret about it never leaves this module.

A channel is known by its label, which is safe to print and to store: `env:NAME` as it stands in the file, or an
Apprise URL that holds no secret. A URL that does is refused outside the environment.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path
from typing import Any

from apprise import Apprise, AppriseAsset, NotificationManager, NotifyBase, NotifyFormat, OverflowMode
from apprise.conversion import convert_between

from alerts.chat import JOINER, chat_link, chat_message, chat_safe
from alerts.complaints import complaints
from alerts.definitions import alert_tables
from alerts.messages.excerpt import shortened
from alerts.messages.message import Message
from alerts.messages.message_text import LONGEST_TEXT
from alerts.url_secrets import parts_of, secrets_of, seems_secret
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
_LONGEST_COMPLAINT = 200  # characters
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{0,19}")
_MORE_THAN_ONE = re.compile(r"\s|,[A-Za-z][A-Za-z0-9+.-]*://")
_AS_IT_IS = ("NotifyEmail", "NotifyJSON", "NotifyXML", "NotifyForm")
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

    @property
    def longest(self) -> int:
        """UTF-16 code units of a text that it takes as one message; what is longer is sent in several."""
        return min(LONGEST_TEXT, self._notifier.body_maxlen) if _is_chat(self._notifier) else LONGEST_TEXT

    def send(self, message: Message) -> None:
        """Delivers *message*, or raises SendError. It blocks, for how long the other side decides."""
        with complaints(causes=_is_mail(self._notifier)) as said:
            try:
                done = self._notifier.notify(**_content(self._notifier, message))
            except Exception as error:  # a plugin's fault must not end the delivery of others
                raise SendError(self.hide(f"{type(error).__name__}: {error}")) from None
        if not done:
            told = "; ".join(self.hide(one)[:_LONGEST_COMPLAINT] for one in dict.fromkeys(said))
            raise SendError(told or "the channel refused it and did not say why")

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
    if _shown(notifier) != _shown(notifier, whole=True) or seems_secret(url, mail=_is_mail(notifier)):
        reason = (
            "holds a secret, which does not belong into a file; put the URL into an environment variable and write "
            '"env:NAME"'
        )
        raise BadValue(key, HIDDEN, reason)
    return notifier


def _instance(key: str, url: str, holder: str, *, shown: str) -> NotifyBase:
    if _MORE_THAN_ONE.search(url):
        reason = f"{holder} holds more than one URL, or white space; write one channel for each"
        raise BadValue(key, shown, f"{reason}, and a space of a name or a password as %20")
    scheme, mark, _ = url.lower().partition("://")
    with complaints():
        notifier = Apprise.instantiate(url, asset=_asset(), suppress_exceptions=True)
    if isinstance(notifier, NotifyBase):
        if (number := _recipients(notifier)) > 1:
            raise BadValue(key, shown, f"{holder} names {number} recipients; write one channel for each")
        return notifier
    known: set[str] = set(NotificationManager().schemas())  # type: ignore[no-untyped-call]
    if scheme in known:
        raise BadValue(key, shown, f"{holder} is not a complete {scheme}:// URL as Apprise knows it")
    meant = nearest(scheme, known) if mark and _SCHEME.fullmatch(scheme) else None
    if meant is None:  # then it may be anything, a password too
        raise BadValue(key, shown, f'{holder} is no Apprise URL, which begins with the name of a service and "://"')
    reason = f"{holder} is no Apprise URL: no channel is called {scheme}://"
    raise BadValue(key, shown, reason, meant)


def _channel(label: str, url: str, notifier: NotifyBase) -> Channel:
    settings: Any = notifier  # attributes that its class declares and its URL may set
    settings.redirects = False  # whatever its URL says
    if "cto=" not in url:
        settings.socket_connect_timeout = READ_SECONDS if _is_mail(notifier) else CONNECT_SECONDS
    if "rto=" not in url:
        settings.socket_read_timeout = READ_SECONDS
    if _is_chat(notifier) and "overflow=" not in url:
        settings.overflow_mode = OverflowMode.SPLIT
    if _is_mail(notifier):
        settings.request_rate_per_sec = MAIL_PAUSE
    lanes = LANES if notifier.request_rate_per_sec <= MAIL_PAUSE else 1
    return Channel(label=label, lanes=lanes, _notifier=notifier)


def _content(notifier: NotifyBase, message: Message) -> dict[str, Any]:
    """What of *message* the *notifier* is given, in the format that it asks for.

    It is converted here, as `Apprise.notify` does, since not every notifier does so by itself. `Apprise.notify` would
    send it from a thread of its own, where its complaints cannot be told from others'.
    """
    if _gets_html(notifier):
        return {"title": message.title, "body": message.html, "body_format": NotifyFormat.HTML}
    title = message.title if notifier.title_maxlen > 0 else ""  # else it would stand there twice
    text = message.text
    if _is_chat(notifier):
        title, text = _for_chat(notifier, title, message)
    form = notifier.resolve_format(NotifyFormat.TEXT)
    body = _converted(text, form, message.links)
    return {"title": title, "body": body, "body_format": form, "body_passthrough": False}


def _for_chat(notifier: NotifyBase, title: str, message: Message) -> tuple[str, str]:
    """Title and text without markup. The headline is told once, by the title if there is one that holds all of it."""
    shown, text = chat_safe(title), chat_message(message.text, message.links)
    headline, _, rest = message.text.partition("\n")
    if rest and headline == title and len(shown) <= notifier.title_maxlen:
        return shown, chat_message(rest, message.links)
    if notifier.overflow_amalgamate_title and len(shown) + len(text) > notifier.body_maxlen:
        return "", text
    return shortened(shown, notifier.title_maxlen), text


def _converted(text: str, form: NotifyFormat, links: Collection[str]) -> str:
    if form == NotifyFormat.HTML:
        text = text.replace("\n\n", f"\n{JOINER}\n")  # of two line breaks Telegram's notifier leaves one
    convert: Callable[[str], str] = partial(convert_between, NotifyFormat.TEXT, form)
    if form == NotifyFormat.MARKDOWN:  # a link with "\\" before each "." and "-" is none
        return "\n".join(chat_link(line) if line in links else convert(line) for line in text.split("\n"))
    return convert(text)


def _gets_html(notifier: NotifyBase) -> bool:
    return notifier.resolve_format() == NotifyFormat.HTML and notifier.body_maxlen >= _ROOMY


def _is_chat(notifier: NotifyBase) -> bool:
    """Whether it shows messages to people its own way, and is neither mail nor a webhook that takes all as it is."""
    return not _gets_html(notifier) and type(notifier).__name__ not in _AS_IT_IS


def _shown(notifier: NotifyBase, *, whole: bool = False) -> str:
    """Its URL as Apprise shows it: masked where it knows of a secret, unless *whole*."""
    return str(notifier.url(privacy=not whole))  # type: ignore[no-untyped-call]


def _is_mail(notifier: NotifyBase) -> bool:
    return type(notifier).__name__ == "NotifyEmail"


def _recipients(notifier: NotifyBase) -> int:
    """How many it sends to. Where one of several refuses, all would get the message again with every try."""
    asked: Any = notifier  # mail alone knows of copies
    tries: int = asked.retry + 1
    copies = (*asked.cc, *asked.bcc) if _is_mail(notifier) else ()
    return len(notifier) // tries + len(copies)


@cache
def _asset() -> AppriseAsset:
    """How Apprise presents itself; nothing of a message is interpreted, since it comes from the network.

    A redirect is not followed: what was posted would be asked for instead, without the message, and an answer to that
    would count as a delivery; headers with secrets would go to whom it names.
    """
    return AppriseAsset(
        app_id="Khabar", app_desc="Khabar", app_url="", interpret_emojis=False, interpret_escapes=False,
        secure_logging=True, async_mode=False, http_redirects=False,
    )  # fmt: skip
