"""What people type finds what writers wrote, and the mark covers exactly the original letters.

Each row: what is looked for, a text, and the letters of it that are to be marked (None: it must not be found).
"""

import pytest

from archive.search import search
from topics.proclitics import PROCLITICS

ENGLISH = [
    ("iraq", "In Iraq today", ["Iraq"]),
    ("IRAQ", "In Iraq today", ["Iraq"]),
    ("kataib", "the Kata'ib said", ["Kata'ib"]),
    ("kataib", "the Kata’ib said", ["Kata’ib"]),
    ("kata'ib", "the Kataib said", ["Kataib"]),
    ("us", "the U.S. forces", ["U.S"]),
    ("u.s.", "the US forces", ["US"]),
    ("iraq", "Iraq's army", ["Iraq"]),
    ("naive cafe", "a naïve café", ["naïve", "café"]),
    ("al-sharaa", "Ahmed al-Sharaa spoke", ["al-Sharaa"]),
    ("al sharaa", "Ahmed al-Sharaa spoke", ["al", "Sharaa"]),
    ('"us troops"', "some US troops left; troops of the US stayed", ["US troops"]),
    ('"troops us"', "some US troops left", None),
    ("withdr*", "withdrawal, withdrew, withdraws", ["withdrawal", "withdrew", "withdraws"]),
    ("withdr", "withdrawal", None),
    ('"coalition withdr*"', "the coalition withdrawal", ["coalition withdrawal"]),
    ('"coalition withdr"*', "the coalition withdrawal", ["coalition withdrawal"]),
    ("syria -football", "Syria won at football", None),
    ("syria -football", "Syria voted", ["Syria"]),
    ("iran OR israel", "Israel answered", ["Israel"]),
    ("(iran OR israel) gas", "Israel sells gas", ["Israel", "gas"]),
    ("iran OR israel gas", "Iran answered", ["Iran"]),
    ("2026", "in ٢٠٢٦", ["٢٠٢٦"]),
    ("f-16", "two F-16s and an F-16", ["F-16"]),
    ("isis", "crisis", None),
]
ARABIC = [
    ("احمد", "وصل أحمد أمس", ["أحمد"]),
    ("أحمد", "وصل احمد أمس", ["احمد"]),
    ("فصائل", "قالت الفصائل", ["الفصائل"]),
    ("فصائل", "قالت والفصائل معها", ["والفصائل"]),
    ("فصائل", "من فصائل", ["فصائل"]),
    ("فصائل", "للفصائل المسلحة", ["للفصائل"]),
    ("فصائل", "وبالفصائل", ["وبالفصائل"]),
    ("الفصائل", "والفصائل", ["والفصائل"]),
    ("الفصائل", "وللفصائل", ["وللفصائل"]),
    ("فصايل", "الفصائل", ["الفصائل"]),
    ("الحشد", "بالحشد", ["بالحشد"]),
    ("حكومة", "الحكومه", ["الحكومه"]),
    ("حكومه", "حكومة", ["حكومة"]),
    ("مستشفى", "المستشفي", ["المستشفي"]),
    ("مستشفي", "مستشفى", ["مستشفى"]),
    ("محمد", "مُحَمَّد", ["مُحَمَّد"]),
    ("مُحَمَّد", "محمد", ["محمد"]),
    ("محمد", "محـــمد", ["محـــمد"]),
    ("كردستان", "کردستان", ["کردستان"]),
    ("کردستان", "كردستان", ["كردستان"]),
    ("ایران", "إيران", ["إيران"]),
    ("إيران", "وإيران", ["وإيران"]),
    ("2025", "عام ٢٠٢٥", ["٢٠٢٥"]),
    ("٢٠٢٥", "عام 2025", ["2025"]),
    ("۲۰۲۵", "عام ٢٠٢٥", ["٢٠٢٥"]),
    ('"القوات الأمريكية"', "والقوات الأمريكية هنا", ["والقوات الأمريكية"]),
    ('"القوات الأمريكية"', "القوات غير الأمريكية", None),
    ("انسحاب*", "انسحابها", ["انسحابها"]),
    ("سورية", "سوريا", None),
    ("داعش", "«داعش»", ["داعش"]),
    ("شرع", "الشرع", ["الشرع"]),
    ("رؤية", "رويه", ["رويه"]),
    ("آذار", "اذار", ["اذار"]),
    ("ﺩﺍﻋﺶ", "داعش", ["داعش"]),
    ("في", "وفي", None),
]
SORANI = [
    ("كوردستان", "هەرێمی کوردستان", ["کوردستان"]),
    ("کوردستان", "هەرێمی كوردستان", ["كوردستان"]),
    ("ههريم", "هەرێم", ["هەرێم"]),
    ("هێز", "هيز", ["هيز"]),
    ("سوريا", "سوریا", ["سوریا"]),
    ("ئەمریکا*", "هێزەکانی ئەمریکاش", ["ئەمریکاش"]),
    ("دەوڵەت", "دەولەت", ["دەولەت"]),
    ("ڕۆژئاڤا", "رۆژئاڤا", ["رۆژئاڤا"]),
    ("٢٠٢٦", "ساڵی 2026", ["2026"]),
    ('"هێزەکانی ئەمریکا"', "هێزەکانی ئەمریکا لە عێراق", ["هێزەکانی ئەمریکا"]),
    ("حەشد", "حەشدی شەعبی", None),
    ("حەشد*", "حەشدی شەعبی", ["حەشدی"]),
    ("كوردستان", "كوردس\u200cتان", ["كوردس\u200cتان"]),
]
KURMANJI = [
    ("iraq", "Îraq û Sûriye", ["Îraq"]),
    ("Îraq", "Iraq", ["Iraq"]),
    ("suriye", "Sûriye", ["Sûriye"]),
    ("pesmerge", "Pêşmerge", ["Pêşmerge"]),
    ("PÊŞMERGE", "pêşmerge", ["pêşmerge"]),
    ("vekisina", "vekişîna hêzan", ["vekişîna"]),
    ("Daiş", "DAIŞ û DAÎŞ", ["DAIŞ", "DAÎŞ"]),
    ("hevpeymani", "Hevpeymanî", ["Hevpeymanî"]),
    ("seibi", "Heşda Şeʼîbî", ["Şeʼîbî"]),
    ('"hêzên amerîka"', "hêzên Amerîka", ["hêzên Amerîka"]),
    ("deşt", "dest", ["dest"]),
]


