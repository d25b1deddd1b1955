"""Which files are ours: a checksum for everything that is written, and nothing else is touched or read."""
