"""For how many days articles may be kept, as a desk or a source says."""

from seeds.definitions import BadValue

LEAST_KEEP_DAYS = 70
"""Spikes and silences are told by the eight weeks before, and whether a source was watched then by a ninth
(`alerts.baseline`); a tenth is spare, for what is late. With fewer days alerts would go wrong without a word."""


def check_keep_days(days: int | None) -> None:
    """Raises BadValue where articles cannot be kept for so many *days*."""
    if days is not None and (days < 0 or 0 < days < LEAST_KEEP_DAYS):
        why = "spikes and silences are told by the weeks before"
        raise BadValue("keep_days", days, f"must be 0, which is for ever, or at least {LEAST_KEEP_DAYS}: {why}")