RULES = [  # one row for each rule of folding that the rows above have not
    ("iraq", "ＩＲＡＱ fell", ["ＩＲＡＱ"]),
    ("office", "the oﬃce", ["oﬃce"]),
    ("strasse", "Straße", ["Straße"]),
    ("cafe", "cafe\u0301", ["cafe\u0301"]),
    ("iraqs army", "Iraq s army", None),
    ("iraq", "Iraq&#39;s army", ["Iraq"]),
    ("kataib", "Kata&rsquo;ib", ["Kata&rsquo;ib"]),
    ("kataib", "Kataʼib and Kata`ib", ["Kataʼib", "Kata`ib"]),
    ("u.n.", "the UN said", ["UN"]),
    ("un", "the U.N. said", ["U.N"]),
    ("withdrawal", "with\u00addrawal", ["with\u00addrawal"]),
    ("iraq", "\u202bIraq\u202c", ["Iraq"]),
    ("اسلام", "ٱسلام", ["ٱسلام"]),
    ("اسلام", "إسلام وآسلام", ["إسلام", "وآسلام"]),
    ("مسوول", "مسؤول", ["مسؤول"]),
    ("طايره", "طائرة", ["طائرة"]),
    ("شيي", "شئى", ["شئى"]),
    ("هذا", "هٰذا", ["هٰذا"]),
    ("كلب", "ڪلب", ["ڪلب"]),
    ("مدرسه", "مدرسۃ", ["مدرسۃ"]),
    ("الله", "ﷲ", ["ﷲ"]),
    ("لا", "ﻻ", ["ﻻ"]),
    ("لاجي", "ﻻجئ", ["ﻻجئ"]),
    ("بغداد", "بغ\u200dداد", ["بغ\u200dداد"]),
    ("ههلبژاردن", "هەڵبژاردن", ["هەڵبژاردن"]),
    ("رووداو", "ڕووداو", ["ڕووداو"]),
    ("كورد", "کۆرد", ["کۆرد"]),
    ("ههولير", "ھەولێر", ["ھەولێر"]),
    ("ساليادي", "ساڵیادی", ["ساڵیادی"]),
    ("۱۴", "14 کوژراو", ["14"]),
    ("hewler", "Hewlêr", ["Hewlêr"]),
    ("cekdar", "çekdar", ["çekdar"]),
    ("şer", "ser", ["ser"]),
    ("kurdistan", "Kûrdıstan", ["Kûrdıstan"]),
    ("gel", "GEL", ["GEL"]),
]
CLITICS = [(proclitic, word) for proclitic in PROCLITICS for word in ("فصائل", "مجلس", "أحزاب")]


@pytest.mark.parametrize(("proclitic", "word"), CLITICS)
def test_an_arabic_word_is_found_and_marked_with_whatever_is_written_onto_it(db, keep, proclitic, word) -> None:
    keep(title="-", text=f"قبل {proclitic}{word}، بعد")
    keep(url="https://news.example/2", title="-", text=f"قبل {word}ية بعد")

    (hit,) = search(db, word)

    assert [hit.snippet[start:end] for start, end in hit.marks] == [f"{proclitic}{word}"]
    assert len(search(db, f"بعد -{word}")) == 1
    assert len(search(db, f'"{word} بعد"')) == 1
    assert len(search(db, f"{word[:4]}*")) == 2


@pytest.mark.parametrize(("query", "text", "marked"), [*ENGLISH, *ARABIC, *SORANI, *KURMANJI, *RULES])
def test_a_query_finds_a_text_and_marks_its_letters(db, keep, query, text, marked) -> None:
    keep(title="-", text=text)

    hits = search(db, query)

    assert bool(hits) == (marked is not None)
    for hit in hits:
        assert [hit.snippet[start:end] for start, end in hit.marks] == marked
    assert [hit.id for hit in search(db, query, sort="relevance")] == [hit.id for hit in hits]


@pytest.mark.parametrize(("query", "text", "marked"), [row for row in ENGLISH + ARABIC + SORANI + KURMANJI if row[2]])
def test_a_title_is_found_and_marked_alike(db, keep, query, text, marked) -> None:
    keep(title=text, text="-")

    (hit,) = search(db, query)

    assert [text[start:end] for start, end in hit.title_marks] == marked
    assert hit.marks == ()
