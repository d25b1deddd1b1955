"""Trials whose truth is known: normal outcomes with a given effect and intraclass correlation."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest

from alliance_sim.experiment.kept import Stage, silent
from alliance_sim.questions.power.people import CENTRE, NULL, POSTERIOR, Cell, Known, Outcomes, TrialSize
from alliance_sim.questions.power.plan import TrialPlan
from alliance_sim.questions.power.run import Bench
from alliance_sim.questions.power.section import Outcome
from alliance_sim.scenario.scenario import DesignPoint, Scenario
from alliance_sim.stats.power_search import Goal
from alliance_sim.stats.trial_power import Significance


class Normal(NamedTuple):
    """Outcomes of variance 1: `icc` of it between therapists; `effects`, the variance of the arm's effect among them.

    Under a posterior the effect of a trial is normal with mean `effect` and SD `differs`.
    """

    effect: float
    icc: float
    crossed: bool = False
    effects: float = 0.0
    differs: float = 0.0

    @property
    def key(self) -> str:
        """Tells this truth from others."""
        return repr(self)

    @property
    def arms(self) -> tuple[str, ...]:
        """Two arms."""
        return ("usual", "training")

    def draw(self, cell: Cell, numbers: range) -> Outcomes:
        """Each trial from a stream of its own."""
        drawn = [self._trial(cell, number) for number in numbers]
        return Outcomes(*(np.stack([trial[k] for trial in drawn], axis=1) for k in (0, 1)))

    def _trial(self, cell: Cell, number: int) -> tuple[np.ndarray, np.ndarray]:
        rng = np.random.default_rng([number, *cell.design, *map(len, (cell.scenario, cell.parameters, cell.purpose))])
        j, m = cell.design
        outcome = np.sqrt(1.0 - self.icc) * rng.normal(size=(2, j, m))
        outcome += np.sqrt(self.icc) * rng.normal(size=(1 if self.crossed else 2, j, 1))
        if cell.scenario != NULL:
            effect = self.effect + (self.differs * rng.normal() if cell.parameters == POSTERIOR else 0.0)
            outcome[1] += effect + np.sqrt(self.effects) * rng.normal(size=(j, 1))
        return outcome, rng.normal(size=(2, j, m))


@pytest.fixture
def normal() -> type[Normal]:
    """The generator of trials of a known truth."""
    return Normal


@pytest.fixture
def bench(tmp_path: Path) -> Callable[..., Bench]:
    """Where trials of a known truth are made."""

    def made(source: Any, *analyses: str, stage: Stage = silent) -> Bench:
        return Bench(source, analyses or ("mixed",), False, 0, tmp_path, 1, stage)

    return made


@pytest.fixture
def plan() -> Callable[..., TrialPlan]:
    """A plan for trials of a known truth; its arms cannot be simulated."""

    def made(source: Normal, **changes: Any) -> TrialPlan:
        points = tuple(DesignPoint(k, arm, {}, Scenario(), arm) for k, arm in enumerate(source.arms, 1))
        return TrialPlan(
            points, ("training",), "training", TrialSize(6, 10), (6, 12, 24, 48), (10,), ("mixed", "ignoring"),
            source.crossed, False, Significance(), Known(Outcome.SYMPTOMS), 0, 1_000, 2_000, 200,
            Goal(0.8, 60, 0.2, 300, 100, 150), (0.0, 1.0), 1, Path(),
        )._replace(**changes)  # fmt: skip

    return made


@pytest.fixture
def clinics() -> Callable[..., pd.DataFrame]:
    """What is true of a known truth, in the form of what is measured in simulated clinics."""

    def made(source: Normal, draws: int = 0, controls: Mapping[str, float] | None = None) -> pd.DataFrame:
        rng = np.random.default_rng(3)
        rows = []
        for parameters, count in ((CENTRE, 3), (POSTERIOR, draws)):
            for number in range(1, count + 1):
                effect = source.effect + (source.differs * rng.normal() if parameters == POSTERIOR else 0.0)
                for arm, own in {"usual": 0.0, "training": effect, **(controls or {})}.items():
                    rows.append(
                        {
                            "parameters": parameters, "clients": 10, "replicate": number, "arm": arm, "mean": 5.0 + own,
                            "effect": own, "total": 1.0, "icc": source.icc, "effects": source.effects, "known": 1.0,
                            "dropout": 0.2, "skewness": 0.0,
                        }
                    )  # fmt: skip
        return pd.DataFrame(rows)

    return made
