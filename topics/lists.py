"""Lists of terms: from a table of a pack's file to terms that can be looked for."""

from collections.abc import Mapping
from dataclasses import dataclass

from seeds.definitions import DefinitionError
from topics.languages import language_mistake
from topics.terms import Term, TermError, parse_term


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is defined."""

    file: str
    key: str

    def error(self, key: str, reason: str, value: object = None, hint: str | None = None) -> DefinitionError:
        """What is wrong with *key* beneath it."""
        joined = f"{self.key}.{key}" if key and not key.startswith("[") else self.key + key
        return DefinitionError(self.file, joined, reason, value=value, nearest=hint)


def read_list(place: Place, table: object) -> dict[str, tuple[Term, ...]]:
    """The terms of a list by language. Raises DefinitionError."""
    if not isinstance(table, dict):
        raise place.error("", 'terms stand under their language, such as en = ["…"]', value=table)
    if not isinstance(extend := table.get("extend", False), bool):
        raise place.error("extend", "must be true or false", value=extend)
    unread = table.get("unread", {})
    if not isinstance(unread, dict):
        raise place.error("unread", 'terms stand under their language, such as ckb = ["…"]', value=unread)
    terms: dict[str, tuple[Term, ...]] = {}
    for prefix, by_language in (("", table), ("unread.", unread)):
        for lang, written in by_language.items():
            if prefix or lang not in ("extend", "unread"):
                key = f"{prefix}{lang}"
                terms[lang] = _read_terms(place, key, lang, written, terms.get(lang, ()), unread=bool(prefix))
    if not any(terms.values()):
        raise place.error("", "has no terms")
    return terms


def _read_terms(
    place: Place, key: str, language: str, written: object, before: tuple[Term, ...], *, unread: bool
) -> tuple[Term, ...]:
    """The terms *before*, and those *written* at *key*. None may be there twice."""
    if wrong := language_mistake(language):
        raise place.error(key, wrong.reason, hint=wrong.meant)
    if not isinstance(written, list):
        raise place.error(key, "must be a list of terms", value=written)
    known: dict[str, list[Term]] = {}
    for term in before:
        known.setdefault(term.folded, []).append(term)
    terms = list(before)
    for number, text in enumerate(written):
        if not isinstance(text, str):
            raise place.error(f"{key}[{number}]", "must be text", value=text)
        try:
            term = parse_term(text, language, unread=unread)
        except TermError as error:
            raise place.error(f"{key}[{number}]", str(error), value=text) from error
        alike = known.setdefault(term.folded, [])
        for earlier in alike:
            if term.same_as(earlier):
                reason = f'is "{earlier.written}" again: after folding they are the same'
                raise place.error(f"{key}[{number}]", reason, value=text)
        alike.append(term)
        terms.append(term)
    return tuple(terms)


def joined(below: Mapping[str, tuple[Term, ...]], above: Mapping[str, tuple[Term, ...]]) -> dict[str, tuple[Term, ...]]:
    """The terms of both. What both have counts once: a pack may come to know what a desk added long ago."""
    both = dict(below)
    for language, terms in above.items():
        kept = (term for term in both.get(language, ()) if not any(map(term.same_as, terms)))
        both[language] = (*kept, *terms)
    return both
