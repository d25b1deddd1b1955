"""The command line: arguments in, text out, exit status 0 (done), 1 (failed while running) or 2 (bad input)."""

from alliance_sim.cli import copies, experiments, questions, teaching
from alliance_sim.cli.app import app, main

__all__ = ["app", "copies", "experiments", "main", "questions", "teaching"]
