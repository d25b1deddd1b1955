"""A calibration as a config states it: which parameters are free, within which ranges, and how hard to try."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np
from pydantic import create_model

from alliance_sim.evidence.calibration.prior import Prior
from alliance_sim.evidence.findings import published
from alliance_sim.evidence.practice import DEFAULT_MECHANISMS
from alliance_sim.experiment.kept import StageSize
from alliance_sim.law.about import About, Choice, declared
from alliance_sim.law.world import Mechanisms, Parameters
from alliance_sim.scenario import errors
from alliance_sim.scenario.layers import read_layers
from alliance_sim.scenario.models import MAPPING, STRICT, Form, Text, check, group_model
from alliance_sim.scenario.paths import config_name
from alliance_sim.scenario.problem import ConfigError, Place, Problem, nearest, refuse, show, span
from alliance_sim.scenario.registry import option_name, settings
from alliance_sim.scenario.tree import Node, plain

PRACTICES = "simulated practices"


CHAIN, RECOVERY = 15.0, 5.0
"""What a chain (nearly all of it compiling) and a fit of known parameters cost, measured, in simulated practices."""


def _count(meaning: str, unit: str, low: int, high: int) -> About:
    return About(meaning, unit, low, high, "design")


_SECOND = "points of each later wave, where those before found plausible values"
_CHECKS = "points run anew, to measure the emulator and to check the posterior"
_RECOVERIES = "synthetic literatures of known parameters that are fitted, to test the fit"
_DISCREPANCY = "error of the model itself, as a share of each published error"


class Effort(NamedTuple):
    """How hard a calibration tries. The defaults need about a quarter of an hour on two cores."""

    seed: Annotated[int, _count("seed of all random draws", "whole number", 0, 2**63 - 1)] = 20261123
    points: Annotated[int, _count("points of the first wave, over all ranges", PRACTICES, 64, 1_000_000)] = 3072
    second: Annotated[int, _count(_SECOND, PRACTICES, 0, 1_000_000)] = 1024
    waves: Annotated[int, _count("later waves, each looking more closely", "waves", 1, 20)] = 1
    checks: Annotated[int, _count(_CHECKS, PRACTICES, 16, 10_000)] = 128
    sites: Annotated[int, _count("sites of 480 clients in each simulated practice", "sites", 4, 400)] = 16
    chains: Annotated[int, _count("chains that explore the posterior", "chains", 2, 1000)] = 8
    steps: Annotated[int, _count("draws of each chain, after a warm-up of as many", "draws", 50, 100_000)] = 600
    draws: Annotated[int, _count("draws of the posterior that are kept", "draws", 20, 10_000)] = 400
    recoveries: Annotated[int, _count(_RECOVERIES, "fits", 0, 1000)] = 40
    discrepancy: Annotated[float, About(_DISCREPANCY, "share", 0, 5, "assumption: no model is exact")] = 0.5

    @property
    def learned_from(self) -> int:
        """Simulated practices from which the emulator is learned, and checked."""
        return self.points + self.checks + self.second * self.waves

    def stages(self) -> list[StageSize]:
        """The stages of a calibration, in their order; the unit of costs is a simulated practice."""
        waves = [
            size
            for wave in range(2, self.waves + 2 if self.second else 2)
            for size in (
                StageSize(f"Looking for wave {wave}", self.chains, CHAIN),
                StageSize(f"Playing wave {wave}", self.second),
            )
        ]
        return [
            StageSize("Playing the first wave", self.points),
            StageSize("Playing points for checks", self.checks),
            *waves,
            StageSize("Sampling the posterior", self.chains, CHAIN),
            StageSize("Playing the posterior anew", min(self.checks, self.draws)),
            StageSize("Recovering known parameters", self.recoveries, RECOVERY),
        ]


QUICK = {"points": 96, "second": 0, "checks": 16, "sites": 4, "chains": 4, "steps": 100, "draws": 100, "recoveries": 4}
"""Effort of a quick calibration: it shows that everything works, and finds little."""

FEWEST_SECOND = 64
"""Points of a later wave, if there is one: an eighth of them is kept from the emulator, to measure it there."""


@dataclass(frozen=True)
class Calibration:
    """A checked config: free parameters with their ranges, findings left out, and effort."""

    name: str
    path: Path
    title: str
    prior: Prior
    leave_out: tuple[str, ...]
    effort: Effort
    question: str = ""
    mechanisms: Mechanisms = DEFAULT_MECHANISMS

    def stated(self) -> dict[str, Any]:
        """The whole config as plain data, effort in full: loaded again, it is the same calibration."""
        ranges = zip(self.prior.paths, self.prior.low.tolist(), self.prior.high.tolist(), strict=True)
        return {
            "title": self.title,
            "question": self.question,
            "free": {path: [low, high] for path, low, high in ranges},
            "mechanisms": named_mechanisms(self.mechanisms),
            "leave_out": list(self.leave_out),
            "effort": self.effort._asdict(),
        }


def named_mechanisms(mechanisms: Mechanisms) -> dict[str, str | bool]:
    """Mechanisms as a config writes them."""
    return {
        each.path: option_name(each.about, getattr(mechanisms, each.path))
        for each in declared(Mechanisms, "")
        if isinstance(each.about, Choice)
    }


_FREE = Form("a mapping: the path of each free parameter, and below it its range as [low, high]")
_LEFT = Form("a list of ids of findings that the fit shall not use")

_Model = create_model(
    "Calibration",
    __config__=STRICT,
    title=(Text, ""),
    question=(Text, ""),
    effort=(Annotated[group_model(Effort), MAPPING], None),  # type: ignore[arg-type]
    free=(Annotated[dict[str, list[float]], _FREE], ...),
    leave_out=(Annotated[list[str], _LEFT], []),
    mechanisms=(Annotated[group_model(Mechanisms), MAPPING], None),  # type: ignore[arg-type]
)


def load_calibration(path: Path | str, overrides: Sequence[str] = (), *, quick: bool = False) -> Calibration:
    """Read a calibration's config. Raises ConfigError with every mistake in it at once."""
    path = Path(path)
    return calibration_of(path, read_layers(path, overrides), quick=quick)


