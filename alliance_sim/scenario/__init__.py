"""What may be set, and how we say that it is wrong."""
