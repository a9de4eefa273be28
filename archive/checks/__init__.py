"""What `khabar doctor` asks of an archive: one file for each family of checks, and how they are asked."""
