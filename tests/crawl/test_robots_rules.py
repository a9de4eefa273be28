"""What a robots.txt allows, whatever its letters, and whatever stands there instead of one."""

import pytest

from crawler.manners.robots_rules import Rules, read_robots
from seeds.bounds import MAX_ROBOTS_BYTES, MAX_ROBOTS_WILDCARDS

SITE = "https://news.example"
ARABIC, SORANI, KURMANJI = "/أخبار/سرية", "/هەواڵ/نهێنی", "/nûçe/veşartî"
ENCODED = {
    ARABIC: "/%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1/%D8%B3%D8%B1%D9%8A%D8%A9",
    SORANI: "/%D9%87%DB%95%D9%88%D8%A7%DA%B5/%D9%86%D9%87%DB%8E%D9%86%DB%8C",
    KURMANJI: "/n%C3%BB%C3%A7e/ve%C5%9Fart%C3%AE",
}


def rules(*lines: str, agent: str = "*") -> Rules:
    return Rules(read_robots("\n".join([f"User-agent: {agent}", *lines]).encode()))


@pytest.mark.parametrize("path", [ARABIC, SORANI, KURMANJI])
def test_a_rule_in_any_letters_holds_written_out_and_percent_encoded(path: str) -> None:
    for written in (path, ENCODED[path], ENCODED[path].lower()):
        closed = rules(f"Disallow: {written}")
        assert not closed.allows(SITE + ENCODED[path] + "/1")
        assert not closed.allows(SITE + ENCODED[path].lower() + "/1")
        assert closed.allows(SITE + ENCODED[path][:-9])


def test_a_rule_in_another_encoding_than_utf_8_closes_nothing_else() -> None:
    closed = Rules(read_robots(b"User-agent: *\nDisallow: /" + "أخبار".encode("cp1256") + b"\nDisallow: /search\n"))
    assert closed.allows(SITE + "/1")
    assert not closed.allows(SITE + "/search?q=1")


def test_our_own_group_counts_instead_of_that_for_all() -> None:
    text = "User-agent: *\nDisallow: /\n\nUser-agent: other\nUser-agent: khabar\nDisallow: /tags/\nCrawl-delay: 7\n"
    ours = Rules(text)
    assert ours.allows(SITE + "/1")
    assert not ours.allows(SITE + "/tags/1")
    assert ours.delay == 7


@pytest.mark.parametrize("agent", ["Khabar", "KHABAR", "Khabar/0.1.0", "khabar/0.1 (+desk@example.org)"])
def test_our_group_may_have_our_name_as_the_log_of_a_server_shows_it(agent: str) -> None:
    assert not rules("Disallow: /", agent=agent).allows(SITE + "/1")


@pytest.mark.parametrize("agent", ["GPTBot", "khabarbot", "Khabar News", "other\nUser-agent: second"])
def test_the_group_of_another_crawler_is_not_ours(agent: str) -> None:
    assert rules("Disallow: /", "Crawl-delay: 9", agent=agent).allows(SITE + "/1")
    assert rules("Disallow: /", "Crawl-delay: 9", agent=agent).delay == 0


@pytest.mark.parametrize("delay", ["soon", "-3", "inf", "nan", "1e999", ""])
def test_a_delay_that_is_none_counts_as_none(delay: str) -> None:
    assert rules(f"Crawl-delay: {delay}", "Disallow: /x").delay == 0


def test_a_page_served_instead_of_a_robots_txt_allows_everything() -> None:
    page = b"\n<!doctype html><p>\nUser-agent: *\nDisallow: /\n</p>"
    assert read_robots(page) is None
    assert Rules(read_robots(page)).allows(SITE + "/1")


def test_an_empty_one_and_none_allow_everything() -> None:
    assert Rules(None).allows(SITE + "/1")
    assert Rules(read_robots(b"")).allows(SITE + "/1")
    assert Rules(read_robots(b"\xef\xbb\xbf\0\xff\n: :\nDisallow")).allows(SITE + "/1")


def test_a_byte_order_mark_hides_no_rule() -> None:
    assert not Rules(read_robots(b"\xef\xbb\xbfUser-agent: *\nDisallow: /\n")).allows(SITE + "/1")


def test_500_kib_are_read_and_no_more() -> None:
    begin = b"User-agent: *\nDisallow: /first\n"
    line = b"\nDisallow: /last"
    fits = begin + b"#" * (MAX_ROBOTS_BYTES - len(begin) - len(line)) + line
    assert not Rules(read_robots(fits)).allows(SITE + "/last")
    assert Rules(read_robots(begin + b"#" * MAX_ROBOTS_BYTES + line)).allows(SITE + "/last")
    assert not Rules(read_robots(begin + b"#" * MAX_ROBOTS_BYTES + line)).allows(SITE + "/first")


def test_the_names_of_ten_thousand_crawlers_do_not_multiply_the_rules() -> None:
    names = "".join(f"User-agent: bot{number}\n" for number in range(10_000))
    read = Rules(names + "User-agent: *\n" + "Allow: /a\n" * 10_000 + "Disallow: /b\n")  # 10^8 rules otherwise
    assert read.allows(SITE + "/a")
    assert not read.allows(SITE + "/b")


def test_one_that_is_nothing_but_wildcards_closes_its_host() -> None:
    assert not rules("Disallow: /" + "*a" * (MAX_ROBOTS_WILDCARDS + 1) + "z").allows(SITE + "/1")
