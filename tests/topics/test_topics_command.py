"""`khabar topics`, as a person's shell runs it."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from crawler.cli import main


class Shell:
    """Runs `khabar` in this process, on a desk of its own."""

    def __init__(self, desk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.desk, self._monkeypatch, self._capsys = desk, monkeypatch, capsys

    def __call__(self, *args: str, stdin: str = "", code: int = 0) -> str:
        stream = io.TextIOWrapper(io.BytesIO(stdin.encode("utf-8", "surrogatepass")), encoding="utf-8")
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


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "is not JSON"),
        ("[1]", 'must be an object with a "text"'),
        ('{"text": 1}', 'must be an object with a "text"'),
        ('{"text": "x", "language": 5}', '"language" must be text'),
        ("[" * 100_000, "is not JSON"),
    ],
)
def test_match_answers_a_bad_line_with_its_number(shell: Shell, line: str, reason: str) -> None:
    shell("match", stdin='{"text": "fine"}\n' + line, code=2)
    assert "line 2: " in shell.errors and reason in shell.errors and shell.errors.count("\n") == 1


def test_explain_shows_what_holds_and_what_is_missing(shell: Shell) -> None:
    printed = shell("explain", "--language", "en", "--title", "Minister speaks", "ISIS is a danger. Troops withdraw.")
    assert "isis holds" in printed and "us_withdrawal does not hold" in printed
    assert "nothing of foreign_troops" in printed and "nothing found of: " in printed


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
    assert "false alarm b" in shell("test", str(file))


@pytest.mark.parametrize(
    ("document", "reason"),
    [({"text": "x"}, '"labels" must be'), ({"text": "x", "labels": {"isiss": True}}, "no topic 'isiss' in the packs")],
)
def test_test_refuses_labels_that_it_cannot_use(shell: Shell, document: dict[str, object], reason: str) -> None:
    file = shell.desk / "labelled.jsonl"
    file.write_text(json.dumps(document), encoding="utf-8")
    shell("test", str(file), code=2)
    assert reason in shell.errors


def test_explain_tells_what_holds_first_and_of_the_rest_only_what_was_nearly_there(shell: Shell) -> None:
    text = "US troops will withdraw from Iraq by September, Damascus and Tehran say."
    shown = shell("explain", "--language", "en", text)

    held, rest = shown.partition("iran does not hold")[::2]
    assert "tagged: " in held
    assert "us_withdrawal holds" in held
    assert " holds " not in rest
    assert "of which nothing was found" in rest
