"""The ETag and Last-Modified of an answer, as they are kept. Pure."""

from seeds.bounds import LONGEST_VALIDATOR

Validators = tuple[str | None, str | None]
"""The ETag and the Last-Modified; None where the server sends none."""


def kept_validators(etag: str, last_modified: str) -> Validators:
    """What is kept of the two headers. One that was cut could never match, so a long one is left out."""
    kept = (value if 0 < len(value) <= LONGEST_VALIDATOR else None for value in (etag.strip(), last_modified.strip()))
    return next(kept), next(kept)
