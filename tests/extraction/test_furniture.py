"""Which lines of a page are furniture, and which only begin like it."""

import pytest
from made_pages import BODY, SOURCE, page

from pipelines.extraction.article import extract_article
from pipelines.extraction.furniture import is_furniture, without_end_mark


@pytest.mark.parametrize(
    "line",
    ["Read more: The ferry pier opens", "Related stories", "Share this article",
     "Share Facebook X Telegram", "شارك فيسبوك تلغرام", "Tags: Faw, ports",
     "Photo: Nora Adel / AFP",
     "Get Nora Adel’s stories in your inbox", "Join Medium for free to get updates from this writer.",
     "Sign up to our newsletter and get the day's news", "Follow us on Telegram", "Getty Images", "3 Comments",
     "اقرأ أيضاً: افتتاح رصيف العبارات", "تابعونا على قناتنا في تلغرام", "شارك", "الكلمات المفتاحية: ميناء",
     "أخبار ذات صلة",
     "زیاتر بخوێنەوە: پردی نوێ", "بابەتی پەیوەندیدار", "هاوبەشی پێ بکە", "Bêtir bixwîne: Pireke nû", "Nûçeyên têkildar",
     "Parve bike", "بیشتر بخوانید: اسکله تازه",
     "Please enable JavaScript to watch the video", "Cookies are required here", "Externer Inhalt",
     "This video is not available in your country", "Your browser doesn't support it", "Protected by reCAPTCHA",
     "Tigris Post 2026. All rights reserved.", "دجلة بوست، جميع الحقوق محفوظة", "هەموو مافێک پارێزراوە",
     "Hemû mafên wê parastî ne", "تمامی حقوق محفوظ است", "Tüm hakları saklıdır", "Terms of use and privacy apply",
     "You must be logged in or log in to comment", "Thank you for subscribing", "Your email address has been saved",
     "الأكثر قراءة", "مواضيع اخرى", "آخر الأخبار", "عدد القراءات: 1402", "812 مشاهدة", "نسخة للطباعة", "الوسوم",
     "دوایین هەواڵ", "زۆرترین خوێنراو", "بینین: 561", "هەموو مافەکان پارێزراون", "Nûçeyên dawî",
     "Yên herî zêde hatine xwendin",
     "هەواڵەیل تازە", "فرەتر خوەنریاس", "گشت مافەیل پارێزریاس", "پربازدیدترین‌ها", "کد خبر: ۳۰۲۱۸", "خبرهای دیگر",
     "بابەتی پێشنیارکراو", "بابەتی تری نووسەر", "وتارەکانی دیکە", "Bêtir ji kovarê", "Pêşniyar",
     "Nûçeyên din ên heman beşê",
     "Yazarın diğer yazıları", "İlginizi çekebilir", "Çok okunanlar", "Həmçinin oxuyun", "Digər xəbərlər",
     "جار خوەندن: ٥٥١", "Oxunub: 640", "Gulistan li mala xwe (Wêne: Rojda Ekinci)", "کرێنێک لە فاو (وێنە: ئەرشیڤ)",
     "کرێنێک لە فاو، وێنە: نەسرین قەسریانی", "A crane of Faw - photo: Nora Adel",
     "#البصرة #ميناء", "About the author", "Über den Autor", "عن الكاتب", "دەربارەی نووسەر", "Derbarê nivîskar de",
     "Il vous reste 40 % de cet article à lire.", "You’ve read your last free article.",
     "نسخة للطباعة | إرسال لصديق | عدد القراءات: 702", "تابعوا أخبارنا عبر أثير الإذاعة على الموجات 98.5",
     "Report an error", "Listen to this article", "استمع إلى المقالة", "الإبلاغ عن خطأ", "گوێ بگرە لە هەواڵەکە",
     "إذا كنت تعتقد أن المقال يحوي معلومات خاطئة أرسل تصحيحا", "هل وجدت خطأ في هذا الخبر؟ أخبرنا",
     "پربیننده‌ترین‌ها", "اگر اشتباهی در متن خبر دیدید به ما بگویید",
     "The pier at noon | Photo: Sami Aziz", "A tug leaves Faw. (Courier photo by Jane Wu)", "[3]", "4-Minute Listen",
     "The port. (Photo Nora Adel)", "nora.adel@tigris.example", "También lee: El muelle",
     "This material may not be published, broadcast or redistributed without permission."],
)  # fmt: skip
def test_furniture_is_known_by_its_wording(line: str) -> None:
    assert is_furniture(line)


