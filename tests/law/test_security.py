"""Stage 6, what is learned from repair."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.law.repair import RepairEffect
from alliance_sim.law.rupture import Break
from tests.law.people import CALM, NOTHING_DONE, WHOLE_REPAIR
from tests.law.rules import learn

shares = st.floats(0.0, 1.0)


def test_a_repaired_rupture_teaches_security_where_it_is_missing():
    assert learn().gain > 0.0
    assert learn().security > 0.4
    assert learn(security=1.0).gain == 0.0


@pytest.mark.parametrize(
    "changed",
    [
        {"effect": RepairEffect.RESTORATION_ONLY},
        {"effect": RepairEffect.NONE},
        {"mended": WHOLE_REPAIR._replace(repaired=0, resolution=0.5)},  # short of the criterion
    ],
)
def test_rivals_of_the_corrective_experience_and_repairs_that_fall_short_teach_nothing(changed):
    assert learn(**changed).gain == 0.0


def test_an_unrepaired_rupture_erodes_security_and_an_hour_without_one_leaves_it():
    assert learn(mended=NOTHING_DONE).security < 0.4
    assert tuple(learn(broken=CALM, load=0.0, mended=NOTHING_DONE)) == (0.4, 0.0)


@given(shares, shares, st.floats(0, 6), st.floats(0, 16), shares, st.integers(0, 1), st.sampled_from(RepairEffect))
def test_security_is_a_share(trauma, security, severity, load, part, done, effect):
    mended = WHOLE_REPAIR._replace(resolution=part, repaired=done)
    assert -1e-12 <= learn(effect, trauma, security, Break(1, 3, severity), load, mended).security <= 1.0 + 1e-12
