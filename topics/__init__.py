"""What is looked for: letter folding, topic packs, matching, evidence. Pure: no I/O."""
