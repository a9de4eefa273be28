"""The archive given away: the forms in which articles leave it, and the files and directories that they leave in."""
