"""The same law written by other means, to be measured against: plain Mesa agents, and NumPy arrays."""
