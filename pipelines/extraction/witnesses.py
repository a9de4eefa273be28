"""How a field came about: what each part of the page said of it, and which of them was believed."""

from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Witness(NamedTuple):
    """One part of a page and what it says: ("og:title", "Trucks cross at al-Qaim - Rafidain Wire")."""

    where: str
    said: str


@dataclass(frozen=True, slots=True)
class Finding(Generic[T]):
    """The value that was chosen, where it comes from, and everything that was heard, in the order of hearing."""

    value: T
    won: str = ""
    said: tuple[Witness, ...] = ()
    confidence: str = ""
    """How far the value is to be believed and why, where somebody asked for an explanation."""
