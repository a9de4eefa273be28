"""Lines that are counted as they come are those that are counted all at once."""

from hypothesis import given
from hypothesis import strategies as st

from archive.lines import LATEST, Counted, Lines, recurring_among

LINES = st.frozensets(st.integers(0, 12).map(lambda number: bytes([number]) * 8), max_size=8)


@given(begun=st.lists(LINES, max_size=5), added=st.lists(LINES, max_size=30), often=st.integers(1, 6))
def test_counting_one_by_one_gives_what_counting_at_once_gives(
    begun: list[Lines], added: list[Lines], often: int
) -> None:
    counted, latest = Counted(begun), [*begun]
    for lines in added * often:
        counted.add(lines)
        latest.append(lines)
        assert counted.recurring == recurring_among(latest[-LATEST:])
        assert len(counted) == min(len(latest), LATEST)


def test_more_candidates_than_may_be_handed_on_are_as_before() -> None:
    many = [frozenset((block * 200 + number).to_bytes(8, "big") for number in range(200)) for block in range(4)]
    counted, latest = Counted(), []
    for number in range(3 * LATEST):
        counted.add(many[number % 4] if number < 2 * LATEST else many[0])
        latest.append(many[number % 4] if number < 2 * LATEST else many[0])
        assert counted.recurring == recurring_among(latest[-LATEST:])
