"""From a page's bytes to an Article: pure functions, which a worker process runs."""
