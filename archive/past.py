"""Which articles a backfill brought: they came when it was at work, and not when they were published."""

OF_THE_PAST = (
    "((SELECT min(past) FROM addresses JOIN visits USING (id) WHERE addresses.article = article_head.id) IS 1)"
)
"""For a statement over `article_head`: whether only a backfill fetched it so far."""
UNPLACED = f"(article_head.published IS NULL AND {OF_THE_PAST})"
"""Likewise: whether nobody knows its time. That it was first seen at some hour says nothing of that hour."""
