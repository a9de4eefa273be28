"""Stories that come in while the newsroom stays open, so that a scheduled crawl has something to find."""

from dataclasses import dataclass

from crawler.newsroom.newsroom import Newsroom
from crawler.newsroom.site import Expected


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """One story that is yet to be published. *body* is written as in the articles' files."""

    site: str
    name: str
    title: str
    body: str


_HANDOVER = (
    "US troops handed the last hangars of an air base in western Iraq to the Iraqi army on Wednesday, the joint "
    "operations command said. The withdrawal of US forces from Iraq goes on as agreed.\n\n"
    "A convoy of forty lorries left the base towards the border, and Iraqi units have taken over the gates, the "
    "watchtowers and the fire station, according to the command."
)
LATE = (
    Late(
        site="sidra", name="late-cell", title="القبض على خلية لداعش كانت تخطط لاستهداف أبراج الكهرباء في كركوك",
        body="أعلنت قيادة العمليات المشتركة القبض على خلية من أربعة أفراد تابعة لتنظيم داعش جنوب كركوك.\n\n"
        "وذكرت القيادة أن الخلية كانت تخطط لاستهداف أبراج نقل الطاقة، وأن قوة خاصة ضبطت معها مواد متفجرة وخرائط.",
    ),
    Late(site="rafidain", name="late-handover", title="US troops hand over last hangars of base in western Iraq",
         body=_HANDOVER),
    Late(site="meridian", name="990002-last-hangars", title="Last hangars of western base go to the Iraqi army",
         body=_HANDOVER),
    Late(
        site="baran", name="412999", title="سێ چەکداری داعش لە نزیک تووزخورماتوو کوژران",
        body="هێزە ئەمنییەکان ڕایانگەیاند کە سێ چەکداری داعش لە ئۆپەراسیۆنێکدا لە نزیک تووزخورماتوو کوژران.\n\n"
        "لە ئۆپەراسیۆنەکەدا دوو ئەشکەوت و بڕێک چەک و تەقەمەنی دۆزرانەوە، وەک لە ڕاگەیەندراوەکەدا هاتووە.",
    ),
    Late(
        site="kani", name="late-daes", title="Li Şengalê depoyeke çekan a DAIŞ'ê hat dîtin",
        body="Hêzên ewlehiyê ragihandin ku li rojavayê Şengalê depoyeke çekan a DAIŞ'ê hat dîtin.\n\n"
        "Di depoyê de top, mayin û pereyên qedexe hebûn, û ew hemû hatin tunekirin, li gorî daxuyaniyê.",
    ),
)  # fmt: skip
"""In the order of publication. The third is a copy of the second: one alert for both."""


def publish(newsroom: Newsroom, story: Late) -> Expected:
    """Publishes *story* now."""
    return newsroom.publish(story.site, story.name, title=story.title, body=story.body)
