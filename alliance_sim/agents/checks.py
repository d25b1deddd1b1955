"""What a function that replaces a stage may return, and the error that says that it did not."""

import math
from collections.abc import Callable
from numbers import Integral, Real
from typing import Any, get_type_hints

import numpy as np

from alliance_sim.chance import Luck
from alliance_sim.compiled import plain
from alliance_sim.custom import plan_ranges
from alliance_sim.law.attention import Attention
from alliance_sim.law.policy import Plan
from alliance_sim.law.rating import Ratings, Reports
from alliance_sim.law.repair import Repair
from alliance_sim.law.rupture import Break, Strain
from alliance_sim.law.security import Learning
from alliance_sim.law.state import ClientState, ClientTraits, TherapistState
from alliance_sim.law.technique import Work

Range = tuple[float, float]

ANY = (-math.inf, math.inf)
SHARE = (0.0, 1.0)
LOAD = (0.0, math.inf)
RATING = (1.0, 5.0)
TYPE = (0.0, 2.0)
SOURCE = (0.0, 3.0)


RANGES_OF_STAGES: dict[str, Range] = dict.fromkeys(
    (
        *("attendance", "flag", "misattunement", "hazard", "confronts", "notices", "felt_alliance"),
        *("expressed_alliance", "first_security", "drops_out", "left_of_hurt", "agreement"),
    ),
    SHARE,
) | {"leaving": TYPE, "resolved": RATING}
"""What a stage that gives one number may give; any finite number where nothing is said."""

MAY_BE_MISSING = ("resolved",)
"""Stages that may give nan: a rating that is not given in every hour."""

RANGES_OF_FIELDS: dict[type[Any], dict[str, Range]] = {
    Attention: dict.fromkeys(Attention._fields, SHARE),
    Work: dict.fromkeys(Work._fields, LOAD),
    Strain: dict.fromkeys(Strain._fields, LOAD),
    Break: {"type": TYPE, "source": SOURCE, "severity": LOAD},
    Plan: plan_ranges(),
    Repair: dict.fromkeys(Repair._fields, SHARE) | {"harm": LOAD, "hurt": LOAD},
    Learning: {"security": SHARE},
    ClientState: dict.fromkeys(("engagement", "security", "met", "known"), SHARE)
    | dict.fromkeys(("hurt_goal", "hurt_task", "hurt_bond", "trust", "unresolved", "mask"), LOAD)
    | {"about": SOURCE},
    Ratings: dict.fromkeys(Ratings._fields, RATING),
    Reports: dict.fromkeys(Reports._fields, TYPE),
    TherapistState: {"strain": LOAD, "learned": LOAD},
    ClientTraits: {"trauma": SHARE, "priority": SHARE, "preference": SHARE, "deference": LOAD},
}
"""What the fields of a stage's result may be; any finite number where nothing is said."""


class UnlocatedError(Exception):
    """A replaced stage failed; where in the simulation is not known yet."""

    def __init__(self, stage: str, problem: str) -> None:
        super().__init__(stage, problem)
        self.stage = stage
        self.problem = problem


class StageError(RuntimeError):
    """A function that replaces a stage failed: which stage, for whom, when, and what was expected.

    Attributes: stage (name), replicate, therapist, client (in the order of the therapist's caseload, 0 when
    the stage is the therapist's alone), week (0 at intake), luck (address of the draws), problem.
    """

    def __init__(self, stage: str, luck: Luck, problem: str) -> None:
        self.stage = stage
        self.luck = luck
        self.replicate, self.therapist, self.client, self.week = luck[2:]
        self.problem = problem
        who = f"client {self.client} of therapist {self.therapist}" if self.client else f"therapist {self.therapist}"
        when = f"week {self.week}" if self.week else "intake"
        super().__init__(f"stage '{stage}', {who}, {when} (replicate {self.replicate}): {problem}")

    def __reduce__(self) -> tuple[type["StageError"], tuple[str, Luck, str]]:
        """How to pickle the error, so that it comes back whole from a worker process."""
        return type(self), (self.stage, self.luck, self.problem)


def _limits(limits: Range) -> str:
    """A range in words, with a leading comma."""
    low, high = limits
    if math.isinf(low):
        return ""
    return f", {low:g} or more" if math.isinf(high) else f" from {low:g} to {high:g}"


def _number(value: Any, kind: type[Any], limits: Range) -> Any:
    """The value as a float, int or bool within limits; ValueError saying what was expected instead."""
    fits, word = {
        float: (isinstance(value, Real) and not isinstance(value, bool), "a number"),
        int: (isinstance(value, Integral | np.bool_), "a whole number"),
        bool: (isinstance(value, bool | np.bool_), "True or False"),
    }[kind]
    if fits and math.isfinite(value) and limits[0] <= value <= limits[1]:
        return kind(value)
    raise ValueError(f"{value!r}, expected {word}{_limits(limits)}")


def checker(name: str, rule: Callable[..., Any]) -> Callable[[Any], Any]:
    """A function that turns the result of a replacement into exactly the types that the rule returns.

    It raises ValueError with what was found and what was expected where that is impossible.
    """
    kind = get_type_hints(plain(rule))["return"]
    if not hasattr(kind, "_fields"):
        limits = RANGES_OF_STAGES.get(name, ANY)
        missing = name in MAY_BE_MISSING
        return lambda value: (
            value if missing and isinstance(value, Real) and math.isnan(value) else _number(value, kind, limits)
        )
    kinds = get_type_hints(kind)
    ranges = RANGES_OF_FIELDS.get(kind, {})
    parts = [(field, kinds[field], ranges.get(field, ANY)) for field in kind._fields]

    def check(value: Any) -> Any:
        if not isinstance(value, kind):
            raise ValueError(f"{value!r}, expected {kind.__name__}({', '.join(kind._fields)})")
        made = []
        for number, (field, of, limits) in zip(value, parts, strict=True):
            try:
                made.append(_number(number, of, limits))
            except ValueError as wrong:
                raise ValueError(f"{kind.__name__} with {field} = {wrong}") from None
        return kind(*made)

    return check


def checked(name: str, rule: Callable[..., Any], function: Callable[..., Any]) -> Callable[..., Any]:
    """A replacement of a rule whose failures raise `UnlocatedError` and whose results have the rule's types."""
    check = checker(name, rule)

    def stage(*arguments: Any) -> Any:
        try:
            value = function(*arguments)
        except Exception as error:
            raise UnlocatedError(name, f"raised {type(error).__name__}: {error}") from error
        try:
            return check(value)
        except ValueError as wrong:
            raise UnlocatedError(name, f"returned {wrong}") from None

    return stage


def located(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function (its first argument is the address), with every `UnlocatedError` raised as a `StageError`."""

    def call(luck: Luck, *arguments: Any) -> Any:
        try:
            return function(luck, *arguments)
        except UnlocatedError as fault:
            raise StageError(fault.stage, luck, fault.problem) from fault.__cause__

    return call
