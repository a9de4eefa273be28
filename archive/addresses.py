"""What identifies a URL, and the form of it that is stored and shown. Pure, quick to import, never raises.

A site shows one article under many addresses: with and without `www.`, for telephones, as AMP, with the trail of a
newsletter, its Arabic slug encoded or not. `url_key` is the same for all of them and is only ever compared.

Two errors are possible and weigh differently. Taking two addresses of one article for two costs a fetch, and the
text shows the copy. Taking two articles for one loses a story. So whatever may carry meaning is kept: a parameter
is dropped only where its name, or its name and value together, mean tracking and nothing else.

It is our own since no library weighs so: of the pairs in `tests/archive/address_pairs.py`, 147 that are one page and 93
that are two, courlan unites 58 and keeps 89 apart (`strict`: 101 and 69), w3lib 23 and 93, this module all.
"""

import re
import unicodedata
from hashlib import blake2b
from urllib.parse import quote

from seeds.bounds import LONGEST_URL

_URL = re.compile(r"(?:([A-Za-z][A-Za-z0-9+.\-]*):)?//([^/?#\\]*)([^?#]*)(?:\?([^#]*))?", re.DOTALL)
_OPAQUE = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):(?![0-9]{1,5}(?:[/?#]|$))")
_PORT = re.compile(r":+([0-9]*)$")
_DEFAULT_PORTS = {"http": "80", "https": "443", "": ""}
_EDGES = "".join(map(chr, range(0x21)))
_BREAKS = str.maketrans("", "", "\t\r\n")  # browsers drop them anywhere in a URL

_CACHE = re.compile(
    r"(?:(?:https?:)?//)?(?:(?:www\.)?google\.[a-z]{2,3}(?:\.[a-z]{2})?/amp|(?:[a-z0-9-]+\.)?cdn\.ampproject\.org/[a-z]{1,2})"
    r"/+(?:s/+)?(?=\w[^/?#\s]*\.\w)",
    re.IGNORECASE,
)
"""How the address of Google's copy of an AMP page begins; the page's own follows, without scheme."""

_ESCAPES = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_ESCAPED_TWICE = re.compile(r"%25(?=[89A-Fa-f][0-9A-Fa-f])")  # a byte of a letter that is not ASCII: nobody means %D8
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_SLASHES = re.compile(r"/{2,}")
_PLAIN = re.compile(r"[A-Za-z0-9/._~\-]*")
_UNPRINTABLE = re.compile(
    r'[\x00-\x20"<>\\^`{|}\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ud800-\udfff]'
)
_INVISIBLE = dict.fromkeys(
    [0x640, 0xAD, 0x61C, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A)]
)
"""Tatweel, soft hyphen, joiners and bidi marks: `مجتـمع` and `مجتمع` are one section. Nobody sees them, so no site
can mean two articles by them."""
_KEPT_IN_PATH = frozenset("/?#%")
_KEPT_IN_QUERY = frozenset("&=+#%;")

_SESSION_IN_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/;]*|/\([SAF]\([A-Za-z0-9]{16,64}\)\)", re.IGNORECASE)
_TWIN_END = re.compile(
    r"(?:/amp|(?<![/.])\.amp|/(?:index(?:\.amp)?\.(?:html?|php|aspx?|jsp|shtml)|default\.aspx?))/?$|\.amp(?=\.html?$)",
    re.IGNORECASE,
)
_LONGEST_END = 20  # characters that _TWIN_END can match: `/index.amp.shtml/`, and some more
_TWIN_START = re.compile(r"(?:/amp(?=/.)|/m(?=/[^/]+/[^/]))+", re.IGNORECASE)
"""How the path of an AMP or telephone page, or of a folder's own file, differs. `/m/42` may be a section's."""
_TWIN_HOSTS = ("m.", "mobile.", "amp.")
_SECOND_LEVEL = frozenset(["ac", "co", "com", "edu", "gob", "gov", "go", "mil", "ne", "net", "or", "org"])
"""`m.com.iq` is a domain of its own and not the telephone twin of `com.iq`."""

_TRACKING = re.compile(
    r"""(?:utm|itm|mtm|pk|piwik|matomo|hsa|vero|oly|mkt|at|wt|ga|gaa|stm|trk|fb|fb_action|bsft)_[a-z0-9_]+
    |fbclid|gclid|gclsrc|gad_(?:source|campaignid)|gbraid|wbraid|dclid|srsltid|msclkid|twclid|yclid|ysclid|igsh(?:id?)?
    |ttclid|li_fat_id|rb_clickid|wickedid|epik|rdt_cid|s_kwcid|ef_id|mibextid|sfnsn|_branch_(?:match_id|referrer)
    |elq(?:track(?:id)?|aid|at|ak|campaignid)?
    |mc_(?:cid|eid|tc)|ml_subscriber(?:_hash)?|_hs(?:enc|mi)|hsctatracking|__hs[a-z]+|__s|_openstat|_gl|_ga|_gac
    |ns_(?:mchannel|source|campaign|linkname|fee)|xtor|xtref|ocid|cmpid|spm|scm|vgo_ee|ref_(?:src|url)|__tn__
    |__twitter_impression|feature_?share|share_?source|guccounter|guce_referrer(?:_sig)?|action_(?:object|type|ref)_map
    |amp|amp_js_v|amp_gsa|usqp|is_?amp|phpsessid|jsessionid|aspsessionid[a-z]*|aspxautodetectcookiesupport
    |__cf_chl_[a-z_]+|nocache|cache_?bust(?:er)?""",
    re.VERBOSE | re.IGNORECASE,
)
"""Names that mean tracking, a session or a cache trick on every site, collected from what browsers strip and what
analytics vendors document. A name that some site uses for its articles (`cid`, `id`, `key`, `ref`) is not here."""
_MAYBE_TRACKING = frozenset(
    [
        "ref", "referer", "referrer", "source", "src", "from", "via", "outputtype", "medium", "campaign", "origin",
        "share",
    ]
)  # fmt: skip
_TRACKING_VALUE = re.compile(
    r"(?:jetpack-)?(?:rss|atom|feed|rss-?feed|home|homepage|front|twitter|x|facebook|fb|telegram|tg|whatsapp|instagram|linkedin"
    r"|youtube|tiktok|viber|newsletter|mail|e-?mail|app|mobile|amp|share|social|push|google|google-?news|apple-?news)",
    re.IGNORECASE,
)
"""What a parameter such as `ref` says where it names the road that a reader came by, and not a thing."""
_VIEW = re.compile(
    r"(?:print(?:able)?|mobile|m)=(?:1|true|yes|on)|print|(?:view|mode|format|output|layout)=(?:amp|print(?:able)?|mobile)",
    re.IGNORECASE,
)
"""A parameter that asks for another look of the same page."""


def url_key(url: str) -> str:
    """The canonical form of *url*: equal for two addresses of one page. To compare, not to fetch or to show.

    It has no scheme, is not longer than LONGEST_URL, and holds nothing that a database cannot store. What is no URL
    at all comes back as it is, bounded likewise. A user name or password becomes a bare `@`: the address is another
    than the one without, and no secret of it is kept.
    """
    url = _uncached(_stripped(url))
    if len(url) > LONGEST_URL:  # no address of an article; its parts are not worth the time
        return _bounded(url)
    scheme, authority, path, query = _parts(url)
    if authority is None:
        return _bounded(_unified(url, _KEPT_IN_PATH))
    key = _host_key(scheme, authority) + _path_key(path)
    parameters = "&".join(sorted(filter(None, map(_parameter_key, _meaningful(query)))))
    return _bounded(f"{key}?{parameters}" if parameters else key)


def clean_url(url: str) -> str:
    """*url* without tracking parameters and fragment, otherwise as given: what is fetched, stored and shown."""
    url = _stripped(url).partition("#")[0]
    before, mark, query = url.partition("?")
    if mark and "://" in before:
        kept = _meaningful(query)
        url = f"{before}?{'&'.join(kept)}" if kept else before
    return _UNPRINTABLE.sub(_escaped, url)


def _stripped(url: str) -> str:
    return url.strip(_EDGES).translate(_BREAKS)


def _uncached(url: str) -> str:
    """The address of the page itself, where *url* is that of a copy in Google's cache."""
    while cache := _CACHE.match(url):
        page = "//" + url[cache.end() :]
        url = page if "?" in page else re.sub("%3f", "?", page, count=1, flags=re.IGNORECASE)
    return url


def _parts(url: str) -> tuple[str, str | None, str, str]:
    """Scheme, authority, path and query; an authority of None is no address of the web."""
    match = _URL.match(url)
    if match:
        scheme = (match[1] or "").lower()
        return (scheme, match[2], match[3], match[4] or "") if scheme in _DEFAULT_PORTS else ("", None, "", "")
    if _OPAQUE.match(url) or "." not in url.partition("/")[0]:
        return "", None, "", ""
    return _parts("//" + url)


def _meaningful(query: str) -> list[str]:
    """The parameters of *query* that are not tracking, untouched and in their order."""
    if not query:
        return []
    return [part for part in query.replace("&amp;", "&").split("&") if part and not _is_tracking(part)]


def _is_tracking(parameter: str) -> bool:
    name, _, value = parameter.partition("=")
    name = _unified(name, _KEPT_IN_QUERY)
    if _TRACKING.fullmatch(name) or _VIEW.fullmatch(parameter):
        return True
    return name.lower() in _MAYBE_TRACKING and bool(_TRACKING_VALUE.fullmatch(value))


def site_of(url: str) -> str:
    """The host of *url* as its key has it: without port, `www.` and the `m.` of telephone pages, and as DNS knows it.
    Empty where *url* is no address of the web.
    """
    _scheme, authority, _path, _query = _parts(_stripped(url)[:LONGEST_URL])
    return _host_and_port(authority.rpartition("@")[2])[0] if authority else ""


def _host_key(scheme: str, authority: str) -> str:
    _user, at, host = authority.rpartition("@")
    host, number = _host_and_port(host)
    return at + host + (f":{number}" if number and number != _DEFAULT_PORTS[scheme] else "")


def _host_and_port(host: str) -> tuple[str, str]:
    port = _PORT.search(host)
    if port:
        host = host[: port.start()]
    host = _ascii_host(_unified(host, _KEPT_IN_PATH).lower().rstrip("."))
    for prefix in ("www.", *_TWIN_HOSTS, "www."):
        rest = host.removeprefix(prefix)
        if rest != host and "." in rest and not (prefix in _TWIN_HOSTS and _is_suffix(rest)):
            host = rest
    return host, port[1].lstrip("0") if port else ""


def _is_suffix(host: str) -> bool:
    first, _, rest = host.partition(".")
    return first in _SECOND_LEVEL and "." not in rest


def _ascii_host(host: str) -> str:
    """The host as DNS knows it, so that an Arabic name and its `xn--` form are one; as given where it has none."""
    if host.isascii() and "xn--" not in host:
        return host
    import idna  # noqa: PLC0415 -- 2 ms that only such hosts are worth

    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        return host


def _path_key(path: str) -> str:
    path = _SESSION_IN_PATH.sub("", path) if ";" in path or "(" in path else path
    path = _SLASHES.sub("/", _unified(path, _KEPT_IN_PATH))
    if "/." in path:
        path = _without_dots(path)
    while twin := _TWIN_END.search(path, max(len(path) - _LONGEST_END, 0)):
        path = path[: twin.start()] + path[twin.end() :]
    if start := _TWIN_START.match(path):
        path = path[start.end() :]
    return path.rstrip("/")


def _without_dots(path: str) -> str:
    kept: list[str] = []
    for step in path.split("/")[1:]:
        if step == "..":
            kept[-1:] = []
        elif step != ".":
            kept.append(step)
    return "/" + "/".join(kept)


def _parameter_key(parameter: str) -> str:
    name, _, value = _unified(parameter.replace("+", "%20"), _KEPT_IN_QUERY).partition("=")
    return f"{name}={value}" if value else name


def _unified(part: str, kept: frozenset[str]) -> str:
    """*part* with one spelling for each character: readable ones raw, in NFC, the others as %XX."""
    if _PLAIN.fullmatch(part):
        return part
    if "%" in part:
        part = _readable(_STRAY_PERCENT.sub("%25", part), kept)
        while _ESCAPED_TWICE.search(part):
            part = _readable(_ESCAPED_TWICE.sub("%", part), kept)
    if not part.isascii():
        part = unicodedata.normalize("NFC", part.translate(_INVISIBLE))
    return _UNPRINTABLE.sub(_escaped, part)


def _readable(part: str, kept: frozenset[str]) -> str:
    """*part* decoded, without what nobody sees: that may stand between a percent sign and its digits."""
    return _ESCAPES.sub(lambda run: _decoded(run[0], kept), part).translate(_INVISIBLE)


def _decoded(run: str, kept: frozenset[str]) -> str:
    """Escapes as characters, except where a character would mean something else in its raw form."""
    text = bytes.fromhex(run.replace("%", "")).decode("utf-8", "surrogateescape")
    return "".join(
        f"%{ord(character) & 0xFF:02X}" if character in kept or "\udc80" <= character <= "\udcff" else character
        for character in text
    )


def _escaped(match: re.Match[str]) -> str:
    return quote(match[0], safe="", errors="surrogatepass")


def _bounded(key: str) -> str:
    """A long key becomes its beginning and a hash of the whole, so that two long ones stay two."""
    if len(key) <= LONGEST_URL:
        return key
    digest = blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    return f"{_UNPRINTABLE.sub('_', key[: LONGEST_URL - 33])}~{digest}"
