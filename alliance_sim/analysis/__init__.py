"""What the tables say: tidy table in, estimate with interval out."""

from alliance_sim.analysis.estimates import estimate, estimates_csv, read_estimates
from alliance_sim.analysis.query import connect, query, table
from alliance_sim.analysis.tables import Point, Results, open_results

__all__ = [
    "Point", "Results", "connect", "estimate", "estimates_csv", "open_results", "query", "read_estimates", "table",
]  # fmt: skip
