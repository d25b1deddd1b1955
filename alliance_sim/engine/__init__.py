"""The fast driver: the law compiled over replicates, therapists and clients."""