@pytest.mark.parametrize(
    "line",
    ["Read the statement he must, said the judge.", "Follow the money, the auditor told the app makers.",
     "He shared the prize.", "Related families met in Basra on Sunday.",
     "The newsletter of the port is printed twice a year.", "Armed Factions Issue",
     "قرأ الوزير البيان أمام الصحفيين.", "شارك الوزير في الاجتماع الذي عقد في بغداد مع وفد من الأمم المتحدة.",
     "تابع الوزير سير العمل في الميناء.", "Parlamentoya Kurdistanê civiya.",
     "آخر الأخبار الواردة من الميناء مطمئنة", "Bêtir ji sed kes çûn benderê", "Pêşniyara şaredar nehat qebûlkirin",
     "Kran di sala 1956an de hat çêkirin (wêneyekî wê heye)", "پێشنیاری شارەوانی ڕەت کرایەوە",
     "قراءة الفاتحة على أرواح الغرقى", "پربیننده‌ترین فیلم سال در بندر ساخته شد", "هەواڵی دیکە هەیە لە بەندەر"],
)  # fmt: skip
def test_a_sentence_that_begins_like_furniture_is_part_of_the_story(line: str) -> None:
    assert not is_furniture(line)


@pytest.mark.parametrize(
    "line",
    ["For more than two hours, dockers in Basra broadcast the march live on Facebook before the network was cut.",
     "Join us or leave, the smugglers told the fishermen over a Telegram channel.",
     "Share prices in Basra fell by 2%.", "More about the deal will be known on Sunday, when the ministers meet.",
     "Apple will allow users to block cookies from next year, the company said.",
     "تابع رئيس الوزراء، اليوم، سير تطبيق البرنامج الحكومي في ميناء الفاو مع وزير النقل.",
     "انضم ثلاثة نواب إلى الكتلة عبر بيان نشر على فيسبوك مساء أمس.", "شارك في الاجتماع وزيران.",
     "بەشداری کۆبوونەوەکە دوو وەزیر بوون، بەپێی کەناڵێکی ناوخۆیی.",
     "Nûçeyên ku li ser kanala Telegramê belav bûn ne rast in, walî got."],
)  # fmt: skip
def test_unlinked_prose_where_the_story_stands_is_no_furniture(line: str) -> None:
    html = f"<html><head><title>Cranes</title></head><body><h1>Cranes</h1>{BODY}<p>{line}</p>{BODY}</body></html>"

    assert line in extract_article(page(html), SOURCE).text.split("\n")


@pytest.mark.parametrize(
    "line",
    ["Follow us on Telegram and never miss our news.", "Sign up for our newsletter, it is free.", "Share this article.",
     "For the latest news from the port, sign up for our newsletters.", "Read more: The ferry pier opens today.",
     "تابعونا على قناتنا في تلغرام لتصلكم آخر الأخبار.",
     "ئەم وتارە گوزارشت لە بۆچوونی نووسەرەکەی دەکات و ماڵپەڕەکە لێی بەرپرسیار نییە.",
     "Ev nivîs tenê ramana nivîskar temsîl dike û kovar jê ne berpirsiyar e.",
     "© 2026 Tigris Post, all rights reserved."],
)  # fmt: skip
def test_a_sentence_in_which_the_site_speaks_to_its_reader_is_furniture(line: str) -> None:
    html = f"<html><head><title>Cranes</title></head><body><h1>Cranes</h1>{BODY}<p>{line}</p>{BODY}</body></html>"

    assert line not in extract_article(page(html), SOURCE).text.split("\n")


@pytest.mark.parametrize(
    ("typed", "line"),
    [("Sorani with h and a joiner for its short e", "هه‌موو مافه‌كان پارێزراون"),
     ("Arabic k and y in Sorani", "بابه‌تی په‌یوه‌ندیدار"), ("stretched", "أخبـــار ذات صـلة"),
     ("in presentation forms", "ﺍﻗﺮﺃ ﺃﻳﻀﺎ: ﺍﻓﺘﺘﺎﺡ ﺍﻟﺮﺻﻴﻒ"), ("Persian letters in Arabic", "اقرأ أیضا: افتتاح الرصیف")],
)  # fmt: skip
def test_furniture_is_known_however_its_letters_are_typed(typed: str, line: str) -> None:
    assert is_furniture(line), typed


@pytest.mark.parametrize(
    ("line", "story"),
    [("توقفت الرافعات في الميناء. /انتهى/", "توقفت الرافعات في الميناء."), ("انتهى/ 25", ""), ("(النهاية)", ""),
     ("جرثقیل‌ها ایستاده‌اند. انتهای پیام/", "جرثقیل‌ها ایستاده‌اند."), ("انتهای پیام/ ۱۲۳", ""), ("(rc/kj)", ""),
     ("محرر: ر.ع", ""), ("ع ح - س م", ""), ("=======ن.ح", ""),
     ("تتضمن ورشتي عمل. (النهاية) ن ع ج / ط م ا", "تتضمن ورشتي عمل."), ("من هو", "من هو"), ("في 12/3", "في 12/3"),
     ("Kran sekinîne. (ah/lk)", "Kran sekinîne."), ("قال المدير إن العقد انتهى.", "قال المدير إن العقد انتهى."),
     ("Kran sekinîne. (ah/lk)", "Kran sekinîne."), ("ک.س", ""),
     ("قال المدير إن العقد انتهى.", "قال المدير إن العقد انتهى."),
     ("The crane (built in 1956)", "The crane (built in 1956)"), ("Kran sekinîne (Faw)", "Kran sekinîne (Faw)")],
)  # fmt: skip
def test_the_mark_with_which_an_agency_ends_is_no_part_of_its_story(line: str, story: str) -> None:
    assert without_end_mark(line) == story


