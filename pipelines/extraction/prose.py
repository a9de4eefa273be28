"""What reads like prose, as far as a block's length, links and last mark tell; and in which places it stands."""

from collections import Counter
from collections.abc import Iterable

from pipelines.extraction.blocks import Block

SURE = 20  # letters: a shorter line tells little
LONG = 80  # letters of a line that hardly anything but prose has
SENTENCE = 60  # characters of a block that may be one
LEADS_ELSEWHERE = 0.85  # of a line in links: a teaser
LONGEST_NAME = 30  # characters of a person, a job, a button or a thing; a headline and a standfirst are longer
LINKED_LITTLE = 0.3  # of a line in links: prose may hold some
USUAL = 0.3  # of the story stands in a kind of place that is usual for it
_SHORT_STORY = 3_000  # characters; of a longer one without a usual place any may be its own
ENDS = (".", "!", "?", "؟", "۔", "…", '."', ".”", ".»")

Place = tuple[str, str, str]


def usual_places(story: Iterable[Block]) -> set[Place]:
    """The kinds of place in which much of *story* stands."""
    told = Counter[Place]()
    for block in story:
        told[block.place] += len(block.text)
    usual = {place for place, length in told.items() if length > USUAL * told.total()}
    return usual or {place for place, _ in told.most_common(1) if told.total() < _SHORT_STORY}


def is_long_prose(block: Block) -> bool:
    """Whether hardly anything but a paragraph is as long, with as few links."""
    return len(block.text) > LONG and block.link_share < LINKED_LITTLE


def is_linked_headline(block: Block) -> bool:
    """Whether it is a heading that leads elsewhere, longer than the name of a thing: that of another story."""
    return block.heading and block.link_share > LEADS_ELSEWHERE and len(block.text) > LONGEST_NAME


def reads_as_prose(block: Block) -> bool:
    return len(block.text) > SENTENCE // 2 and block.link_share < LINKED_LITTLE and not block.standalone


def is_sentence(block: Block) -> bool:
    """Whether it is a whole sentence that leads nowhere, in a paragraph or in an h2, as some write a standfirst."""
    whole = len(block.text) > LONG and block.text.endswith(ENDS)
    return whole and block.link_share < 0.1 and (not block.heading or block.element.tag == "h2")


def is_unlinked_prose(block: Block) -> bool:
    """Whether it reads like a sentence that leads nowhere; those of Arabic sites often end without a mark."""
    ended = block.text.endswith(ENDS) or len(block.text) > LONG
    return ended and not block.heading and block.link_share < 0.1
