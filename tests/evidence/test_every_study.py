"""What holds for every study in silico."""

import numpy as np
import pytest

from alliance_sim.evidence.agreement import compared_findings
from alliance_sim.evidence.findings import published
from alliance_sim.evidence.practice import SESSION_COLUMNS, Practice, Sites, play_practice
from alliance_sim.evidence.studies import MEASURES, STUDIES
from alliance_sim.law.world import Parameters
from tests.evidence.made_practice import CLIENT_COLUMNS, NAN, WEEKS, cohort, numbers

each_study = pytest.mark.parametrize("finding", sorted(STUDIES))


@pytest.fixture(scope="module")
def small() -> Practice:
    """A small practice of the law."""
    return play_practice(Parameters(), 3, 0, Sites(1, 1, 1, 1))


def test_every_study_has_a_finding_and_every_fitted_or_held_out_finding_a_study() -> None:
    assert set(MEASURES) == set(STUDIES) <= {one.id for one in published()}
    assert {one.id for one in (*published("fit"), *published("validate"))} <= set(STUDIES)


def test_a_study_gives_as_many_numbers_as_were_published_and_says_what_it_computes() -> None:
    for finding in compared_findings():
        study = STUDIES[finding.id]
        assert len(study.parts) == len(finding.parts), finding.id
        assert study.formula, finding.id
        assert study.source, finding.id


@each_study
def test_a_practice_without_sessions_gives_no_error(finding: str) -> None:
    assert len(numbers(finding, cohort({"symptoms_end": np.zeros(40)}))) == len(STUDIES[finding].parts)


@each_study
def test_a_sample_of_twenty_clients_gives_numbers_or_nan_without_warning(finding: str) -> None:
    random = np.random.default_rng(14)
    clients = {name: random.standard_normal(20) for name in CLIENT_COLUMNS} | {"left": np.tile([0.0, 1.0], 10)}
    sessions = {name: random.standard_normal((20, WEEKS)) for name in SESSION_COLUMNS}
    for column in sessions.values():
        column[:, 5:] = NAN  # few sessions, none at which late ratings are asked for
    assert all(isinstance(number, float) for number in numbers(finding, cohort(clients, **sessions)))


@each_study
def test_a_study_of_nobody_finds_nothing(small: Practice, finding: str) -> None:
    found = STUDIES[finding].measure(small.first(0))
    assert len(found) == len(STUDIES[finding].parts)
    assert np.isnan(found).all()