STORY = "".join(
    f"<p>Pier {number} of the river port is closed since Sunday, since its crane leans towards the old grain silo.</p>"
    for number in range(6)
)
CARD = (
    "<div class=box><a href=/a><h4>Night trains to Basra are back in May</h4></a>"
    "<p>They will leave at nine on Friday.</p></div>"
)


@pytest.mark.parametrize(
    "box",
    [
        CARD * 2,
        "<blockquote class=pull><p>Its crane leans towards the old grain silo</p><cite>Her master</cite></blockquote>",
        '<div class="signup"><h4>The harbour letter</h4><p>One letter a week about ships and their crews.</p></div>',
        '<div class="box"><h4>In this section</h4><form>Search</form></div>',
        "<div class=blurb><h4><a href=/a>Night trains to Basra are back in May</a></h4><p>They leave at nine.</div>",
        "<div class=b><b>What’s your reaction?</b><ul><li>Like (12)</li><li>Sad (1)</li></ul></div>",
        f'<div class="for-print">{STORY}</div>',
        '<section role="region"><a href="#end">Skip our podcasts</a><h3>All ears</h3><p>One story a week about the'
        ' lives of pilots, in their own words and with the wind.</p><p id="end">End of podcasts</p></section>',
    ],
)
def test_a_box_between_the_paragraphs_is_no_part_of_the_story(box: str) -> None:
    html = f"<html><title>Cranes</title><body><h1>Cranes</h1><div>{STORY}{box}{BODY}</div></body></html>"
    plain = html.replace(box, "")

    assert extract_article(page(html), SOURCE).text == extract_article(page(plain), SOURCE).text


@pytest.mark.parametrize(
    "below",
    [
        "<div class=note><h5>Any questions?</h5><p>Write to our pilots by mail, they will answer.</p></div>",
        "<p>(mh/rb)</p><p>Tigris Post</p>",
        "<p>Reuters</p>",
        "<p>ک.س</p>",
        '<ul><li><a href="/tr">Türkçe</a></li></ul>',
    ],
)
def test_who_sent_a_story_stands_beneath_it_and_is_none_of_it(below: str) -> None:
    html = f"<html><title>Cranes</title><body><h1>Cranes</h1><div>{STORY}{below}</div></body></html>"

    assert extract_article(page(html), SOURCE).text == extract_article(page(html.replace(below, "")), SOURCE).text


def test_beneath_a_story_that_line_breaks_part_short_lines_stand_apart() -> None:
    story = STORY.replace("<p>", "").replace("</p>", "<br><br>")
    html = f"<html><title>Cranes</title><body><h1>Cranes</h1><div>{story}</div><div>cranes pier</div></body></html>"

    assert "cranes pier" not in extract_article(page(html), SOURCE).text


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ('<p style="text-align: right"><strong>Nora Adel / Sami Aziz</strong></p>', ("Nora Adel", "Sami Aziz")),
        ("<p>Nûçegihan: Zelal Aydin</p>", ("Zelal Aydin",)),
        ("<p>Muhabir: Serhat Yıldız</p>", ("Serhat Yıldız",)),
        ("<p><strong>Contact Us Today</strong></p>", ()),
        ("<p>Witness: It was dark.</p>", ()),
    ],
)
def test_a_story_may_be_signed_beneath_its_last_paragraph(line: str, authors: tuple[str, ...]) -> None:
    html = f"<html><title>Cranes</title><body><h1>Cranes</h1><div>{STORY}{line}</div></body></html>"

    assert extract_article(page(html), SOURCE).authors == authors


def test_a_note_on_the_author_stands_in_a_box_with_the_name() -> None:
    note = "<div><b>Nora Adel</b><p>She was born in Basra and has written about the port for eleven years.</p></div>"
    body = f"<h1>Cranes</h1><p>By Nora Adel</p><div class=story>{STORY}</div>{note}"
    html = f"<html><title>Cranes</title><body>{body}</body></html>"

    assert "born in Basra" not in extract_article(page(html), SOURCE).text


def test_things_that_a_story_lists_by_linked_name_keep_their_descriptions() -> None:
    things = "".join(
        f'<div class="thing"><h3><a href="/{name}">{name}</a></h3><p>The {name} lifts forty tonnes, by hand.</p></div>'
        for name in ("Crane Aleph of Basra", "Crane Beta of Basra")
    )
    html = (
        f"<html><head><title>Cranes</title></head><body><h1>Cranes</h1><div>{STORY}{things}{BODY}</div></body></html>"
    )

    assert "The Crane Beta of Basra lifts forty tonnes" in extract_article(page(html), SOURCE).text
