"""What may be asked: the rivals, the calibration of each, and how much is simulated."""

from typing import Annotated, Any, NamedTuple

from pydantic import Field

from alliance_sim.evidence import DRAWS, SEED
from alliance_sim.evidence.calibration.config import Calibration, calibration_of
from alliance_sim.law.about import About
from alliance_sim.questions.frame.config import section_model
from alliance_sim.questions.frame.question import Question
from alliance_sim.scenario import errors
from alliance_sim.scenario.layers import merge
from alliance_sim.scenario.models import Form
from alliance_sim.scenario.problem import ConfigError, Place, Problem, nearest
from alliance_sim.scenario.tree import Node

KEY = "rival_mechanisms"
SPLITS = 20
"""Random halves of the draws over which literatures are traced back."""

MAY_CHANGE = ("mechanisms", "free")
FORM = Form(f"a mapping: the name of each rival, and below it what it changes ({' and '.join(MAY_CHANGE)})")


class Comparison(NamedTuple):
    """How many practices and literatures are simulated."""

    seed: Annotated[
        int, About("where random draws of the simulated practices start from", "whole number", 0, 2**63 - 1, "design")
    ] = SEED
    draws: Annotated[
        int,
        About(
            "practices of each rival, each under a draw of its own posterior",
            "simulated practices",
            20,
            10_000,
            "design",
        ),
    ] = DRAWS
    literatures: Annotated[
        int,
        About(
            "synthetic literatures of each rival that are traced back",
            "simulated literatures",
            100,
            1_000_000,
            "design",
        ),
    ] = 4000


MODEL = section_model(
    "RivalMechanisms",
    Comparison,
    rivals=(Annotated[dict[str, Any], FORM], Field(description="the rivals, each a fit of its own")),
)  # what is below a rival is checked with its calibration


class Rival(NamedTuple):
    """A rival, with the calibration that fits it."""

    name: str
    calibration: Calibration

    @property
    def slug(self) -> str:
        """Its name as that of a folder or file."""
        return self.name.replace(" ", "_")


def rivals_of(question: Question) -> list[Rival]:
    """The rivals of a config. Raises ConfigError with the mistakes of all of them."""
    tree = question.tree
    base = tree.holding({name: node for name, node in tree.fields.items() if name not in (KEY, "ademp", "caveats")})
    found, problems = [], []
    for name, node in question.place("rivals").fields.items():
        problems += _foreign(name, node)
        own = node.holding({key: child for key, child in node.fields.items() if key in MAY_CHANGE})
        try:
            found.append(Rival(name, calibration_of(question.path, merge(base, own))))
        except ConfigError as error:
            problems += error.problems
    if problems:
        raise ConfigError(problems)
    return found


def _foreign(name: str, node: Node) -> list[Problem]:
    """What stands below a rival and is no setting of one."""
    return [
        errors.unknown_name(
            Place(child.file, child.line, f"{KEY}.rivals.{name}.{key}"),
            key,
            MAY_CHANGE,
            "",
            nearest(key, MAY_CHANGE),
        )
        for key, child in node.fields.items()
        if key not in MAY_CHANGE
    ]


def wrong(question: Question) -> list[Problem]:
    """Mistakes in rivals, and fewer than two of them; draws that a posterior does not have."""
    try:
        rivals = rivals_of(question)
    except ConfigError as error:
        return error.problems
    node = question.place("rivals")
    if len(rivals) < 2:
        place = Place(node.file, node.line, f"{KEY}.rivals")
        return [Problem(place, f"{len(rivals)} rival", "two rivals or more, to be compared")]
    most = min(rival.calibration.effort.draws for rival in rivals)
    if question.section.draws > most:
        node = question.place("draws")
        place = Place(node.file, node.line, f"{KEY}.draws")
        return [
            errors.wrong_value(place, question.section.draws, f"at most {most}, the draws that a calibration keeps")
        ]
    return []


def size(question: Question) -> list[str]:
    """How much is fitted and run."""
    rivals = rivals_of(question)
    effort = rivals[0].calibration.effort
    points = effort.learned_from + effort.checks
    fits = (
        f"{len(rivals)} rivals, each fitted anew: {points:,} simulated practices and chains of {effort.steps:,} "
        "draws a rival (about a quarter of an hour on two cores)"
    )
    literatures = (
        f"and {question.section.literatures:,} synthetic literatures of each, over {SPLITS} halves of the draws, "
        "traced back"
    )
    practices = f"then {question.section.draws} practices of each under its own posterior, with the proposed trials"
    return [fits, practices, literatures]
