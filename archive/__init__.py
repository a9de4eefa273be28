"""What is kept: articles, revisions, stories, tags and fates in one SQLite file."""
