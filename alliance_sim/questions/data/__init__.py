"""Data of one's own: a clinic's table gives the estimates of a run, compared with simulated clinics like it."""

from alliance_sim.estimands.standing import FEWEST_CLINICS
from alliance_sim.questions.data.check import seen, settle, size, too_many
from alliance_sim.questions.data.reading.clinic import KEY, ClinicData, read_clinic
from alliance_sim.questions.data.section import DataMapping
from alliance_sim.questions.frame.question import Kind

KIND = Kind(
    KEY,
    "your own data: what a clinic shows, with intervals, and where it lies among simulated clinics of its size",
    DataMapping,
    size,
    too_many,
    seen=seen,
    settle=settle,
    command="data",
    fewest=FEWEST_CLINICS,
    real=True,
)

__all__ = ["KIND", "ClinicData", "read_clinic"]
