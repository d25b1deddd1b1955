"""One number a replicate from tidy tables of clients and sessions; one file an idea."""
