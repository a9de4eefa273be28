"""By which code a page is read: what of a definition counts as another reading."""

import msgspec
import pytest

from pipelines.extraction.version import code_of
from seeds.sources import Source

WIRE = Source(id="wire", name="Rafidain Wire", language="en")


@pytest.mark.parametrize(
    ("changed", "is_other"),
    [({"name": "Wire of the Rivers"}, True), ({"language": "ar"}, True), ({"timezone": "Asia/Baghdad"}, True),
     ({"delay": 9.0}, False)],
    ids=["name", "language", "timezone", "delay"],
)  # fmt: skip
def test_what_a_page_is_read_by_makes_another_code_of_it(changed: dict[str, object], is_other: bool) -> None:
    assert (code_of(msgspec.structs.replace(WIRE, **changed)) != code_of(WIRE)) == is_other
