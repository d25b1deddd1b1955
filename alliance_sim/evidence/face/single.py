"""Single clients as a supervisor would see them: ratings week by week, with the ruptures that truly happened."""

from typing import NamedTuple

import numpy as np

from alliance_sim.evidence.face.clinics import Played
from alliance_sim.law.state import Left, Rupture


class Happened(NamedTuple):
    """A rupture of one client."""

    week: int
    kind: str  # withdrawal or confrontation
    repaired: bool  # in its session


class Single(NamedTuple):
    """One client: ratings of each week (1-5, nan where not there), ruptures, and the week of dropping out, if any."""

    ratings: tuple[float, ...]
    ruptures: tuple[Happened, ...]
    dropout: int | None


def single_clients(played: Played, caseload: int, count: int) -> tuple[Single, ...]:
    """The first client of each of the first `count` therapists: nobody is picked."""
    return tuple(_single(played, row) for row in range(0, count * caseload, caseload))


def _single(played: Played, row: int) -> Single:
    of = {name: matrix[row] for name, matrix in played.sessions.items()}
    weeks = np.flatnonzero(of["rupture"] > 0)
    ruptures = [Happened(int(w) + 1, Rupture(int(of["rupture"][w])).name.lower(), of["repaired"][w] == 1) for w in weeks]
    left = np.flatnonzero(of["left"] == Left.DROPOUT)
    return Single(tuple(of["wai_client"].tolist()), tuple(ruptures), int(left[0]) + 1 if len(left) else None)
