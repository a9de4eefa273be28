# ruff: noqa: E501 -- the lines of errors stand here whole, as a person sees them
"""What every mistake in a pack is answered with, word for word: as a colleague would say it."""

import tomllib

import pytest

from seeds.definitions import DefinitionError
from topics.compiling import compile_packs

TERMS = '[topic.t]\nname = "T"\n[[topic.t.rule]]\nany = ["a"]\n[lists.a]\n'
RULE = '[lists.a]\nen = ["one"]\n[lists.b]\nen = ["two"]\n[topic.t]\nname = "T"\n[[topic.t.rule]]\n'
ONE = '[lists.a]\nen = ["one"]\n[topic.t]\nname = "T"\n[[topic.t.rule]]\n'
MISTAKES = {
    "unknown list": (
        RULE + 'any = ["aa"]',
        "topic.t.rule[0].any[0] = 'aa': no list has this name; did you mean \"a\"?",
    ),
    "unknown list in near": (
        RULE + 'near = ["a", "c"]\nwithin = 3',
        "topic.t.rule[0].near[1] = 'c': no list has this name; [lists.c] would be its heading",
    ),
    "unknown list in exclude": (
        RULE + 'any = ["a"]\n[topic.t.exclude]\nmask = ["x"]',
        "topic.t.exclude.mask[0] = 'x': no list has this name; [lists.x] would be its heading",
    ),
    "list named twice": (
        RULE + 'any = ["a", "a"]',
        "topic.t.rule[0].any[1] = 'a': is named twice",
    ),
    "term empty after folding": (
        TERMS + 'en = ["one", "…–"]',
        "lists.a.en[1] = '…–': nothing of it is left after folding",
    ),
    "only a mark": (
        TERMS + 'ar = ["!"]',
        "lists.a.ar[0] = '!': nothing of it is left after folding",
    ),
    "Persian letters are Arabic script, Latin ones are not": (
        TERMS + 'ar = ["میلیشیا", "militia"]',
        'lists.a.ar[1] = \'militia\': "ar" is written in the Arabic script, and "m" is not: list it under its own',
    ),
    "wrong script in Kurmanji": (
        TERMS + 'kmr = ["داعش"]',
        'lists.a.kmr[0] = \'داعش\': "kmr" is written in the Latin script, and "د" is not: list it under its own',
    ),
    "wrong script in Sorani": (
        TERMS + 'ckb = ["Daîş"]',
        'lists.a.ckb[0] = \'Daîş\': "ckb" is written in the Arabic script, and "d" is not: list it under its own',
    ),
    "duplicate after folding": (
        TERMS + 'en = ["Kata\'ib", "Kataib"]',
        "lists.a.en[1] = 'Kataib': is \"Kata'ib\" again: after folding they are the same",
    ),
    "duplicate in Arabic": (
        TERMS + 'ar = ["أحمد", "احمد"]',
        "lists.a.ar[1] = 'احمد': is \"أحمد\" again: after folding they are the same",
    ),
    "a term without a language": (
        '[topic.t]\nname = "T"\n[[topic.t.rule]]\nany = ["a"]\n[lists]\na = ["one"]',
        "lists.a = ['one']: terms stand under their language, such as en = [\"…\"]",
    ),
    "unknown language": (
        TERMS + 'kmrr = ["one"]',
        'lists.a.kmrr: is no language whose script is known; "glk-Arab" names both; did you mean "kmr"?',
    ),
    "a language in capitals": (
        TERMS + 'EN = ["one"]',
        'lists.a.EN: a language is written in small letters; did you mean "en"?',
    ),
    "a language and its land in capitals": (
        TERMS + 'AR-IQ = ["واحد"]',
        'lists.a.AR-IQ: a language is written in small letters; did you mean "ar-IQ"?',
    ),
    "Sorani by its name": (
        TERMS + 'Sorani = ["یەک"]',
        'lists.a.Sorani: a language is named by its code; did you mean "ckb"?',
    ),
    "Kurdish is two languages": (
        TERMS + 'ku = ["یەک"]',
        'lists.a.ku: is two languages here: "ckb", Sorani in Arabic letters, and "kmr", Kurmanji',
    ),
    "a list named with a capital": (
        ONE + 'any=["A"]',
        "topic.t.rule[0].any[0] = 'A': no list has this name; did you mean \"a\"?",
    ),
    "a term where a list is named": (
        ONE + 'any=["flood water*"]',
        "topic.t.rule[0].any[0] = 'flood water*': no list has this name; here stand names of lists, and terms stand in a list, under [lists.NAME]",
    ),
    "a list with a capital": (
        '[lists.Floods]\nen=["one"]',
        'lists.Floods: is no id: up to 64 lower-case letters, digits, - and _ make one; did you mean "floods"?',
    ),
    "a topic with a space": (
        '[topic."big floods"]\nname="T"',
        'topic.big floods: is no id: up to 64 lower-case letters, digits, - and _ make one; did you mean "big_floods"?',
    ),
    "a topic in Arabic letters": (
        '[topic."فيضان"]\nname="T"',
        "topic.فيضان: is no id: up to 64 lower-case letters, digits, - and _ make one",
    ),
    "terms that are no list": (
        TERMS + 'en = "one"',
        "lists.a.en = 'one': must be a list of terms",
    ),
    "a term that is no text": (
        TERMS + "en = [1]",
        "lists.a.en[0] = 1: must be text",
    ),
    "an empty list": (
        TERMS + "en = []",
        "lists.a: has no terms",
    ),
    "a star inside": (
        TERMS + 'en = ["wi*aw"]',
        'lists.a.en[0] = \'wi*aw\': "*" may only end a word, and "!" only begin one',
    ),
    "a bare star": (
        TERMS + 'en = ["pull *"]',
        'lists.a.en[0] = \'pull *\': "*" would fit too many words: at least 2 letters before "*"',
    ),
    "capitals inside": (
        TERMS + 'en = ["bring =US home"]',
        'lists.a.en[0] = \'bring =US home\': "=" may only begin a term: it is meant for all of its words, and needs no "!"',
    ),
    "capitals after exact": (
        TERMS + 'en = ["!=IS"]',
        'lists.a.en[0] = \'!=IS\': "=" may only begin a term: it is meant for all of its words, and needs no "!"',
    ),
    "capitals in Arabic": (
        TERMS + 'ar = ["=داعش"]',
        'lists.a.ar[0] = \'=داعش\': "=" asks for capitals as they are written: it needs letters that have them, and no "*"',
    ),
    "capitals and star": (
        TERMS + 'en = ["=PMF*"]',
        'lists.a.en[0] = \'=PMF*\': "=" asks for capitals as they are written: it needs letters that have them, and no "*"',
    ),
    "a sentence": (
        TERMS + 'en = ["word word word word word word word word word word word word word "]',
        "lists.a.en[0] = 'word word word word word word word word word word word word…: has 13 words, more than the 12 that a phrase may have",
    ),
    "unreachable threshold": (
        '[lists.a]\nen = ["one"]\n[lists.b]\nen = ["two"]\n[topic.t]\nname = "T"\nthreshold = 2.0\n[[topic.t.rule]]\nany = ["a"]\nweight = 1.5',
        "topic.t.threshold = 2.0: cannot be reached: the weights of all rules together are 1.5",
    ),
    "weights against do not help to reach": (
        RULE + 'any = ["a"]\nweight = 0.5\n[[topic.t.rule]]\nany = ["b"]\nweight = -0.5',
        "topic.t.threshold = 1.0: cannot be reached: the weights of all rules together are 0.5",
    ),
    "unknown key of a rule": (
        RULE + 'any = ["a"]\nwithn = 3',
        'topic.t.rule[0].withn: unknown key; did you mean "within"?',
    ),
    "unknown key of a topic": (
        '[topic.t]\ntreshold = 1\nname = "T"\n[[topic.t.rule]]\nany = ["a"]\n[lists.a]\nen = ["a"]',
        'topic.t.treshold: unknown key; did you mean "threshold"?',
    ),
    "unknown key of exclude": (
        RULE + 'any = ["a"]\n[topic.t.exclude]\nnon = ["a"]',
        'topic.t.exclude.non: unknown key; did you mean "none"?',
    ),
    "unknown table": (
        '[topics.t]\nname = "T"',
        'topics: unknown key; did you mean "topic"?',
    ),
    "no condition": (
        RULE + 'none = ["a"]',
        'topic.t.rule[0]: a rule needs "any", "all" or "near": lists of which something must be found',
    ),
    "near with one list": (
        RULE + 'near = ["a"]\nwithin = 3',
        "topic.t.rule[0].near = ['a']: needs two lists or more",
    ),
    "near without within": (
        RULE + 'near = ["a", "b"]',
        'topic.t.rule[0].within: is missing: "near" needs it, a number of tokens such as 16',
    ),
    "within without near": (
        RULE + 'any = ["a"]\nwithin = 3',
        'topic.t.rule[0].within = 3: belongs to "near", and there is no "near"',
    ),
    "ordered without near": (
        RULE + 'any = ["a"]\nordered = true',
        'topic.t.rule[0].ordered = true: belongs to "near", and there is no "near"',
    ),
    "at_least without any": (
        RULE + 'all = ["a"]\nat_least = 2',
        'topic.t.rule[0].at_least = 2: counts what "any" finds, and there is no "any"',
    ),
    "at_least zero": (
        RULE + 'any = ["a"]\nat_least = 0',
        "topic.t.rule[0].at_least = 0: must be a whole number >= 1",
    ),
    "unknown scope": (
        RULE + 'any = ["a"]\nin = "titel"',
        'topic.t.rule[0].in = \'titel\': must be "title", "body", "any" or "lead:25", a number of tokens; did you mean "title"?',
    ),
    "lead without number": (
        RULE + 'any = ["a"]\nin = "lead"',
        'topic.t.rule[0].in = \'lead\': must be "title", "body", "any" or "lead:25", a number of tokens; did you mean "lead:25"?',
    ),
    "a rule for an unknown language": (
        RULE + 'any = ["a"]\nlanguages = ["enn"]',
        "topic.t.rule[0].languages[0] = 'enn': no list has terms in this language; did you mean \"en\"?",
    ),
    "weight of no number": (
        RULE + 'any = ["a"]\nweight = nan',
        "topic.t.rule[0].weight = nan: must be a number other than 0, at most 1000",
    ),
    "weight as text": (
        RULE + 'any = ["a"]\nweight = "heavy"',
        "topic.t.rule[0].weight = 'heavy': must be a number, got text",
    ),
    "name missing": (
        '[lists.a]\nen = ["one"]\n[topic.t]\n[[topic.t.rule]]\nany = ["a"]',
        'topic.t.name: the key "name" is missing',
    ),
    "rules missing": (
        '[topic.t]\nname = "T"',
        "topic.t.rule: a topic needs at least one rule",
    ),
    "a bad id": (
        '[topic."T 1"]\nname = "T"',
        'topic.T 1: is no id: up to 64 lower-case letters, digits, - and _ make one; did you mean "t_1"?',
    ),
    "nothing to extend": (
        '[lists.a]\nen = ["one"]\n[lists.b]\nen = ["two"]\n[topic.t]\nextend = true\n[[topic.t.rule]]\nany = ["a"]',
        "topic.t.extend = true: there is nothing of this name to extend",
    ),
    "a rule in one bracket": (
        '[lists.a]\nen = ["one"]\n[topic.t]\nname = "T"\n[topic.t.rule]\nany=["a"]',
        "topic.t.rule: must be a list, got a table: its heading stands in two brackets, [[topic.t.rule]]",
    ),
    "any as text": (
        ONE + 'any="a"',
        "topic.t.rule[0].any = 'a': must be a list, got text: write [\"a\"]",
    ),
    "a list's name as number": (
        ONE + "any=[1]",
        "topic.t.rule[0].any[0] = 1: must be text, got a whole number",
    ),
    "within as text": (
        ONE + 'near=["a","a"]\nwithin="3"',
        "topic.t.rule[0].within = '3': must be a whole number, got text",
    ),
    "within too far": (
        ONE + 'near=["a","a"]\nwithin=5000',
        "topic.t.rule[0].within = 5000: must be a whole number <= 1000",
    ),
    "within as fraction": (
        ONE + 'near=["a","a"]\nwithin=3.5',
        "topic.t.rule[0].within = 3.5: must be a whole number, got a number",
    ),
    "ordered as text": (
        ONE + 'any=["a"]\nordered="yes"',
        "topic.t.rule[0].ordered = 'yes': must be true or false, got text",
    ),
    "weight zero": (
        ONE + 'any=["a"]\nweight=0',
        "topic.t.rule[0].weight = 0.0: must be a number other than 0, at most 1000",
    ),
    "weight too heavy": (
        ONE + 'any=["a"]\nweight=2000',
        "topic.t.rule[0].weight = 2000.0: must be a number other than 0, at most 1000",
    ),
    "threshold zero": (
        '[lists.a]\nen = ["one"]\n[topic.t]\nname = "T"\nthreshold=0\n[[topic.t.rule]]\nany=["a"]',
        "topic.t.threshold = 0: must be a number > 0.0",
    ),
    "threshold as text": (
        '[lists.a]\nen = ["one"]\n[topic.t]\nname = "T"\nthreshold="x"\n[[topic.t.rule]]\nany=["a"]',
        "topic.t.threshold = 'x': must be a number, got text",
    ),
    "a name that cannot be": (
        ONE + 'any=["A B"]',
        "topic.t.rule[0].any[0] = 'A B': no list has this name; here stand names of lists, and terms stand in a list, under [lists.NAME]",
    ),
    "name as number": (
        '[lists.a]\nen = ["one"]\n[topic.t]\nname = 3\n[[topic.t.rule]]\nany=["a"]',
        "topic.t.name = 3: must be text, got a whole number",
    ),
    "name empty": (
        '[lists.a]\nen = ["one"]\n[topic.t]\nname = ""\n[[topic.t.rule]]\nany=["a"]',
        'topic.t.name: the key "name" is missing',
    ),
    "topic as text": (
        'topic="x"',
        "topic = 'x': must be a table, got text",
    ),
    "one topic as text": (
        '[topic]\nt="x"',
        "topic.t = 'x': must be a table, got text",
    ),
    "lists as text": (
        'lists="x"',
        "lists = 'x': must be a table, got text",
    ),
    "exclude as list": (
        '[lists.a]\nen = ["one"]\n[topic.t]\nname = "T"\nexclude=["a"]\n[[topic.t.rule]]\nany=["a"]',
        "topic.t.exclude = ['a']: must be a table, got a list",
    ),
    "exclude.none as text": (
        ONE + 'any=["a"]\n[topic.t.exclude]\nnone="a"',
        "topic.t.exclude.none = 'a': must be a list, got text: write [\"a\"]",
    ),
    "extend of a list as text": (
        '[lists.a]\nextend="yes"\nen=["x1"]',
        "lists.a.extend = 'yes': must be true or false",
    ),
    "extend of a topic as text": (
        '[lists.a]\nen = ["one"]\n[topic.t]\nname = "T"\nextend="yes"\n[[topic.t.rule]]\nany=["a"]',
        "topic.t.extend = 'yes': must be true or false, got text",
    ),
    "terms in a table": (
        "[lists.a.en]\nx=1",
        "lists.a.en = {'x': 1}: must be a list of terms",
    ),
    "a list's bad id": (
        '[lists."A B"]\nen=["one"]',
        'lists.A B: is no id: up to 64 lower-case letters, digits, - and _ make one; did you mean "a_b"?',
    ),
    "a language by its name": (
        '[lists.a]\nenglish=["one"]',
        'lists.a.english: a language is named by its code; did you mean "en"?',
    ),
    "languages as text": (
        ONE + 'any=["a"]\nlanguages="en"',
        "topic.t.rule[0].languages = 'en': must be a list, got text: write [\"en\"]",
    ),
    "lead of nothing": (
        ONE + 'any=["a"]\nin="lead:0"',
        'topic.t.rule[0].in = \'lead:0\': must be "title", "body", "any" or "lead:25", a number of tokens; did you mean "lead:25"?',
    ),
    "in as number": (
        ONE + 'any=["a"]\nin=3',
        "topic.t.rule[0].in = 3: must be text, got a whole number",
    ),
    "a key that is like no other": (
        ONE + 'any=["a"]\nscope="title"',
        "topic.t.rule[0].scope: unknown key; there are any, all, none, near, within, ordered, at_least, in, languages, weight",
    ),
    "only weights against": (
        ONE + 'any=["a"]\nweight=-1',
        "topic.t.threshold = 1.0: cannot be reached: the weights of all rules together are 0",
    ),
    "another file": (
        "x=1",
        "x: unknown key; there are lists, topic",
    ),
    "a key of rules in exclude": (
        ONE + 'any=["a"]\n[topic.t.exclude]\nany=["a"]',
        "topic.t.exclude.any: unknown key; there are none, mask",
    ),
    "near with ten lists": (
        ONE + 'near=["a","b","c","d","e","f","g","h","i","j"]\nwithin=3',
        "topic.t.rule[0].near = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j']: names 10 lists, more than the 8 it may",
    ),
    "at_least as text": (
        ONE + 'any=["a"]\nat_least="2"',
        "topic.t.rule[0].at_least = '2': must be a whole number, got text",
    ),
    "an empty term": (
        '[lists.a]\nen=[""]',
        "lists.a.en[0] = '': nothing of it is left after folding",
    ),
    "one letter and a star": (
        '[lists.a]\nen=["a*"]',
        'lists.a.en[0] = \'a*\': "a*" would fit too many words: at least 2 letters before "*"',
    ),
}


@pytest.mark.parametrize(("text", "line"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_answered_with_file_place_value_reason_and_way_out(text: str, line: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        compile_packs([("desk/mine.toml", tomllib.loads(text))])
    assert str(caught.value) == f"desk/mine.toml: {line}"
