"""Which articles a backfill or a file brought: they came when that was at work, and not when they were published."""

OF_THE_PAST = "EXISTS (SELECT 1 FROM past_articles WHERE past_articles.article = article_head.id)"
"""For a statement over `article_head`."""
UNPLACED = f"(article_head.published IS NULL AND {OF_THE_PAST})"
"""Likewise: whether nobody knows its time. That it was first seen at some hour says nothing of that hour."""
