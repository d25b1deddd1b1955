"""The model against the literature: published findings, studies in silico, calibration."""

DRAWS, SEED = 100, 20261124
"""How many simulated practices the comparison rests on, each under a draw of its own; and where luck starts from."""

FEWEST_DRAWS, MOST_DRAWS = 10, 10_000
"""Of these practices, in one comparison."""
