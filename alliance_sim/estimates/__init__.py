"""What the tables say: tidy table in, estimate with interval out."""

COLUMNS = (
    "estimate", "kind", "baseline", "value", "low", "high", "mcse", "unit", "replicates",
    "spread_low", "spread_high", "variance_ratio", "meaning",
)  # fmt: skip
"""Columns of estimates.csv after arm and the factors."""
