"""`khabar topics`, as a person's shell runs it."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from crawler.cli import main
from crawler.cli.terminal import out


class Shell:
    """Runs `khabar` in this process, on a desk of its own."""

    def __init__(self, desk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.desk, self._monkeypatch, self._capsys = desk, monkeypatch, capsys

    def __call__(self, *args: str, stdin: str = "", code: int = 0) -> str:
        bytes_in = io.BytesIO(stdin.encode("utf-8", "surrogateescape"))
        stream = io.TextIOWrapper(bytes_in, encoding="utf-8")
        self._monkeypatch.setattr("sys.stdin", stream)
        with pytest.raises(SystemExit) as ended:
            main(["--desk", str(self.desk), "topics", *args])
        captured = self._capsys.readouterr()
        assert ended.value.code == code, captured.err
        self.errors = captured.err
        return captured.out

    def write(self, name: str, text: str) -> Path:
        path = self.desk / "seeds" / "topics" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    (tmp_path / "desk.toml").write_text('name = "Test"', encoding="utf-8")
    return Shell(tmp_path, monkeypatch, capsys)


OWN = '[lists.rain]\nen = ["rain*"]\n[topic.weather]\nname = "Weather"\n[[topic.weather.rule]]\nany = ["rain"]\n'


def lines(printed: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in printed.splitlines()]


def test_list_shows_packaged_topics_and_the_desks_own(shell: Shell) -> None:
    shell.write("weather.toml", OWN)
    topics = {line["id"]: line for line in lines(shell("list", "--json"))}
    assert topics["weather"]["terms"]["en"] == 1 and topics["isis"]["terms"]["ckb"] > 1
    printed = shell("list")
    assert "weather" in printed and "us_withdrawal" in printed


def test_the_list_cuts_no_id_on_a_narrow_terminal(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(out(), "_width", 80)
    printed = shell("list")
    assert "│ us_withdrawal │" in printed and max(map(len, printed.splitlines())) <= 80


def test_check_counts_what_is_right(shell: Shell) -> None:
    shell.write("weather.toml", OWN)
    assert "no error" in shell("check")
    assert 'topic "weather" can never hold in "ckb"' in shell.errors


def test_check_answers_a_mistake_with_one_line(shell: Shell) -> None:
    path = shell.write("weather.toml", OWN.replace('any = ["rain"]', 'any = ["rian"]'))
    assert shell("check", code=2) == ""
    assert shell.errors == (
        f"khabar: {path}: topic.weather.rule[0].any[0] = 'rian': no list has this name; did you mean \"rain\"?\n"
    )


def test_check_tries_a_file_that_is_not_in_force(shell: Shell) -> None:
    path = shell.desk / "draft.toml"
    path.write_text(OWN.replace("rain*", "…"), encoding="utf-8")
    shell("check", str(path), code=2)
    assert "nothing of it is left after folding" in shell.errors
    assert "no error" in shell("check")


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("[[topic.weather.rule]]", "[topic.weather.rule]",
         "topic.weather.rule: must be a list, got a table: its heading stands in two brackets, [[topic.weather.rule]]"),
        ('any = ["rain"]', 'any = "rain"',
         """topic.weather.rule[0].any = 'rain': must be a list, got text: write ["rain"]"""),
        ("rain*", "مطر",
         """lists.rain.en[0] = 'مطر': "en" is written in the Latin script, and "م" is not: list it under its own"""),
        ('"rain*"]', '"rain*]', "is not TOML: Illegal character '\\n' (at line 2, column 14): "
         "a quotation mark is missing at the end of a text"),
    ],
)  # fmt: skip
def test_check_answers_a_mistake_of_a_draft_with_file_place_value_reason_and_way_out(
    shell: Shell, old: str, new: str, line: str
) -> None:
    path = shell.desk / "draft.toml"
    path.write_text(OWN.replace(old, new), encoding="utf-8")
    assert shell("check", str(path), code=2) == ""
    assert shell.errors == f"khabar: {path}: {line}\n"


def test_check_warns_of_files_that_define_nothing_or_are_never_read(shell: Shell) -> None:
    empty = shell.write("empty.toml", "# nothing yet\n")
    unread = [shell.write(name, OWN) for name in ("floods.tml", "floods.toml.txt")]
    shell.write("README.md", "Ours")
    shell.write(".floods.toml.swp", "")
    shell("check")
    never = [f"warning: {path}: a desk does not read it, since its name does not end in .toml" for path in unread]
    assert shell.errors.splitlines() == never
    shell("check", str(empty))
    assert shell.errors == f"warning: {empty}: defines no topic and no list\n"
    assert "no error" in shell("check", str(unread[0])) and never[0] in shell.errors


def test_match_tags_lines(shell: Shell) -> None:
    text = "قُتل ثلاثة من داعش في حمرين"
    documents = [
        {"id": "x", "title": None, "text": text, "language": "ar"},
        {"id": 2, "title": "Bakery", "text": "Bread", "language": "en"},
        {"text": "ISIS \ud800 attacked"},
    ]
    printed = shell("match", stdin="\n".join(map(json.dumps, documents)) + "\n\n")
    tagged, plain, third = lines(printed)
    (topic,) = tagged["topics"]
    assert (tagged["id"], topic["topic"], topic["score"]) == ("x", "isis", 1.0)
    piece = topic["evidence"][0]
    assert {"rule", "term", "field", "start", "end", "score", "text"} == piece.keys()
    assert text[piece["start"] : piece["end"]] == piece["text"] == "داعش"
    assert plain == {"id": 2, "topics": []}
    assert third["id"] == 3 and "language unknown" in third["topics"][0]["evidence"][0]["note"]


BAD_LINES = {
    "{": "<stdin>, line 2: is not JSON (Expecting property name enclosed in double quotes: line 1 column 2 (char 1)): "
    "each line is one object, with a text",
    "[1]": '<stdin>, line 2: must be an object, such as {"text": "…"}',
    '{"Text": "x"}': '<stdin>, line 2: text: the key is missing, and there is "Text"',
    '{"text": 1}': "<stdin>, line 2: text = 1: must be text",
    '{"text": "x", "title": ["y"]}': "<stdin>, line 2: title = ['y']: must be text",
    '{"text": "x", "language": 5}': "<stdin>, line 2: language = 5: must be text",
    '{"text": "x", "id": NaN}': "<stdin>, line 2: is not JSON (NaN is no number of JSON): each line is one object, "
    "with a text",
    '{"text": "x", "id": 1e999}': "<stdin>, line 2: id = inf: must be text or a number that JSON can write",
    "\x1f\udc8b\x08": '<stdin>, line 2: is compressed: "gunzip --stdout FILE" shows what is in it, and "-" reads that '
    "from standard input",
}


@pytest.mark.parametrize(("line", "error"), BAD_LINES.items())
def test_match_answers_a_bad_line_with_its_number(shell: Shell, line: str, error: str) -> None:
    shell("match", stdin='{"text": "fine"}\n' + line, code=2)
    assert shell.errors == f"khabar: {error}\n"


def test_match_refuses_a_line_longer_than_any_article(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.cli.topics.lines.LONGEST_LINE", 1_000)
    assert lines(shell("match", stdin=json.dumps({"text": "x" * 980}) + "\n"))
    shell("match", stdin=json.dumps({"text": "x" * 1_000}), code=2)
    assert shell.errors == "khabar: <stdin>, line 1: is longer than 1,000 characters: no article is\n"


def test_texts_in_a_language_without_terms_are_told_once(shell: Shell) -> None:
    documents = [
        {"text": "ISIS attacked", "language": language, "labels": {"isis": True}}
        for language in ("English", "de", "de", "ar-IQ", None)
    ]
    told = "texts in languages that the packs have no terms in: de (2), English (1)\n"
    file = shell.desk / "labelled.jsonl"
    file.write_text("\n".join(map(json.dumps, documents)), encoding="utf-8")
    assert len(lines(shell("match", str(file)))) == 5 and shell.errors == told
    assert json.loads(shell("test", str(file), "--json"))["pooled"]["fn"] == 4 and shell.errors == told
    shell("match", stdin='{"text": "ISIS attacked", "language": "en"}')
    assert shell.errors == ""


WEIGHED = """
[lists.rain]
en = ["rain*"]
[lists.snow]
en = ["snow*"]
[lists.sport]
en = ["football"]
[lists.film]
en = ["film"]
[topic.weather]
name = "Weather"
[[topic.weather.rule]]
any = ["rain"]
weight = 0.6
[[topic.weather.rule]]
near = ["rain", "snow"]
within = 3
weight = 0.6
[[topic.weather.rule]]
any = ["snow"]
weight = 0.5
[[topic.weather.rule]]
any = ["sport"]
weight = -0.5
[topic.weather.exclude]
none = ["film"]
"""
NEAREST = "rule[1] (0.6) rain, snow within 3 tokens: nothing of snow"


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("Rain fell", ["score 0.6, 1 is needed", NEAREST]),
        (
            "Rain stopped the football",
            ["score 0.1, 1 is needed", "rule[3] speaks against it (-0.5): any of sport", NEAREST],
        ),
        ("A film on the rain", ['excluded by "film"']),
        ("Sun", ["nothing of its lists is there"]),
        ("Football", ["score -0.5, 1 is needed", "rule[3] speaks against it (-0.5): any of sport"]),
    ],
)
def test_of_a_miss_it_is_said_what_the_topic_lacked(shell: Shell, text: str, missing: list[str]) -> None:
    shell.write("weather.toml", WEIGHED)
    file = shell.desk / "labelled.jsonl"
    file.write_text(json.dumps({"text": text, "language": "en", "labels": {"weather": True}}), encoding="utf-8")
    (miss,) = json.loads(shell("test", str(file), "--json"))["wrong"]
    assert (miss["mistake"], miss["missing"]) == ("miss", missing)


def test_match_and_test_read_a_draft_before_it_is_in_force(shell: Shell) -> None:
    draft = shell.desk / "draft.toml"
    draft.write_text(OWN, encoding="utf-8")
    file = shell.desk / "labelled.jsonl"
    file.write_text('{"text": "Rainy", "language": "en", "labels": {"weather": true}}', encoding="utf-8")
    assert lines(shell("match", str(file), "--pack", str(draft)))[0]["topics"][0]["topic"] == "weather"
    assert json.loads(shell("test", str(file), "--pack", str(draft), "--json"))["pooled"]["tp"] == 1
    assert lines(shell("match", str(file)))[0]["topics"] == []
    shell("test", str(file), code=2)
    assert "the packs have no such topic" in shell.errors


def test_match_answers_a_line_of_brackets_without_end(shell: Shell) -> None:
    shell("match", stdin="[" * 100_000, code=2)
    assert shell.errors.startswith("khabar: <stdin>, line 1: is not JSON") and shell.errors.count("\n") == 1


def test_match_reads_a_file_that_begins_with_a_byte_order_mark(shell: Shell) -> None:
    file = shell.desk / "articles.jsonl"
    file.write_text('{"text": "ISIS attacked", "language": "en"}', encoding="utf-8-sig")
    assert [topic["topic"] for topic in lines(shell("match", str(file)))[0]["topics"]] == ["isis"]


def test_explain_shows_what_holds_and_what_is_missing(shell: Shell) -> None:
    printed = shell("explain", "--language", "en", "--title", "Minister speaks", "ISIS is a danger. Troops withdraw.")
    assert "isis holds" in printed and "us_withdrawal does not hold" in printed
    assert "nothing of iraq_or_syria" in printed and "nothing found of: " in printed


def test_explain_reads_standard_input_and_steers_no_terminal(shell: Shell) -> None:
    printed = shell("explain", "-", stdin="ISIS \x1b[31mdanger\u202e!\nسطر")
    assert "\x1b" not in printed and "\u202e" not in printed and "سطر" in printed
    explanation = json.loads(shell("explain", "-", "--json", stdin="ISIS danger"))
    assert {"topics", "found", "untouched", "languages", "note"} == explanation.keys()


def test_test_scores_labelled_texts_and_shows_what_went_wrong(shell: Shell) -> None:
    file = shell.desk / "labelled.jsonl"
    documents = [
        {"id": "a", "text": "ISIS attacked", "language": "en", "labels": {"isis": True, "syria": False}},
        {"id": "b", "text": "Daesh attacked", "language": "en", "labels": {"isis": False}},
        {"id": "c", "text": "Bread", "language": "kmr", "labels": {"isis": True, "syria": True}, "unsure": ["syria"]},
    ]
    file.write_text("\n".join(map(json.dumps, documents)), encoding="utf-8")
    scores = json.loads(shell("test", str(file), "--json"))
    assert scores["pooled"] == {"precision": 0.5, "recall": 0.5, "f1": 0.5, "tp": 1, "fp": 1, "fn": 1}
    assert scores["languages"]["en"]["fp"] == 1 and scores["topics"]["isis"]["languages"]["kmr"]["fn"] == 1
    assert scores["topics"]["syria"]["f1"] is None
    wrong = [(one["id"], one["mistake"], [piece["text"] for piece in one["evidence"]]) for one in scores["wrong"]]
    assert wrong == [("b", "false alarm", ["Daesh"]), ("c", "miss", [])]


LABELLED = [
    {"id": "a", "title": "Raid", "text": "It rained. Daesh attacked at noon. All left.", "labels": {"isis": False}},
    {"id": "b", "text": "US troops were in Iraq.", "labels": {"us_withdrawal": True, "syria": False}},
    {"id": "c", "text": "Bread", "labels": {"isis": True, "syria": True}, "unsure": ["syria"]},
]


def labelled(shell: Shell, *documents: dict[str, object]) -> str:
    file = shell.desk / "labelled.jsonl"
    file.write_text("\n".join(json.dumps({"language": "en"} | one) for one in documents), encoding="utf-8")
    return str(file)


def test_a_false_alarm_shows_its_sentence_and_a_miss_what_came_nearest(shell: Shell) -> None:
    alarm, near, far = json.loads(shell("test", labelled(shell, *LABELLED), "--json"))["wrong"]
    [sentence] = alarm["sentences"]
    assert sentence == {"text": "Daesh attacked at noon.", "marks": [[0, 5]]} and alarm["missing"] == []
    assert (near["id"], near["topic"], near["title"]) == ("b", "us_withdrawal", "US troops were in Iraq.")
    assert any("nothing of" in reason for reason in near["missing"]) and near["sentences"] == []
    assert far["missing"] == ["nothing of its lists is there"]
    printed = shell("test", labelled(shell, *LABELLED))
    for words in ("false alarm a  isis  en\nRaid\n", "\nDaesh attacked at noon.\n", "miss b  us_withdrawal  en\n"):
        assert words in printed
    assert "  - nothing of its lists is there" in printed and "micro averages" in printed


def test_the_table_of_scores_fits_a_narrow_terminal_and_leaves_out_empty_rows(shell: Shell) -> None:
    table = shell("test", labelled(shell, *LABELLED)).partition("\nfalse alarm")[0]
    assert max(map(len, table.splitlines())) <= 80
    rows = [tuple(line.split()[:2]) for line in table.splitlines()]
    assert ("syria", "all") in rows and ("syria", "en") not in rows and ("isis", "en") in rows


@pytest.mark.parametrize(
    ("document", "error"),
    [
        ({}, "labels: the key is missing"),
        ({"label": {"isis": True}}, 'labels: the key is missing, and there is "label"'),
        ({"labels": ["isis"]}, """labels = ['isis']: must be an object, such as {"isis": true}"""),
        ({"labels": {"isis": "yes"}}, "labels.isis = 'yes': must be true or false"),
        ({"labels": {"isi": True}}, 'labels.isi: the packs have no such topic; did you mean "isis"?'),
        ({"labels": {"isis": True}, "unsure": "syria"},
         """unsure = 'syria': must be a list of topics, such as ["isis"]"""),
        ({"labels": {"isis": True}, "unsure": ["syra"]},
         """unsure[0] = 'syra': the packs have no such topic; did you mean "syria"?"""),
    ],
)  # fmt: skip
def test_test_refuses_labels_that_it_cannot_use(shell: Shell, document: dict[str, object], error: str) -> None:
    file = labelled(shell, LABELLED[0], {"text": "x"} | document)
    assert shell("test", file, "--json", code=2) == ""
    assert shell.errors == f"khabar: {file}, line 2: {error}\n"


def test_test_refuses_a_file_without_labelled_texts(shell: Shell) -> None:
    file = labelled(shell)
    shell("test", file, code=2)
    assert shell.errors == f"khabar: {file}: there is no labelled text in it\n"


def test_explain_tells_what_holds_first_and_of_the_rest_only_what_was_nearly_there(shell: Shell) -> None:
    text = "US troops will withdraw from Iraq by September, Damascus and Tehran say."
    shown = shell("explain", "--language", "en", text)

    held, rest = shown.partition("iran does not hold")[::2]
    assert "tagged: " in held
    assert "us_withdrawal holds" in held
    assert " holds " not in rest
    assert "rules with nothing to say here" in held and " tells of each)" in rest
