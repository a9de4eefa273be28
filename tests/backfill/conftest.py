"""A desk with a source that has a past."""

from collections.abc import Iterator
from typing import Any

import pytest
from backfill_desk import PastDesk

from benchmarks.past_site import PastSite


@pytest.fixture
def site() -> Iterator[PastSite]:
    """A site with forty articles of five days, a quarter of them in each language."""
    with PastSite(40) as past:
        yield past


@pytest.fixture
def past(desk: Any, site: PastSite) -> PastDesk:
    """A desk that watches it."""
    return PastDesk(desk, site)
