"""The schema, as the steps by which it came about. A released step is never edited; a new one is added behind it.

`docs/archive.md` describes the tables for people who write SQL. Their names and columns are a contract; whatever
the contract does not name may change with a version.
"""

from archive.migrations import (
    m001_to_m005,
    m006_questions,
    m007_telling,
    m008_forgetting,
    m009_backfill,
    m009_imports,
    m009_rendering,
    m010_extractions,
    m010_pages,
    m010_retention,
    m010_volume,
    m011_arrivals,
)
from archive.migrations.registry import migrations

_STEPS = (  # told of by being imported, in this order
    m001_to_m005, m006_questions, m007_telling, m008_forgetting, m009_backfill, m009_imports, m009_rendering,
    m010_pages, m010_retention, m010_volume, m010_extractions, m011_arrivals,
)  # fmt: skip

__all__ = ["migrations"]
