"""Data of one's own: a table of clients and sessions gives the estimates of a run, beside simulated clinics like it."""

from alliance_sim.estimands.standing import FEWEST_CLINICS
from alliance_sim.questions.data.clinic import KEY, Clinic, read_clinic
from alliance_sim.questions.data.conducting import conduct, seen, size
from alliance_sim.questions.data.mapping import SECTION
from alliance_sim.questions.data.worlds import settled_world, too_many_worlds
from alliance_sim.questions.frame.question import Kind

KIND = Kind(
    KEY,
    "your own data: what a clinic shows, with intervals, and where it lies among simulated clinics of its size",
    SECTION,
    conduct,
    size,
    too_many_worlds,
    seen,
    settle=settled_world,
    command="data",
    fewest=FEWEST_CLINICS,
)

__all__ = ["KIND", "Clinic", "read_clinic"]
