"""What can go wrong with an archive, as one small tree."""


class ArchiveError(Exception):
    """The archive cannot be used; the message names the file, the reason and the way out."""
