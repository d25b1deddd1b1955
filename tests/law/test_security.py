"""Stage 6, what is learned from repair."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.law.repair import RepairEffect
from alliance_sim.law.rupture import Break
from alliance_sim.law.security import first_security, learn_security

shares = st.floats(0.0, 1.0)
RUPTURE = Break(1, 3, 0.8)


@pytest.fixture(scope="module")
def learn(p, whole_repair):
    """Security after a session with a repaired rupture; a test names what differs."""

    def of(effect=RepairEffect.CORRECTIVE, trauma=0.0, security=0.4, broken=RUPTURE, load=0.8, mended=whole_repair):
        return learn_security(p.security, int(effect), trauma, security, broken, load, mended)

    return of


def test_a_repaired_rupture_teaches_security(learn):
    assert learn().gain > 0.0
    assert learn().security > 0.4


@given(shares, shares)
def test_trauma_history_makes_repair_teach_more(learn, a, b):
    less, more = sorted((a, b))
    assert learn(trauma=less).gain <= learn(trauma=more).gain
    assert learn(trauma=0.0).gain < learn(trauma=1.0).gain


@pytest.mark.parametrize("effect", [RepairEffect.RESTORATION_ONLY, RepairEffect.NONE])
def test_the_rivals_of_the_corrective_experience_learn_nothing(learn, effect):
    assert learn(effect).gain == 0.0


def test_security_is_learned_only_where_it_is_missing(learn):
    assert learn(security=1.0).gain == 0.0
    assert learn(security=0.2).gain > learn(security=0.8).gain


def test_a_repair_short_of_the_criterion_teaches_nothing(learn, whole_repair):
    assert learn(mended=whole_repair._replace(repaired=0, resolution=0.5)).gain == 0.0


def test_an_unrepaired_rupture_erodes_security(learn, nothing_done):
    assert learn(mended=nothing_done).security < 0.4


def test_an_hour_without_rupture_leaves_security_as_it_was(learn, nothing_done, calm):
    assert tuple(learn(broken=calm, load=0.0, mended=nothing_done)) == (0.4, 0.0)


@given(shares, shares, st.floats(0, 6), st.floats(0, 16), shares, st.integers(0, 1), st.sampled_from(RepairEffect))
def test_security_is_a_share(learn, whole_repair, trauma, security, severity, load, part, done, effect):
    mended = whole_repair._replace(resolution=part, repaired=done)
    after = learn(effect, trauma, security, Break(1, 3, severity), load, mended).security
    assert -1e-12 <= after <= 1.0 + 1e-12


@pytest.mark.parametrize("trait", ["anxiety", "avoidance", "trauma"])
def test_clients_come_with_less_security_the_more_they_have_of(p, traits, trait):
    assert first_security(p.security, traits._replace(**{trait: 1.0})) < first_security(p.security, traits)
