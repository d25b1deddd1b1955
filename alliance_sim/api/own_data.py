"""A clinic of one's own in a notebook: its clients, sessions, ratings, estimates and figures."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd
import pyarrow as pa

from alliance_sim.estimands.clinics import Floats
from alliance_sim.estimands.estimated import Estimated
from alliance_sim.estimands.seen import MEASURES, part, ratings
from alliance_sim.estimates.long import Estimates
from alliance_sim.figures.picture import Picture
from alliance_sim.questions.data import ClinicData
from alliance_sim.questions.data.check import clinic_of
from alliance_sim.questions.data.estimates import own_courses, own_levels
from alliance_sim.questions.data.figures import overview
from alliance_sim.questions.data.intervals import estimates_of
from alliance_sim.questions.data.tables import tables_of
from alliance_sim.questions.frame.config import question_of
from alliance_sim.questions.frame.question import Question
from alliance_sim.scenario.layers import Changes, Source, given
from alliance_sim.scenario.problem import ConfigError, Named, Place, Problem, listing, nearest

SHOWN = ["arm", "estimate", "kind", "baseline", "value", "low", "high", "se", "unit", "clients", "meaning"]
"""Columns of the table of estimates."""


@dataclass(frozen=True)
class OwnData:
    """A clinic of one's own, as its mapping and table describe it."""

    asked: Question
    clinic: ClinicData

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups of clients; one, where the table has none."""
        return self.clinic.groups

    @property
    def clients(self) -> pd.DataFrame:
        """A row a client, with the columns of a run that can be known; `arm` is the group."""
        return self._table("clients")

    @property
    def sessions(self) -> pd.DataFrame:
        """A row a session, with the columns of a run that can be known; `arm` is the group."""
        return self._table("sessions")

    def _table(self, name: str) -> pd.DataFrame:
        parts = [tables_of(self.clinic, g)[name] for g in range(len(self.groups))]
        frame: pd.DataFrame = pa.concat_tables(parts, promote_options="default").to_pandas()
        return frame.drop(columns="replicate")

    def ratings(self, column: str = "wai_client") -> Floats:
        """A number of sessions as a matrix (clients, planned sessions), in the order of `clients`; nan without one.

        Raises ConfigError for a column that the data do not have.
        """
        clinic = self.clinic
        allowed = [name for name in MEASURES if name in clinic.seen.sessions]
        if column not in allowed:
            place = Place(str(self.asked.path), None, "ratings")
            names = listing(allowed) or "none: the table has no numbers of sessions"
            raise ConfigError([Problem(place, f'the column "{column}"', names, nearest(column, allowed))])
        planned, groups = clinic.planned, range(len(self.groups))
        matrices = [ratings(part(clinic.seen, clinic.of(g)), planned, column) for g in groups]
        return pd.concat([pd.DataFrame(matrix) for matrix in matrices]).to_numpy()

    @cached_property
    def _estimated(self) -> Estimated:
        section = self.asked.section
        return estimates_of(self.clinic, section.resamples, self.asked.experiment.seed, section.dependability)

    @property
    def estimates(self) -> pd.DataFrame:
        """A row an estimate and group, with 95 % interval and standard error; differences from the first group."""
        return self._estimated.estimates[SHOWN]

    @property
    def courses(self) -> pd.DataFrame:
        """Means by session with 95 % intervals: a row a group, quantity and session."""
        return self._estimated.courses

    @cached_property
    def figures(self) -> dict[str, Picture]:
        """The figures of a run that these data can have, by name."""
        own = self._estimated
        made = overview(self.groups, Estimates.of(own_levels(own)), own_courses(own))
        return Named("figure", {picture.name: picture for picture in made})

    def __repr__(self) -> str:
        return f"OwnData({self.asked.title!r})"

    def _repr_markdown_(self) -> str:
        """How large it is, as a notebook shows it."""
        return self.asked.kind.size(self.asked)[0]


def read_data(mapping: Source, changes: Changes = None, **settings: Any) -> OwnData:
    """Read a table of one's own by its mapping (docs/own_data.md). Raises ConfigError with every mistake in either."""
    own = given(mapping, changes, settings)
    asked = question_of(own.path, own.tree, "data")
    return OwnData(asked, clinic_of(asked))
