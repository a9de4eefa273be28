"""How politely a host is asked: in turn, at a distance, by its robots.txt, and not while it wants to be left alone."""
