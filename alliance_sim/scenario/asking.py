"""Choices that are made on the command line among what an experiment has."""

from alliance_sim.scenario.errors import unknown_name
from alliance_sim.scenario.experiment import Experiment
from alliance_sim.scenario.problem import ConfigError, Place, Problem, nearest
from alliance_sim.scenario.scenario import Scenario


def check_choice(experiment: Experiment, *, arm: str | None, client: int | None, replicate: int) -> None:
    """Whether there is such an arm, client and replicate. Raises ConfigError with all that are not there."""
    problems = []
    file = str(experiment.path)
    if arm is not None and arm not in experiment.arms:
        near = nearest(arm, experiment.arms)
        problems.append(unknown_name(Place(file, None, "--arm"), arm, experiment.arms, "", near))
    elif arm is not None and _point(experiment, arm).world.treatment.every == 0:
        found = f'the arm "{arm}", in which nobody has sessions'
        problems.append(Problem(Place(file, None, "--arm"), found, "an arm in which clients meet a therapist"))
    clinic = _point(experiment, experiment.baseline).clinic
    for option, value, most in (
        ("--client", client, clinic.therapists * clinic.caseload),
        ("--replicate", replicate, experiment.replicates),
    ):
        if value is not None and not 1 <= value <= most:
            place = Place(file, None, option)
            problems.append(Problem(place, f"the number {value}", f"a whole number from 1 to {most}"))
    if problems:
        raise ConfigError(problems)


def _point(experiment: Experiment, arm: str) -> Scenario:
    """The scenario of an arm at the first setting of the factors."""
    return next(point.scenario for point in experiment.points if point.arm == arm)
