"""The catalogue: treatments, repair policies and instruments as data, each value beside its source."""

from alliance_sim.scenario.catalog.entries import KINDS, Entry, entry, from_file, names, scales

__all__ = ["KINDS", "Entry", "entry", "from_file", "names", "scales"]
