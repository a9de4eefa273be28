"""When a crawl runs."""
