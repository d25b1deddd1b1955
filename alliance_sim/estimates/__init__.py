"""What the tables say: tidy table in, estimate with interval out."""
