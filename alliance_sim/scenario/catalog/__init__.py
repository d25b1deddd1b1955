"""The catalogue: treatments, repair policies and instruments as data, each value beside its source."""

from alliance_sim.scenario.catalog.entries import KINDS, Entry, entry, forms, from_file, measures, names, scales

__all__ = ["KINDS", "Entry", "entry", "forms", "from_file", "measures", "names", "scales"]
