"""Finding sources and trying them: what a site offers, and what a definition yields. Nothing of it is archived."""
