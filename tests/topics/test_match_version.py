"""Whoever changes what the engine finds has to say so, or nobody is offered to tag an archive anew."""

import hashlib
import tomllib
from dataclasses import astuple

from topics.compiling import compile_packs
from topics.fold import FOLD_VERSION
from topics.matching import match
from topics.packs import MATCH_VERSION

FOUND = {(2, 1): "50e9a4fb9093"}
"""By FOLD_VERSION and MATCH_VERSION, the digest of all that is found here. What was released stays in it."""

PACK = """
[lists.groups]
en = ["militia*", "=US", "armed faction"]
ar = ["فصائل", "!حزب", "قوات امريكية"]
ckb = ["گرووپی چەکدار*", "هێز*"]
kmr = ["komên çekdar*", "hêz*"]
[lists.moves]
en = ["withdraw*", "pull* out"]
ar = ["انسحاب", "تنسحب"]
ckb = ["کشانەوە*"]
kmr = ["vekişîn*"]
[lists.sports]
en = ["football"]
ar = ["كرة القدم"]
[lists.harmless]
en = ["US dollar*"]
[topic.groups]
name = "Groups"
threshold = 1.0
rule = [
  { any = ["groups"], in = "title", weight = 0.5 },
  { any = ["groups"], at_least = 2, weight = 0.5 },
  { any = ["groups"], in = "lead:8", weight = 0.5 },
  { all = ["groups", "moves"], none = ["sports"], weight = 0.3 },
]
[topic.groups.exclude]
mask = ["harmless"]
[topic.leaving]
name = "Leaving"
rule = [
  { near = ["groups", "moves"], within = 6 },
  { near = ["moves", "groups"], within = 9, ordered = true },
]
[topic.leaving.exclude]
none = ["sports"]
"""
TEXTS = (
    ("en", "US militias withdraw", "The US said militias pull out. Militias’ heads withdrew; armed factions wait."),
    ("en", "Us and them", "A U.S. dollar buys more. The US dollar fell, said the US, and pulled its forces out of it."),
    ("en", "Withdrawal from a cup", "The militia withdrew its football side. Militiamen withdrew too."),
    ("ar", "انسحاب القوات الأمريكية", "والفصائل تنسحب من المدينة، وقال الحزب إنّ فصائلَ أخرى لن تنسحب. وحزب آخر."),
    ("ar-IQ", "كرة القدم", "انسحاب فصائل من كرة القدم."),
    ("ckb", "کشانەوەی هێزەکان", "گرووپی چەکدارەکان لە شار کشانەوەیان ڕاگەیاند، هێزەکانیش."),
    ("sdh", "هێزەیل", "هێزەیل کشانەوە و گرووپی چەکدار."),
    ("kmr", "Vekişîna hêzan", "Komên çekdarî ji bajêr vekişîn. HÊZÊN din jî vekişîna xwe ragihandin."),
    ("ku", None, "Hêzên çekdar vekişîn; komên çekdar man û hêz çûn."),
    (None, "Militia news", "Militias withdraw. Hêz vekişîn. الفصائل تنسحب"),
    ("und", None, "الفصائل تنسحب؛ هێز کشانەوە"),
)  # fmt: skip


def test_what_the_engine_finds_changes_with_its_version_only() -> None:
    packs = compile_packs([("test.toml", tomllib.loads(PACK))])
    found = [
        [
            (tag.topic, tag.score, *map(astuple, tag.evidence))
            for tag in match(packs, title=title, text=text, language=tag)
        ]
        for tag, title, text in TEXTS
    ]
    assert {topic for tags in found for topic, *_ in tags} == {"groups", "leaving"}
    digest = hashlib.sha256(repr(found).encode()).hexdigest()[:12]
    assert FOUND.get((FOLD_VERSION, MATCH_VERSION)) == digest, (
        "topics are matched otherwise than this version does: raise MATCH_VERSION in topics/packs.py, and add it here"
    )
