"""Crawls on several machines: a queue in PostgreSQL, workers that crawl, and one archive that takes it all in."""
