"""Coverage-guided fuzzing of what reads the network's bytes and people's files; see `python -m benchmarks.fuzz -h`."""
