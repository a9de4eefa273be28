"""What is watched: definitions of sources and topics in TOML, and the few lines that load them."""
