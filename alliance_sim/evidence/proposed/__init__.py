"""Studies that nobody has published in this form: what a new study could measure to tell rival mechanisms apart."""

from alliance_sim.evidence.proposed import observed, trials
from alliance_sim.evidence.proposed.proposal import Proposal, Seen, see

PROPOSALS: tuple[Proposal, ...] = (*trials.PROPOSALS, *observed.PROPOSALS)
"""Every proposed study. A new one is an entry in a file of this folder."""

__all__ = ["PROPOSALS", "Proposal", "Seen", "see"]
