"""Running experiments piece by piece, and keeping what came out."""
