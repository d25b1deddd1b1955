"""How large the pieces of work are; by the design alone, never by the machine."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alliance_sim.scenario.experiment import Experiment
    from alliance_sim.scenario.scenario import DesignPoint, Scenario

BLOCK_ROWS = 200_000
"""Session rows that one block holds at most: about 70 MB of buffers and tables, whatever the size of the run."""

BLOCKS_OF_UNIT = 10
"""Blocks of each arm in a unit that keeps no session rows: about a second."""

BLOCKS_OF_UNIT_WITH_SESSIONS = 2
"""Blocks of each arm in a unit that keeps session rows: about a second too."""

TASK_COST = float(BLOCKS_OF_UNIT * BLOCK_ROWS)
"""Work that is handed out at once, in client-weeks of a run that keeps no session rows: about a second."""


def replicates_per_block(scenario: "Scenario") -> int:
    """How many replicates of a scenario make one block."""
    therapists, caseload, weeks = scenario.clinic
    return max(1, BLOCK_ROWS // max(1, therapists * caseload * weeks))


def replicates_per_unit(experiment: "Experiment", scenario: "Scenario") -> int:
    """How many replicates of a scenario make one unit of work: whole blocks."""
    blocks = BLOCKS_OF_UNIT_WITH_SESSIONS if experiment.outputs.sessions else BLOCKS_OF_UNIT
    return blocks * replicates_per_block(scenario)


def clients_of(experiment: "Experiment", point: "DesignPoint") -> int:
    """How many clients a design point has, over all its replicates (at most, with a wanted precision)."""
    clinic = point.scenario.clinic
    return clinic.therapists * clinic.caseload * experiment.replicates


def cost(experiment: "Experiment", point: "DesignPoint", replicates: int) -> float:
    """Work of some replicates of a design point, in client-weeks of a run that keeps no session rows."""
    therapists, caseload, weeks = point.scenario.clinic
    more = BLOCKS_OF_UNIT / BLOCKS_OF_UNIT_WITH_SESSIONS if experiment.outputs.sessions else 1.0
    return more * therapists * caseload * weeks * replicates
