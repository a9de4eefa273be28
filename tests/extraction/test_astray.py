"""What stands behind the story, between its paragraphs or below its pictures without being part of it: by place."""

from made_pages import BODY, SOURCE, page

from pipelines.extraction.article import extract_article

STORY = f"<div class='txt'>{BODY}</div>"


def lines(body: str, title: str = "Ferries wait for paint") -> list[str]:
    html = f"<html lang='en'><head><title>{title}</title></head><body><h1>{title}</h1>{body}</body></html>"
    return extract_article(page(html), SOURCE).text.split("\n")


OWN = lines(STORY)


def test_whole_sentences_behind_the_story_in_a_box_of_their_own_are_none_of_it() -> None:
    box = (
        "<div class='x7'><p>Issue 31 of the quarterly is out now, on uncoated paper, with a woodcut of the old pier"
        " that every reader may keep.</p></div>"
    )

    assert lines(f"<div>{STORY}{box}</div>") == OWN


def test_the_last_paragraph_may_stand_where_the_boxes_of_the_story_do() -> None:
    last = "The master of the port will choose one of the ferries before the feast, and sell the three others."

    assert lines(f"<div>{STORY}<p>{last}</p></div>") == [*OWN, last]


def test_a_box_between_the_paragraphs_that_asks_for_something_is_none_of_the_story() -> None:
    box = (
        "<div class='q1'><h4>Your gift keeps us free</h4><p>This paper takes no money from any state or party. What you"
        " give keeps it free to speak.</p><a href='/g'>Give now</a></div>"
    )
    half = len(BODY) // 2 + BODY[len(BODY) // 2 :].index("<p>")

    assert lines(f"<div class='txt'>{BODY[:half]}{box}{BODY[half:]}</div>") == OWN


def test_a_box_between_the_paragraphs_that_asks_for_nothing_stays() -> None:
    box = "<div class='q1'><h4>How it began</h4><p>The pier was built in 1911 by an engineer who had a fever.</p></div>"
    half = len(BODY) // 2 + BODY[len(BODY) // 2 :].index("<p>")

    assert "How it began" in lines(f"<div class='txt'>{BODY[:half]}{box}{BODY[half:]}</div>")


def test_the_heading_of_a_box_of_links_goes_with_them() -> None:
    links = (
        "<ul><li><a href='/a'>The last miller of the old town</a></li><li><a href='/b'>Who owns the snow</a></li></ul>"
    )
    half = len(BODY) // 2 + BODY[len(BODY) // 2 :].index("<p>")

    box = f"<div class='q1'><div><h4>From the same valley</h4></div><div>{links}</div></div>"

    assert lines(f"<div class='txt'>{BODY[:half]}{box}{BODY[half:]}</div>") == OWN


def test_a_line_below_a_picture_where_no_paragraph_stands_is_a_caption() -> None:
    picture = "<div><img src='/x.jpg'></div><p>The pier at noon, seen from the ferry. It is as long as a street.</p>"

    assert lines(f"<main>{picture}{STORY}</main>") == OWN


def test_a_caption_may_be_centred_below_a_centred_picture() -> None:
    style = "style='text-align: center'"
    picture = f"<p {style}><img src='/x.jpg'></p><p {style}>The pier at noon, seen from the ferry.</p>"

    assert lines(f"<div class='txt'>{picture}{BODY}</div>") == OWN


def test_the_entries_of_a_live_blog_keep_their_headings_and_lists() -> None:
    def entry(heading: str, text: str) -> str:
        head = f"<header><a href='#x'>15.32</a><h2>{heading}</h2><div>Nora Adel</div></header>"
        return f"<article class='entry'>{head}{text}</article>"

    told = "<p>Two helicopters have landed in the valley with a doctor, two dogs and tents for sixty families.</p>"
    known = "<ul><li><p>Eleven people are known to have died there.</p></li></ul>"
    entries = entry("Helicopters land in the valley", told) + entry("Where things stand", known)
    more = "<p>Good morning. We are following what an earthquake of magnitude six has left of three villages.</p>"
    found = lines(f"<div>{entries}{entry('Opening summary', more)}</div>")

    headings = ["Helicopters land in the valley", "Where things stand", "Opening summary"]
    assert [line for line in found if line in headings] == headings
    assert "Eleven people are known to have died there." in found


