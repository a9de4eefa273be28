"""Small charts of letters, for a terminal and a message. Pure."""

from collections.abc import Sequence

BLOCKS = "·▁▂▃▅▇"
"""None, and then a fifth of the highest each: those that are there in every terminal's font."""


def chart(counts: Sequence[int], room: int) -> str:
    """*counts* as blocks, at most *room* of them: of more, neighbours are added up from the end on."""
    together = -(-len(counts) // room)
    first = len(counts) % together
    bars = [sum(counts[place : place + together]) for place in range(first, len(counts), together)]
    bars = [sum(counts[:first]), *bars] if first else bars
    highest = max(bars, default=0) or 1
    return "".join(BLOCKS[-(-bar * (len(BLOCKS) - 1) // highest)] for bar in bars)
