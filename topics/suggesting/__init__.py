"""Terms that a topic lacks, found in what its stories say more often than others do. Pure."""
