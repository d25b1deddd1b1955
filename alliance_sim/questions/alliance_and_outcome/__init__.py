"""What the observed correlation of alliance and outcome estimates, and which analysis recovers which effect."""

from alliance_sim.questions.alliance_and_outcome.conducting import KIND

__all__ = ["KIND"]
