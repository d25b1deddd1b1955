"""What the tables say: tidy table in, estimate with interval out."""

from alliance_sim.analysis.estimates import estimate, read_estimates, write_estimates
from alliance_sim.analysis.tables import Point, Results, open_results

__all__ = ["Point", "Results", "estimate", "open_results", "read_estimates", "write_estimates"]
