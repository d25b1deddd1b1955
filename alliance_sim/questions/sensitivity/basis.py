"""What a setting rests on: findings that it was fitted to, findings it was set after, or an assumption."""

import re
from typing import NamedTuple

import numpy as np

from alliance_sim.evidence.findings import published
from alliance_sim.questions.sensitivity.ranges import Varied
from alliance_sim.scenario.scenario import Population

FITTED, TIED, ASSUMED, CONTESTED, DESIGN = "fitted", "tied", "assumed", "contested", "design"


class Basis(NamedTuple):
    """What a number rests on."""

    kind: str  # FITTED, TIED, ASSUMED, CONTESTED or DESIGN
    words: str
    learned: float  # share of the range's variance that is gone in the posterior; nan where it was not fitted

    @property
    def uninformed(self) -> bool:
        """Whether no finding says much about it: assumed, contested, or fitted and hardly informed."""
        return self.kind in (ASSUMED, CONTESTED) or (self.kind == FITTED and self.learned <= 0.5)


def basis_of(one: Varied, draws: Population) -> Basis:
    """What a setting rests on, by its source and by the draws of a posterior.

    learned = 1 - variance of the posterior / variance of a uniform distribution over the range that is varied here; in
    a word well (above .9), partly (above .5) or hardly informed, as in the tables of a calibration.
    """
    path = one.key.removeprefix("parameters.")
    if path in draws.paths and one.dimension.ends:
        _, _, low, high, _ = one.dimension.ends[0]
        column = np.array([row[draws.paths.index(path)] for row in draws.draws])
        learned = 1.0 - float(column.var()) / ((high - low) ** 2 / 12.0)
        word = "well" if learned > 0.9 else "partly" if learned > 0.5 else "hardly"
        return Basis(FITTED, f"fitted; findings inform it {word} ({100 * max(learned, 0.0):.0f} %)", learned)
    if one.source.startswith("design"):
        return Basis(DESIGN, "a choice of the design", float("nan"))
    if one.key.startswith("mechanisms."):
        return Basis(CONTESTED, f"a contested mechanism ({one.source})", float("nan"))
    named = findings_in(one.source)
    if named:
        return Basis(TIED, f"set by hand after {', '.join(named)}, not fitted", float("nan"))
    return Basis(ASSUMED, "an assumption; no finding informs it", float("nan"))


def findings_in(source: str) -> list[str]:
    """The findings that a source names as what a value was set after; those held out are not.

    >>> findings_in("assumption; P06"), findings_in("assumption (held out: W02)"), findings_in("assumption (C5)")
    (['P06'], [], [])
    """
    known = {finding.id for finding in published()}
    return [word for word in re.findall(r"[A-Z][0-9]{2}", re.sub(r"held out:[^);]*", "", source)) if word in known]