def calibration_of(path: Path, tree: Node, *, quick: bool = False) -> Calibration:
    """The calibration that a tree of settings describes. Raises ConfigError with every mistake in it at once."""
    if "free" not in tree.fields:
        allowed = f"{_FREE.words} (an experiment is run with: alliance-sim run CONFIG)"
        raise ConfigError([errors.missing(Place(str(path), None, "free"), allowed)])
    checked = check(tree, _Model)
    # what is wrong below a free parameter is reported once, with the range that it may have
    problems = [p for p in checked.problems if not p.place.path.startswith("free.")]
    prior = _prior(tree.fields["free"], problems)
    stated = plain(tree)
    nodes = tree.fields["leave_out"].items if "leave_out" in tree.fields else ()
    left = tuple(str(plain(node)) for node in nodes)
    problems += _unknown_findings(nodes)
    if problems or prior is None or checked.model is None:
        raise ConfigError(problems)
    effort = Effort(**(stated.get("effort") or {}) | (QUICK if quick else {}))
    refuse(list(_impossible(tree, left, effort)))
    chosen = checked.model.mechanisms
    mechanisms = DEFAULT_MECHANISMS if chosen is None else Mechanisms(**chosen.model_dump(exclude_unset=True))
    title, question = stated.get("title") or path.stem, stated.get("question", "").strip()
    return Calibration(config_name(path), path, title, prior, left, effort, question, mechanisms)


def _impossible(tree: Node, left: tuple[str, ...], effort: Effort) -> Iterator[Problem]:
    """Values that are right one by one and cannot be together."""
    if 0 < effort.second < FEWEST_SECOND:
        group = tree.fields["effort"]
        place = group.fields.get("second", group).place("effort.second")
        yield errors.wrong_value(place, effort.second, f"0, for none, or at least {FEWEST_SECOND}")
    if set(left) == {finding.id for finding in published("fit")}:
        yield Problem(tree.fields["leave_out"].place("leave_out"), "all findings", "ids of some of them")


def _prior(free: Node, problems: list[Problem]) -> Prior | None:
    """Ranges of the free parameters, each inside the plausible range of its declaration."""
    known = {d.path.removeprefix("parameters."): d.about for d in settings() if d.path.startswith("parameters.")}
    kept: dict[str, list[float]] = {}
    for path, node in free.fields.items():
        place, about, range_ = node.place(f"free.{path}"), known.get(path), plain(node)
        if not isinstance(about, About):
            problems.append(errors.unknown_name(place, path, tuple(known), "parameters", nearest(path, known)))
        elif not _is_range(range_, about):
            words = f"two numbers [low, high], low below high, each {span(about, False)}"
            problems.append(Problem(place, _written(range_), words))
        else:
            kept[path] = range_
    if not kept and not problems:
        problems.append(errors.wrong_value(free.place("free"), free.value, _FREE.words))
    return None if problems else Prior(tuple(kept), *np.array(list(kept.values()), np.float64).T)


def _is_range(value: Any, about: About) -> bool:
    """Whether something is [low, high] inside of what is plausible."""
    pair = isinstance(value, list) and len(value) == 2 and all(type(part) in (int, float) for part in value)
    return pair and about.low <= value[0] < value[1] <= about.high


def _written(value: Any) -> str:
    """A range that is none, as it is named in a message."""
    if not (isinstance(value, list) and all(isinstance(part, int | float | str) for part in value)):
        return show(value)
    return f"[{', '.join(map(str, value[:4]))}{', ...' if len(value) > 4 else ''}]"


def _unknown_findings(nodes: Sequence[Node]) -> Iterator[Problem]:
    """Ids in leave_out that are no findings of the fit: of another tier, or of no finding at all."""
    known = [finding.id for finding in published("fit")]
    for k, node in enumerate(nodes, 1):
        place, name = node.place(f"leave_out[{k}]"), str(plain(node))
        if name in known:
            continue
        tiers = {finding.id: finding.tier for finding in published()}
        if name in tiers:
            yield errors.not_of_the_fit(place, name, tiers[name])
        else:
            yield errors.unknown_finding(place, name, known)


def free_defaults(prior: Prior) -> np.ndarray:
    """The law's own defaults of the free parameters."""
    return np.array([attrgetter(path)(Parameters()) for path in prior.paths])
