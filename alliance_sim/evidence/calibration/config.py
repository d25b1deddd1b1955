"""A calibration as a config states it: which parameters are free, within which ranges, and how hard to try."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, NamedTuple, get_type_hints

import numpy as np
from pydantic import Field, create_model

from alliance_sim.evidence.calibration.prior import Prior
from alliance_sim.evidence.findings import published
from alliance_sim.evidence.practice import DEFAULT_MECHANISMS
from alliance_sim.law.about import About, Choice, Declared, declared
from alliance_sim.law.world import Mechanisms, Parameters
from alliance_sim.scenario import errors
from alliance_sim.scenario.layers import read_layers
from alliance_sim.scenario.models import MAPPING, STRICT, TEXT, Form, check, checked_field, group_model
from alliance_sim.scenario.paths import config_name
from alliance_sim.scenario.problem import ConfigError, Place, Problem, nearest, show, span
from alliance_sim.scenario.registry import option_name, settings
from alliance_sim.scenario.tree import Node, plain


class Effort(NamedTuple):
    """How hard a calibration tries. The defaults need about a quarter of an hour on two cores."""

    seed: Annotated[int, About("where luck starts from", "whole number", 0, 2**63 - 1, "design")] = 20261123
    points: Annotated[
        int, About("points of the first wave, spread over all ranges", "simulated practices", 64, 1_000_000, "design")
    ] = 3072
    second: Annotated[
        int,
        About(
            "points of each later wave, where the ones before it found plausible values",
            "simulated practices",
            0,
            1_000_000,
            "design",
        ),
    ] = 1024
    waves: Annotated[int, About("later waves, each looking more closely", "waves", 1, 20, "design")] = 1
    checks: Annotated[
        int,
        About(
            "points played anew, to measure the emulator and to check the posterior",
            "simulated practices",
            16,
            10_000,
            "design",
        ),
    ] = 128
    sites: Annotated[int, About("sites of 480 clients in each simulated practice", "sites", 4, 400, "design")] = 16
    chains: Annotated[int, About("chains that explore the posterior", "chains", 2, 1000, "design")] = 8
    steps: Annotated[int, About("draws of each chain, after a warm-up of as many", "draws", 50, 100_000, "design")] = (
        600
    )
    draws: Annotated[int, About("draws of the posterior that are kept", "draws", 20, 10_000, "design")] = 400
    recoveries: Annotated[
        int,
        About(
            "synthetic literatures of known parameters that are fitted, to see what is recovered",
            "fits",
            0,
            1000,
            "design",
        ),
    ] = 40
    discrepancy: Annotated[
        float,
        About(
            "error of the model itself, as a share of each published error",
            "share",
            0,
            5,
            "assumption: a model is never exact",
        ),
    ] = 0.5

    @property
    def learned_from(self) -> int:
        """Simulated practices from which the emulator is learned, and checked."""
        return self.points + self.checks + self.second * self.waves


QUICK = {
    "points": 96,
    "second": 0,
    "checks": 16,
    "sites": 4,
    "chains": 4,
    "steps": 100,
    "draws": 100,
    "recoveries": 4,
}
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
    choices = {each.path: each.about for each in declared(Mechanisms, "")}
    return {
        name: option_name(about, getattr(mechanisms, name))
        for name, about in choices.items()
        if isinstance(about, Choice)
    }


_FREE = Form("a mapping: the path of each free parameter, and below it its range as [low, high]")
_LEFT = Form("a list of ids of findings that the fit shall not use")

_EFFORT: dict[str, Any] = {
    name: (checked_field(hint), Field(default=None))
    for name, hint in get_type_hints(Effort, include_extras=True).items()
}

_FIELDS: dict[str, Any] = {
    "title": (Annotated[str, TEXT], Field(default="")),
    "question": (Annotated[str, TEXT], Field(default="")),
    "effort": (
        Annotated[
            create_model("Effort", __config__=STRICT, **_EFFORT),
            MAPPING,
        ],
        Field(default=None),
    ),
    "free": (Annotated[dict[str, list[float]], _FREE], Field()),
    "leave_out": (Annotated[list[str], _LEFT], Field(default_factory=list)),
    "mechanisms": (Annotated[group_model(Mechanisms), MAPPING], Field(default=None)),
}

_Model = create_model("Calibration", __config__=STRICT, **_FIELDS)


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
    # what is wrong below a free parameter is told once, with the range that it may have
    problems = [p for p in checked.problems if not p.place.path.startswith("free.")]
    free = tree.fields.get("free")
    prior = _prior(free, problems) if free is not None else None
    left = tuple(str(plain(node)) for node in tree.fields.get("leave_out", tree.holding([])).items)
    problems += _unknown_findings(tree, left)
    if problems or prior is None:
        raise ConfigError(problems)
    given = plain(tree.fields["effort"]) if "effort" in tree.fields else {}
    if quick:
        given |= QUICK
    effort = Effort(**given)
    problems = _impossible(tree, left, effort)
    if problems:
        raise ConfigError(problems)
    told = plain(tree)
    chosen = checked.model.mechanisms if checked.model is not None else None
    mechanisms = Mechanisms(**chosen.model_dump(exclude_unset=True)) if chosen is not None else DEFAULT_MECHANISMS
    title, question = told.get("title") or path.stem, told.get("question", "").strip()
    return Calibration(config_name(path), path, title, prior, left, effort, question, mechanisms)


def _impossible(tree: Node, left: tuple[str, ...], effort: Effort) -> list[Problem]:
    """Values that are right one by one and cannot be together."""
    problems = []
    given = tree.fields["effort"].fields if "effort" in tree.fields else {}

    def told(name: str, allowed: str) -> None:
        node = given.get(name, tree.fields.get("effort", tree.fields["free"]))
        place = Place(node.file, node.line, f"effort.{name}")
        problems.append(errors.wrong_value(place, getattr(effort, name), allowed))

    if 0 < effort.second < FEWEST_SECOND:
        told("second", f"0, for none, or at least {FEWEST_SECOND}")
    if set(left) == {finding.id for finding in published("fit")}:
        node = tree.fields["leave_out"]
        problems.append(Problem(Place(node.file, node.line, "leave_out"), "all findings", "ids of some of them"))
    return problems


def _prior(free: Node, problems: list[Problem]) -> Prior | None:
    """Ranges of the free parameters, each inside the plausible range of its declaration."""
    declared = {d.path.removeprefix("parameters."): d for d in settings() if d.path.startswith("parameters.")}
    kept: dict[str, tuple[float, float]] = {}
    for path, node in free.fields.items():
        place = Place(node.file, node.line, f"free.{path}")
        known = declared.get(path)
        if known is None:
            near = nearest(path, declared)
            problems.append(errors.unknown_name(place, path, tuple(declared), "parameters", near))
            continue
        bounds = _bounds(plain(node), known)
        if bounds is None:
            words = f"two numbers [low, high], low below high, each {span(known.about, False)}"  # type: ignore[arg-type]
            problems.append(Problem(place, _written(plain(node)), words))
            continue
        kept[path] = bounds
    if not kept and not problems:
        problems.append(errors.wrong_value(Place(free.file, free.line, "free"), free.value, _FREE.words))
    if problems:
        return None
    return Prior(
        tuple(kept), np.array([low for low, _ in kept.values()]), np.array([high for _, high in kept.values()])
    )


def _written(value: Any) -> str:
    """A range that is none, as it is named in a message."""
    plain_list = isinstance(value, list) and all(isinstance(part, int | float | str) for part in value)
    return f"[{', '.join(map(str, value[:4]))}{', ...' if len(value) > 4 else ''}]" if plain_list else show(value)


def _bounds(value: Any, known: Declared) -> tuple[float, float] | None:
    """Low and high of a range as it is written; None where it is none, or outside of what is plausible."""
    numbers = isinstance(value, list) and len(value) == 2 and all(type(part) in (int, float) for part in value)
    if not numbers or not isinstance(known.about, About):
        return None
    low, high = float(value[0]), float(value[1])
    return (low, high) if known.about.low <= low < high <= known.about.high else None


def _unknown_findings(tree: Node, left: tuple[str, ...]) -> list[Problem]:
    """Ids in leave_out that are no findings of the fit: of another tier, or of no finding at all."""
    known = [finding.id for finding in published("fit")]
    nodes = tree.fields["leave_out"].items if "leave_out" in tree.fields else ()
    problems = []
    for k, (node, name) in enumerate(zip(nodes, left, strict=True), 1):
        if name in known:
            continue
        place = Place(node.file, node.line, f"leave_out[{k}]")
        tier = next((finding.tier for finding in published() if finding.id == name), None)
        problems.append(
            errors.unknown_finding(place, name, known, nearest(name, known))
            if tier is None
            else errors.not_of_the_fit(place, name, tier)
        )
    return problems


def free_defaults(prior: Prior) -> np.ndarray:
    """The law's own defaults of the free parameters."""
    defaults = Parameters()
    return np.array([getattr(getattr(defaults, path.split(".")[0]), path.split(".")[1]) for path in prior.paths])
