"""What the observed correlation of alliance and outcome estimates, and which analysis recovers which effect."""

from alliance_sim.inquiry.association.conducting import KIND

__all__ = ["KIND"]
