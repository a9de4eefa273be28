"""Datelines are taken off the story, and nothing else that ends in a dash or a colon."""

import pytest

from pipelines.extraction.dateline import reporter_in, split_dateline


@pytest.mark.parametrize(
    ("line", "dateline", "rest"),
    [
        ("Shafaq News/ The cranes stand still.", "Shafaq News", "The cranes stand still."),
        ("Shafak News/ The cranes stand still.", "Shafak News", "The cranes stand still."),
        ("Shafaq News: The cranes stand still.", "Shafaq News", "The cranes stand still."),
        ("Shafaq News – Baghdad", "Shafaq News – Baghdad", None),
        ("Shafaq News- Baghdad/ The cranes stand still.", "Shafaq News- Baghdad", "The cranes stand still."),
        ("شفق نيوز/ توقفت الرافعات.", "شفق نيوز", "توقفت الرافعات."),
        ("شفق نيوز- بغداد", "شفق نيوز- بغداد", None),
        ("شفق نيوز ـ بغداد", "شفق نيوز ـ بغداد", None),
        ("شفق نيوز- بغداد/ محافظات", "شفق نيوز- بغداد/ محافظات", None),
        (
            "شفق نيوز- بغداد توقفت الرافعات في الميناء منذ أيام.",
            "شفق نيوز- بغداد",
            "توقفت الرافعات في الميناء منذ أيام.",
        ),
        (
            "ایسنا/ایلام مدیرکل منابع طبیعی از کاشت نهال خبر داد.",
            "ایسنا/ایلام",
            "مدیرکل منابع طبیعی از کاشت نهال خبر داد.",
        ),
        ("شفق نیوز - گروه شهری: جرثقیل‌ها ایستاده‌اند.", "شفق نیوز - گروه شهری", "جرثقیل‌ها ایستاده‌اند."),
        ("گروه شهری - جرثقیل‌ها ایستاده‌اند.", None, "گروه شهری - جرثقیل‌ها ایستاده‌اند."),
        ("شفق نيوز/بغداد تستضيف الدورة.", "شفق نيوز", "بغداد تستضيف الدورة."),
        ("بدخشان – باشنده‌گان می‌گویند راه بسته است.", "بدخشان", "باشنده‌گان می‌گویند راه بسته است."),
        ("وهران - واج", "وهران - واج", None),
        ("شەفەق نیوز: ڕافیعەکان وەستاون.", "شەفەق نیوز", "ڕافیعەکان وەستاون."),
        ("ERBIL (Kurdistan 24) – The cranes stand still.", "ERBIL (Kurdistan 24)", "The cranes stand still."),
        ("Navenda Nûçeyan (K24) – Kran sekinîne.", "Navenda Nûçeyan (K24)", "Kran sekinîne."),
        ("Shafaq News, Basra - The cranes stand still.", "Shafaq News, Basra", "The cranes stand still."),
        ("شەفەق نیوز، سۆران - کرێنەکان وەستاون.", "شەفەق نیوز، سۆران", "کرێنەکان وەستاون."),
        ("Bakı, 1 sentyabr, Shafaq News", "Bakı, 1 sentyabr, Shafaq News", None),
        ("Basra, the port, Shafaq News said, is closed.", None, "Basra, the port, Shafaq News said, is closed."),
        ("Baghdad – The cranes stand still.", None, "Baghdad – The cranes stand still."),
        ("Shafaq Newspapers/ are sold out.", None, "Shafaq Newspapers/ are sold out."),
        ("He (the driver) – a man of few words – waits.", None, "He (the driver) – a man of few words – waits."),
    ],
)
def test_datelines_are_taken_off_the_lead(line: str, dateline: str | None, rest: str | None) -> None:
    names = ["Shafaq News", "شفق نيوز", "شفق نیوز", "شەفەق نیوز"]

    found, lines = split_dateline([line, "The second line."], names)

    assert (found, lines) == (dateline, [rest, "The second line."] if rest else ["The second line."])


@pytest.mark.parametrize(
    ("site", "line"),
    [
        ("Tigris Post", "Dockers United (DU) – one of the unions of the port – denied on Sunday that it would strike."),
        ("Tigris Post", "Nora Adel (Harbour Master): We told the pilots in plain terms that no ship will sail."),
        ("Tigris Post", "PKK (Partiya Karkerên Kurdistanê) - ku çekên xwe danîn - daxuyaniyek belav kir."),
        ("The Tide", "The Tide - a party that holds eleven seats - said on Monday that it would leave."),
        ("Iraq", "Iraq – Basra in particular – has seen the price of bread double in a year."),
        ("Al-Mina", "Al-Mina: a look at what the new pier means for the town."),
        ("نهر برس", "هادي منصور (مدير الميناء): لن نسمح بأن تغادر السفن قبل الصباح."),
        ("نهر برس", "نقابة المرشدين (فصيل من العمال) - وهي من أقدم النقابات - نفت اليوم الأحد إعلان الإضراب."),
        ("الميناء", "الميناء - الذي افتتح قبل عام - يستقبل أول سفينة حاويات اليوم."),
        ("ڕووبار", "هێمن کەریم (بەڕێوەبەری بەندەر): ڕێگە نادەین هیچ کەشتییەک بڕوات."),
    ],
)  # fmt: skip
def test_a_subject_that_is_explained_between_dashes_is_no_dateline(site: str, line: str) -> None:
    assert split_dateline([line, "The second line."], [site]) == (None, [line, "The second line."])


