"""What a crawl on a machine of its own ships of the pages that it has read. Data only."""

from dataclasses import dataclass

from archive.arrival import Arrival
from archive.packed_page import PackedPage


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """An article, ready to be saved, with its page where that is kept."""

    arrival: Arrival


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedPage:
    """A page on which there was no article, to be kept for a while."""

    page: PackedPage