def test_a_line_that_announces_something_at_the_end_of_the_story_is_left_off() -> None:
    assert (
        lines(f"<div class='txt'>{BODY}<p>Also this week:</p></div><ul><li><a href='/a'>Wool up</a></li></ul>") == OWN
    )


def test_a_label_and_a_link_are_no_line_of_the_story() -> None:
    related = "<p>YOU CAN SEE: <a href='/a'>The ferry pier opens after nine years</a></p>"
    own = "<p>Mind the tide: the <a href='/a'>ferry</a> leaves the pier of Faw at noon, not before.</p>"

    assert lines(f"<div class='txt'>{related}{BODY}</div>") == OWN
    assert len(lines(f"<div class='txt'>{own}{BODY}</div>")) == len(OWN) + 1


def test_a_pull_quote_of_three_words_is_no_second_time_in_the_story() -> None:
    quote = "<blockquote><p>is being repaired</p></blockquote>"

    assert lines(f"<div class='txt'>{BODY}{quote}<p>It is the last of its kind on this coast, they say.</p></div>") == [
        *OWN,
        "It is the last of its kind on this coast, they say.",
    ]


def test_a_translation_beside_the_story_is_none_of_it() -> None:
    sorani = (
        "<li lang='ckb' dir='rtl'><h2>کرێنەکان لە بەندەرەکە وەستان</h2><p>کرێنی ژمارە یەک لە بەندەری ڕووبارەکە چاک"
        " دەکرێتەوە و شۆفێرەکەی لە چایخانەکە چاوەڕێیە هەتا پارچەکە بە کەشتی دەگات.</p></li>"
    )

    assert lines(f"<ul><li>{BODY}</li>{sorani}</ul>") == OWN


def test_a_line_in_another_script_may_be_a_quote() -> None:
    quote = "<p lang='ar' dir='rtl'>توقفت الرافعات في ميناء الفاو النهري عن العمل منذ خمسة أيام ولا أحد يعلم لماذا.</p>"

    assert len(lines(f"<div class='txt'>{BODY}{quote}{BODY.replace('crane', 'tug')}</div>")) == 2 * len(OWN) + 1


def test_a_story_in_another_language_than_the_site_is_no_translation() -> None:
    story = "".join(
        f"<p>توقفت الرافعة رقم {place} في ميناء الفاو النهري عن العمل منذ خمسة أيام ولا أحد يعلم متى تتحرك.</p>"
        for place in range(1, 9)
    )
    above = "<div class='lead'>Cranes of the river port of Faw stand still, and nobody knows when they will move.</div>"

    assert len(lines(f"{above}<div dir='rtl' lang='ar'>{story}</div>")) >= 8


def test_a_byline_goes_also_where_a_job_is_glued_to_the_name() -> None:
    byline = "<div class='txt'><p><span>Nora Adel</span><span>Middle East reporter, </span><span>Basra</span></p>"
    named = "<a rel='author' href='/x'>Nora Adel</a>"

    assert lines(f"{named}{byline}{BODY}</div>") == OWN


def test_a_short_last_sentence_stays_behind_a_line_that_announces_something() -> None:
    more = "<div class='more'><p>Read also:</p></div>"
    last = "The ferries will be painted blue."

    assert lines(f"<div class='txt'>{BODY}{more}<p>{last}</p></div>") == [*OWN, last]


def test_a_sentence_in_one_paragraph_with_a_picture_is_no_caption() -> None:
    said = "The yard lies on twelve acres by the old pier, and forty men work in it."
    shown = f"<div class='txt'>{BODY}<p><img src='/y.jpg'><br>{{}}</p></div>"

    assert lines(shown.format(said)) == [*OWN, said]
    assert lines(shown.format("The yard at noon")) == OWN
