"""What may stand in a pack's file: the tables as an analyst writes them, each checked by itself."""

import re
from typing import Annotated

import msgspec
from msgspec import Meta

from seeds.definitions import BadValue, Definition, nearest

_SCOPE = re.compile(r"any|title|body|lead:[1-9][0-9]{0,3}")
_HEAVIEST = 1000.0  # a weight is compared with a threshold, which is about 1; beyond, it is a slip of the hand
_MOST_NEAR = 8  # lists; all ways in which they can be served are gone through where they share words

Names = tuple[str, ...]
"""Of lists. A name that none has is told with the nearest one, so a wrong letter in it is no error of its own."""


class RuleTable(Definition, frozen=True, kw_only=True):
    """A `[[topic.ID.rule]]` table: all of its conditions must hold."""

    any: Names = ()
    all: Names = ()
    none: Names = ()
    near: Names = ()
    within: Annotated[int, Meta(ge=1, le=1000)] | None = None
    ordered: bool = False
    at_least: Annotated[int, Meta(ge=1, le=1000)] | None = None
    scope: str = msgspec.field(name="in", default="any")
    languages: tuple[str, ...] = ()
    weight: float = 1.0

    def __post_init__(self) -> None:
        if not (self.any or self.all or self.near):
            raise BadValue("", None, 'a rule needs "any", "all" or "near": lists of which something must be found')
        if self.near and len(self.near) < 2:
            raise BadValue("near", list(self.near), "needs two lists or more")
        if len(self.near) > _MOST_NEAR:
            raise BadValue("near", list(self.near), f"names {len(self.near)} lists, more than the {_MOST_NEAR} it may")
        if self.near and self.within is None:
            raise BadValue("within", None, 'is missing: "near" needs it, a number of tokens such as 16')
        for key, value in (("within", self.within), ("ordered", self.ordered or None)):
            if value is not None and not self.near:
                raise BadValue(key, value, 'belongs to "near", and there is no "near"')
        if self.at_least is not None and not self.any:
            raise BadValue("at_least", self.at_least, 'counts what "any" finds, and there is no "any"')
        if not _SCOPE.fullmatch(self.scope):
            reason = 'must be "title", "body", "any" or "lead:25", a number of tokens'
            raise BadValue("in", self.scope, reason, nearest(self.scope, ("title", "body", "any", "lead:25")))
        if self.weight == 0 or not abs(self.weight) <= _HEAVIEST:
            raise BadValue("weight", self.weight, f"must be a number other than 0, at most {_HEAVIEST:g}")


class ExcludeTable(Definition, frozen=True, kw_only=True):
    """A `[topic.ID.exclude]` table."""

    none: Names = ()
    mask: Names = ()


class TopicTable(Definition, frozen=True, kw_only=True):
    """A `[topic.ID]` table."""

    name: str | None = None
    threshold: Annotated[float, Meta(gt=0, le=_HEAVIEST)] | None = None
    rule: tuple[RuleTable, ...] = ()
    exclude: ExcludeTable = ExcludeTable()
    extend: bool = False


class PackFile(Definition, frozen=True, kw_only=True):
    """A file of a pack. What is in a list or a topic is read one by one, so that an error can name it."""

    lists: dict[str, object] = msgspec.field(default_factory=dict)
    topic: dict[str, dict[str, object]] = msgspec.field(default_factory=dict)
