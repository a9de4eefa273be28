"""Who hears of it, and how it is delivered."""