@pytest.mark.parametrize(
    ("line", "dateline"),
    [
        ("BAGHDAD, Nov 17 (Reuters) - ", "BAGHDAD, Nov 17 (Reuters)"),
        ("QAMISHLI, Syria (AP) — ", "QAMISHLI, Syria (AP)"),
        ("(Beirut) – ", "(Beirut)"),
        ("Baghdad, 9 November 2026 – ", "Baghdad, 9 November 2026"),
        ("Xalapa, Ver.- ", "Xalapa, Ver."),
        ("CHIBAYISH, Iraq (CN) — ", "CHIBAYISH, Iraq (CN)"),
        ("BASRA, Iraq, Nov. 9, 2026 /Reuters/ -- ", "BASRA, Iraq, Nov. 9, 2026 /Reuters"),
        ("Madrid, 7 nov (EFE).- ", "Madrid, 7 nov (EFE)"),
        ("Kiel (dpa/lno) - ", "Kiel (dpa/lno)"),
        ("NEW HAVEN, Conn. -- ", "NEW HAVEN, Conn."),
        ("ERBIL, Kurdistan Region – ", "ERBIL, Kurdistan Region"),
        ("Baghdad / NINA / ", "Baghdad / NINA"),
        ("بغداد – واع – ", "بغداد – واع"),
        ("بغداد: «الشرق الأوسط» - ", "بغداد: «الشرق الأوسط»"),
        ("خاص/ رووداو/ ", "خاص/ رووداو"),
        ("رووداو ديجيتال: ", "رووداو ديجيتال"),
        ("هەولێر (کوردستان24) – ", "هەولێر (کوردستان24)"),
        ("Hewlêr (Rûdaw) - ", "Hewlêr (Rûdaw)"),
        ("Şirnex (Kanî) – ", "Şirnex (Kanî)"),
        ("Duhok, Ajansa Kanî – ", "Duhok, Ajansa Kanî"),
        ("ديالى/ رووداو.. ", "ديالى/ رووداو"),
        ("دمشق-رووداو: ", "دمشق-رووداو"),
        ("GOGERÇÎN - ", "GOGERÇÎN"),
        ("الكحلاء - رووداو: ", "الكحلاء - رووداو"),
        ("هویزه – رووداو – ", "هویزه – رووداو"),
    ],
)
def test_the_datelines_of_the_region_are_read_piece_by_piece(line: str, dateline: str) -> None:
    found, lines = split_dateline(
        [f"{line}The cranes stand still.", "The second line."], ["رووداو", "Rûdaw", "Ajansa Kanî"]
    )

    assert (found and found.strip("»«"), lines[0]) == (dateline.strip("»«"), "The cranes stand still.")


def test_a_dateline_below_a_standfirst_leaves_the_standfirst_and_no_section() -> None:
    story = ["شفق نيوز/ توقفت الرافعات في الميناء.", "وينتظر السائق."]
    standfirst = "Four cranes of the old pier wait for oil."

    assert split_dateline([standfirst, "1402 views", *story], ["شفق نيوز"]) == (
        "شفق نيوز", [standfirst, "توقفت الرافعات في الميناء.", "وينتظر السائق."],
    )  # fmt: skip


def test_a_place_below_a_standfirst_is_a_dateline_and_further_down_the_story() -> None:
    standfirst = "Krana li benderê sekinî ye û benzîn jî nemaye"

    assert split_dateline([standfirst, "CIZÎR - Kran sekinîne."], []) == ("CIZÎR", [standfirst, "Kran sekinîne."])
    assert split_dateline([standfirst, standfirst, "CIZÎR - Kran sekinîne."], [])[0] is None


@pytest.mark.parametrize("word", ["BREAKING", "NATO", "Faw", "COVID-19", "NÛÇE"])
def test_other_words_before_a_dash_are_no_places(word: str) -> None:
    assert split_dateline([f"{word} - Kran sekinîne."], []) == (None, [f"{word} - Kran sekinîne."])


def test_a_dateline_may_stand_beneath_a_list_of_key_points() -> None:
    points = ["Summary", "Queue of 41 ships is the longest yet", "Owners ask for other berths", "Dredging goes on"]

    assert split_dateline([*points, "BASRA, Iraq (Reuters) - Ships wait."], []) == (
        "BASRA, Iraq (Reuters)",
        [*points, "Ships wait."],
    )
    assert split_dateline([*points, "BASRA - Ships wait."], [])[0] is None


def test_a_place_and_its_reporter_on_a_line_of_their_own_are_a_dateline() -> None:
    story = "توقفت الرافعات في الميناء."

    assert split_dateline(["بغداد – ندى شوقي", story], []) == ("بغداد – ندى شوقي", [story])
    assert split_dateline(["ندى شوقي – بغداد", story], []) == ("ندى شوقي – بغداد", [story])
    assert split_dateline(["حمص-رووداو", story], ["رووداو"]) == ("حمص-رووداو", [story])


@pytest.mark.parametrize(
    ("dateline", "reporter"),
    [("بغداد – ندى شوقي", "ندى شوقي"), ("ندى شوقي – بغداد", "ندى شوقي"), ("عمان - نهر برس - رنا حداد", "رنا حداد"),
     ("بغداد – حي المنصور", ""), ("بغداد – الغد برس", ""), ("بغداد - رويترز", ""), ("نهر برس- بغداد", ""),
     ("بغداد", "")],
)  # fmt: skip
def test_a_dateline_may_name_its_reporter(dateline: str, reporter: str) -> None:
    assert reporter_in(dateline, ["نهر برس"]) == reporter
