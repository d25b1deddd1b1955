"""Stage 4: strain may become a rupture."""

import numpy as np
import pytest
from scipy.special import expit

from alliance_sim.chance import Draws
from alliance_sim.law.rupture import Strain, confronts, hazard, rupture
from alliance_sim.law.state import Rupture, Source
from tests.law.people import CLIENT, TRAITS, P, grid

USUAL = Strain(0.2, 0.3, 0.4, 0.1)


def broken(s=USUAL, onset=1e-9, kind=0.5, source=0.5, severity=0.5):
    """What comes of strain; onset decides whether it breaks out."""
    return rupture(P.rupture, s, TRAITS, CLIENT, Draws(onset, kind, source, severity))


def test_a_rupture_happens_as_often_as_its_hazard_says():
    assert np.mean([broken(onset=u).type > 0 for u in grid()]) == pytest.approx(hazard(P.rupture, USUAL), abs=0.001)


def test_types_come_as_often_as_the_rule_for_confrontation_says():
    shares = np.mean([broken(kind=u).type == Rupture.CONFRONTATION for u in grid()])
    assert shares == pytest.approx(confronts(P.rupture, TRAITS, expit(CLIENT.bond), CLIENT.security), abs=0.001)


def test_a_session_without_rupture_has_neither_source_nor_severity():
    assert tuple(broken(onset=0.999)) == (Rupture.NONE, Source.NONE, 0.0)


def test_the_source_is_drawn_in_proportion_to_the_strains_and_is_the_bond_without_any():
    drawn = [broken(Strain(0.1, 0.3, 0.6, 5.0), source=u).source for u in grid(1000)]
    assert [drawn.count(source) for source in (Source.GOAL, Source.TASK, Source.BOND)] == [100, 300, 600]
    assert broken(Strain(0.0, 0.0, 0.0, 0.0)).source == Source.BOND


def test_severity_has_the_mean_that_is_set_and_is_mostly_minor():
    severity = [broken(severity=u).severity for u in grid()]
    assert np.mean(severity) == pytest.approx(P.rupture.severity, rel=1e-3)
    assert np.median(severity) < P.rupture.severity
    assert min(severity) > 0.0
