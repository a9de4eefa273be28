"""The ETag and Last-Modified of an answer, as they are kept. Pure."""

Validators = tuple[str | None, str | None]
"""The ETag and the Last-Modified; None where the server sends none."""
_LONGEST = 512  # characters: real ones have under 100


def kept_validators(etag: str, last_modified: str) -> Validators:
    """What is kept of the two headers. One that was cut could never match, so a long one is left out."""
    kept = (value if 0 < len(value) <= _LONGEST else None for value in (etag.strip(), last_modified.strip()))
    return next(kept), next(kept)
