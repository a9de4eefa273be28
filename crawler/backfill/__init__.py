"""A source's past, fetched stint by stint beside the live crawls."""
