"""Studies in silico: what the literature asked of real practice, asked of a simulated one; one finding, one study.

Each module has the measures of some findings by their id; studies.csv says in words what each computes, and from whom.
"""

from alliance_sim.evidence.findings import rows
from alliance_sim.evidence.practice import people_until
from alliance_sim.evidence.studies import drops, growth, outcome, rating, reports, symptoms, treatments, within
from alliance_sim.evidence.studies.study import FindingStudy, Measure

_MODULES = (drops, growth, outcome, rating, reports, symptoms, treatments, within)
MEASURES: dict[str, Measure] = {name: ask for module in _MODULES for name, ask in module.MEASURES.items()}
"""What is computed for each finding, by its id."""


def _study(row: dict[str, str]) -> FindingStudy:
    name, people = row["id"], int(row["people"]) if row["people"] else None
    if people and row["treatment"]:
        people = people_until(row["treatment"], people)
    aside = (each.get(name) for each in (drops.TRUTH, drops.NULL, drops.EARLIER))
    return FindingStudy(
        name, tuple(row["parts"].split(" / ")), MEASURES[name], row["formula"], row["source"], people, *aside
    )


STUDIES = {row["id"]: _study(row) for row in rows("studies.csv")}
"""Every study, by the id of its finding."""

__all__ = ["MEASURES", "STUDIES"]
