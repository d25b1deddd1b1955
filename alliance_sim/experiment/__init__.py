"""Which plays to run, and keeping what came out."""
