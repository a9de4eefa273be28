"""Pages that were fetched by others: what a WARC file holds, whose it is, and its way into the archive."""
