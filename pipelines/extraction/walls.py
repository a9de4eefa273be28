"""Pages that answer 200 and are no article: errors, captchas, cookie and pay walls, front pages.

A real article must never be refused for a word in it. So nothing here looks at a page on which a story was found
that is longer than any such notice.
"""

import re

from lxml.html import HtmlElement

from pipelines.extraction.declared import Declared
from pipelines.extraction.unusable import Unusable


def _any(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), re.IGNORECASE)


_NOTICE = 600  # characters: the longest notice of an error, a captcha or a wall
_SCANT = 250  # characters of story: less than the lead that a pay wall leaves
_UNSEEN = frozenset(["script", "style", "noscript", "template", "head", "title"])
_SEARCHED = 6_000  # characters of the page

_CAPTCHA = _any(
    r"captcha|are you (?:a )?(?:human|robot)|cf-(?:challenge|browser-verification)|ddos protection by|unusual traffic",
    r"(?:verify|confirm|prove) (?:that )?you(?:'re| are) (?:a )?(?:human|not a robot)",
    r"checking your browser|just a moment\.\.\.",
    r"تحقق من أنك (?:لست روبوت|إنسان)|لست روبوت|ڕۆبۆت نیت|robot olmadığınızı",
)
_ERROR = _any(
    r"^\W*(?:error\W*)?(?:404|403|410|500|502|503)\b",
    r"page (?:not|cannot be|could not be) found|not found$|^\W*not found",
    r"(?:page|article|story) (?:you (?:are|were) looking for|does(?: not|n't) exist|no longer|is unavailable"
    r"|has been removed)",
    r"access denied|forbidden|internal server error",
    r"service (?:temporarily )?unavailable|bad gateway|something went wrong",
    r"seite (?:wurde )?nicht gefunden|page (?:introuvable|non trouvée)|página no encontrada|sayfa bulunamadı",
    r"الصفحة (?:غير موجودة|المطلوبة غير|التي تبحث)|لم يتم العثور|عذرا.{0,20}الصفحة|صفحه.{0,20}یافت نشد",
    r"(?:پەڕە|لاپەڕە|پەڕەکە|بابەتەکە).{0,20}نەدۆزرا|نەدۆزرایەوە|rûpel.{0,20}nehate? dîtin|nehat dîtin",
)
_COOKIES = _any(
    r"cookies?\b|consent|gdpr|tracking|personali[sz]ed ads|zustimm|akzeptier",
    r"ملفات تعريف الارتباط|الكوكيز|کووکی|çerez",
)
_PAY = _any(
    r"(?:subscribe|sign up|register|log ?in) (?:now |today )?(?:to|and|for) "
    r"(?:continue|read|keep|unlock|get|full|view)",
    r"(?:to (?:continue|keep) reading|already a subscriber|subscribers? only|for subscribers|exclusive to subscribers)",
    r"(?:unlock this (?:article|story)|free articles? (?:left|remaining)|reached your (?:article )?limit)",
    r"weiterlesen mit|jetzt (?:abonnieren|weiterlesen)|abonn[ée]s? (?:seulement|uniquement)|réservé aux abonnés",
    r"solo para suscriptores|للمشتركين فقط|اشترك (?:لقراءة|للمتابعة|لمتابعة)|تنها برای مشترکین|تەنیا بۆ ئابوونە",
    r"tenê ji bo aboneyan|sadece aboneler",
)


def refuse_walls(tree: HtmlElement, declared: Declared, story: str, title: str | None, status: int) -> None:
    """Raises Unusable where the page is an error, a captcha, a wall, or holds no story."""
    if len(story) > _NOTICE:
        return
    heads = [title or "", declared.title, *(heading.text_content() for heading in declared.headings[:2])]
    heads = [" ".join(head.split())[:200] for head in heads if head]
    scant = len(story) < _SCANT
    if scant and (status >= 400 or any(_ERROR.search(head) for head in heads)):
        raise Unusable("error page", heads[0] if heads else f"HTTP {status}")
    seen = _seen(tree)
    if len(seen) < 3 * _NOTICE and (_CAPTCHA.search(seen) or any(_CAPTCHA.search(head) for head in heads)):
        raise Unusable("captcha", heads[0] if heads else "")
    notice = seen if len(seen) < _NOTICE else story
    if len(_COOKIES.findall(notice)) > 2 and not declared.jsonld.articles:
        raise Unusable("cookie wall", notice[:80])
    if scant and (declares_payment(declared) or not declared.jsonld.articles) and _PAY.search(seen):
        raise Unusable("paywall", story[:80])
    if _letters(story) < 20:
        if not seen:
            raise Unusable("empty page")
        raise Unusable("index page" if _is_index(tree, declared) else "no article text", (title or "")[:80])
    if scant and _is_index(tree, declared):
        raise Unusable("index page", (title or "")[:80])


def declares_payment(declared: Declared) -> bool:
    """Whether the page says in its metadata that it is not free to read."""
    return any(str(value).lower() == "false" for value in declared.jsonld.values("isAccessibleForFree"))


def _is_index(tree: HtmlElement, declared: Declared) -> bool:
    """Whether the page lists stories: it calls itself a website, dates nothing, and is full of links with headlines."""
    kinds = {value.strip().lower() for _, value in declared.named("og:type")}
    if "article" in kinds or declared.jsonld.articles or any(declared.named("article:published_time")):
        return False
    headlines = sum(len(link.text_content().strip()) > 25 for link in tree.iter("a"))
    return headlines > 15


def _seen(tree: HtmlElement) -> str:
    """The beginning of what a reader sees."""
    seen: list[str] = []
    length = 0
    for element in tree.iter("*"):
        text = (element.text or "").strip() if element.tag not in _UNSEEN else ""
        if text:
            seen.append(text)
            length += len(text)
        if length > _SEARCHED:
            break
    return " ".join(seen)


def _letters(text: str) -> int:
    return sum(character.isalpha() for character in text[:1000])
