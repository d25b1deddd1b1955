"""A service over a year: what training and monitoring bring, and at what caseload spill-over uses the gain up."""

from alliance_sim.questions.frame.question import Kind
from alliance_sim.questions.service.section import SECTION, size, wrong

__all__ = ["KIND"]

KIND = Kind(
    "service",
    "a service over a year, with referrals, a waiting list and places that are filled again: what each arm brings to "
    "clients and in a year, over caseloads, with and without spill-over",
    SECTION,
    size,
    wrong,
)
