"""Takes the boxes out of a page that ask for consent to cookies: what they say is no story and no wall of one."""

import re

from lxml.html import HtmlElement

from pipelines.extraction.labels import Labels

COOKIES = re.compile(
    r"cookies?\b|consent|gdpr|tracking|personali[sz]ed ads|zustimm|akzeptier|ملفات تعريف الارتباط|الكوكيز|کووکی|çerez",
    re.IGNORECASE,
)
_LONGEST = 2_500  # characters of a box that names all its purposes
_KEPT = frozenset(["html", "body", "main", "article", "h1", "h2"])


def drop_consent(labels: Labels) -> str:
    """Removes what is called a cookie or consent box and speaks of it; returns what stood there."""
    dropped: list[str] = []
    for element in labels.called_anywhere("consent"):
        text = " ".join(element.text_content()[: _LONGEST + 1].split())
        if element.tag in _KEPT or len(text) > _LONGEST or not COOKIES.search(text) or _holds_story(element):
            continue
        if element.getparent() is not None:
            element.drop_tree()
            dropped.append(text)
    return " ".join(dropped)


def _holds_story(element: HtmlElement) -> bool:
    return next(element.iter("h1", "article"), None) is not None
