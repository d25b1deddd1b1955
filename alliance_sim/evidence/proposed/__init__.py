"""Studies that nobody has published in this form: what a new study could measure to tell rival mechanisms apart."""

from alliance_sim.evidence.proposed import trials  # noqa: I001 (trials come first in PROPOSALS)
from alliance_sim.evidence.proposed import observed
from alliance_sim.evidence.proposed.proposal import PROPOSALS, Proposal, Seen, see

__all__ = ["PROPOSALS", "Proposal", "Seen", "observed", "see", "trials"]
