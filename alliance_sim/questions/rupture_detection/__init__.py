"""Rupture detection: criteria on observed ratings, measured against the ruptures that happened."""

from alliance_sim.questions.rupture_detection.kind import KIND

__all__ = ["KIND"]
