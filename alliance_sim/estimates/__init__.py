"""What the tables say: tidy table in, estimate with interval out."""

from alliance_sim.estimates.of_run import estimate, estimates_csv, read_estimates
from alliance_sim.estimates.query import connect, query, table
from alliance_sim.estimates.tables import Point, Results, open_results

__all__ = [
    "Point", "Results", "connect", "estimate", "estimates_csv", "open_results", "query", "read_estimates", "table",
]  # fmt: skip
