"""A page and a source for tests of extraction that care about one thing only."""

from datetime import UTC, datetime
from typing import Any

from pipelines.page import Page
from seeds.sources import Source

SOURCE = Source(id="test", name="Tigris Post", language="en", timezone="Asia/Baghdad")
BODY = "".join(
    f"<p>The crane at pier {number} of the river port is being repaired, and its driver waits in the canteen.</p>"
    for number in range(8)
)


def page(html: str, *, url: str = "https://tigris.example/en/iraq/cranes", **fields: Any) -> Page:
    """*html* as it was fetched; *fields* of the Page override what stands here."""
    fetched = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
    return Page(**{
        "url": url, "requested": url, "source": "test", "status": 200, "body": html.encode(), "fetched": fetched,
        "headers": (("content-type", "text/html; charset=utf-8"),), **fields,
    })  # fmt: skip
