"""Single clients as a supervisor would see them: ratings week by week, with the ruptures that truly happened."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.evidence.face.clinics import Played
from alliance_sim.law.state import Left


class Singles(NamedTuple):
    """Some clients, one after the other."""

    ratings: NDArray[np.float64]  # (clients, weeks) client ratings, 1-5; nan where the client was not there
    ruptures: NDArray[np.int64]  # (clients, weeks) type of the rupture (`law.state.Rupture`), 0 for none
    repaired: NDArray[np.bool_]  # (clients, weeks) whether it was repaired in its session
    dropout: NDArray[np.int64]  # (clients,) the week of dropping out, 0 for those who did not


def single_clients(played: Played, caseload: int, count: int) -> Singles:
    """The first client of each of the first `count` therapists: nobody is picked."""
    own = {name: matrix[: count * caseload : caseload] for name, matrix in played.sessions.items()}
    ruptures = np.nan_to_num(own["rupture"]).astype(np.int64)
    left = own["left"] == Left.DROPOUT
    dropout = np.where(left.any(axis=1), left.argmax(axis=1) + 1, 0)
    return Singles(own["wai_client"], ruptures, (ruptures > 0) & (own["repaired"] == 1), dropout)
