"""Draws pages as a browser does, for sources that show nothing without one; nothing of it is trusted."""
