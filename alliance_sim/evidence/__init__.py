"""The model against the literature: published findings, studies in silico, calibration."""

DRAWS, SEED = 100, 20261124
"""Simulated practices of the comparison, each under a draw of its own; and the seed of their random draws."""

FEWEST_DRAWS, MOST_DRAWS = 10, 10_000
"""Of these practices, in one comparison."""
