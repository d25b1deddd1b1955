"""What raises what, and what lowers it: each rule along one of its causes, all else average."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.law.attendance import attendance
from alliance_sim.law.attention import Treatment
from alliance_sim.law.change import Change, technique_effect
from alliance_sim.law.engagement import engagement_level
from alliance_sim.law.leaving import drops_out
from alliance_sim.law.rupture import Break, Strain, confronts, hazard, misattunement
from alliance_sim.law.security import first_security
from tests.law.people import CALM, CLIENT, CONFRONTATION, THERAPIST, TRAITS, WITHDRAWAL, P
from tests.law.rules import danger, gained, learn, noticing, pair_level, work

UP, DOWN = 1, -1
CONFRONTED, OLD = Break(2, 3, 0.6), {"broken": CALM, "unresolved": 0.6}


def confronting(bond=0.5, security=0.5, **changed):
    return confronts(P.rupture, TRAITS._replace(**changed), bond, security)


def leaves(alliance=0.6, **changed):
    return drops_out(P.leaving, CLIENT._replace(**changed), alliance, 2.0)


def level(**changed):
    return pair_level(Treatment(target=0.0), **changed)


MOVES = {
    "attendance: engagement": (lambda x: attendance(P.attendance, CLIENT._replace(engagement=x)), 1, UP),
    "attendance: unresolved load": (lambda x: attendance(P.attendance, CLIENT._replace(unresolved=x)), 10, DOWN),
    "overload: challenge": (lambda x: work(challenge=x).overload, 4, UP),
    "overload: bond": (lambda x: work(challenge=2.0, bond=x).overload, 1, DOWN),
    "overload: security": (lambda x: work(challenge=2.0, security=x).overload, 1, DOWN),
    "dose: engagement": (lambda x: work(engaged=x).dose, 1, UP),
    "dose: competence": (lambda x: work(competence=x).dose, 2, UP),
    "dose: efficacy": (lambda x: work(efficacy=x).dose, 1, UP),
    "rupture: overload": (lambda x: danger(overload=x), 3, UP),
    "rupture: mismatch of aims": (lambda x: danger(mismatch=x), 1, UP),
    "rupture: misattunement": (lambda x: danger(out_of_tune=x), 1, UP),
    "rupture: unresolved load": (lambda x: danger(unresolved=x), 5, UP),
    "rupture: security": (lambda x: danger(security=x), 1, DOWN),
    "rupture: agreement on goals, where aims differ": (lambda x: danger(mismatch=0.8, goal=x), 3, DOWN),
    "rupture: tasks that make sense": (lambda x: danger(task=x), 3, DOWN),
    "misattunement: attunement": (lambda x: misattunement(P.rupture, x, 0.0), 2, DOWN),
    "misattunement: strain": (lambda x: misattunement(P.rupture, 0.0, x), 2, UP),
    "confrontation: bond": (lambda x: confronting(bond=x), 1, UP),
    "confrontation: security": (lambda x: confronting(security=x), 1, UP),
    "confrontation: anxiety": (lambda x: confronting(anxiety=x), 1, UP),
    "confrontation: avoidance": (lambda x: confronting(avoidance=x), 1, DOWN),
    "noticing: vigilance": (lambda x: noticing(vigilance=x), 1, UP),
    "noticing: skill": (lambda x: noticing(skill=x), 1, UP),
    "noticing: attunement": (lambda x: noticing(attunement=x), 1, UP),
    "noticing: having asked": (lambda x: noticing(asked=x), 1, UP),
    "noticing: a flag": (lambda x: noticing(flagged=round(x)), 1, UP),
    "noticing: strain": (lambda x: noticing(tension=x), 2, DOWN),
    "noticing: a mask over a withdrawal": (lambda x: noticing(mask=x), 1, DOWN),
    "noticing: severity of a confrontation": (lambda x: noticing(Break(2, 3, x)), 1, UP),
    "noticing: an older load that is known": (lambda x: noticing(known=float(round(x)), **OLD), 1, UP),
    "security from repair: trauma": (lambda x: learn(trauma=x).gain, 1, UP),
    "security from repair: what is there": (lambda x: learn(security=x).gain, 1, DOWN),
    "first security: anxiety": (lambda x: first_security(P.security, TRAITS._replace(anxiety=x)), 1, DOWN),
    "first security: avoidance": (lambda x: first_security(P.security, TRAITS._replace(avoidance=x)), 1, DOWN),
    "first security: trauma": (lambda x: first_security(P.security, TRAITS._replace(trauma=x)), 1, DOWN),
    "level of goals: distance of aims": (lambda x: level(priority=x).goal, 1, DOWN),
    "level of goals: aims met": (lambda x: level(priority=0.9, met=x).goal, 1, UP),
    "level of tasks: agreement on goals": (lambda x: level(goal=x).task, 1, UP),
    "level of tasks: ways met": (lambda x: level(preference=0.9, met=x).task, 1, UP),
    "level of tasks: competence": (lambda x: level(helper=THERAPIST._replace(competence=x)).task, 1, UP),
    "level of the bond: attunement": (lambda x: level(helper=THERAPIST._replace(attunement=x)).bond, 1, UP),
    "level of the bond: security": (lambda x: level(security=x).bond, 1, UP),
    "level of the bond: strain": (lambda x: level(tension=x).bond, 2, DOWN),
    "engagement: alliance": (lambda x: engagement_level(P.engagement, x), 1, UP),
    "technique behind the gate: agreement": (lambda x: technique_effect(P.change, int(Change.GATE), 1.0, x), 1, UP),
    "gain: overload": (lambda x: gained(overload=x), 1, DOWN),
    "gain: security gained": (lambda x: gained(security_gain=x), 1, UP),
    "gain: distress that there is": (lambda x: gained(distress=x), 3, UP),
    "dropout: alliance": (lambda x: leaves(alliance=x), 1, DOWN),
    "dropout: unresolved load": (lambda x: leaves(unresolved=x), 10, UP),
    "dropout: distress that stays": (lambda x: leaves(distress=x), 6, UP),
}
"""The rule as a function of one cause, the cause's highest value (the lowest is 0), and the direction."""


@pytest.mark.parametrize("name", MOVES)
def test_a_cause_moves_a_rule_in_one_direction(name):
    rule, highest, direction = MOVES[name]
    values = np.array([rule(x) for x in np.linspace(0.0, highest, 21)])
    assert np.all(direction * np.diff(values) >= 0.0)
    assert direction * (values[-1] - values[0]) > 0.0


def test_a_mask_hides_no_confrontation_and_shared_aims_strain_nobody():
    assert noticing(CONFRONTED, mask=1.0) == noticing(CONFRONTED, mask=0.0)
    assert danger(mismatch=0.0, goal=3.0) == danger(mismatch=0.0, goal=-3.0)


shares, loads, sd, distresses = st.floats(0.0, 1.0), st.floats(0.0, 10.0), st.floats(-4.0, 4.0), st.floats(-3.0, 6.0)
PROBABILITIES = {
    "attendance": (
        lambda e, u: attendance(P.attendance, CLIENT._replace(engagement=e, unresolved=u)),
        (shares, loads),
    ),
    "misattunement": (lambda a, s: misattunement(P.rupture, a, s), (sd, loads)),
    "hazard": (lambda *parts: hazard(P.rupture, Strain(*parts)), (loads, loads, loads, loads)),
    "noticing": (
        lambda kind, severity, load, mask, skill, tension: noticing(
            Break(kind, 3 if kind else 0, severity if kind else 0.0),
            skill=skill, tension=tension, unresolved=load, mask=mask,
        ),
        (st.integers(0, 2), st.floats(0, 6), loads, st.floats(0, 6), sd, loads),
    ),
    "dropping out": (
        lambda alliance, load, now, intake: drops_out(
            P.leaving, CLIENT._replace(unresolved=load, distress=now), alliance, intake
        ),
        (shares, loads, distresses, distresses),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PROBABILITIES)
@given(st.data())
def test_it_is_a_probability(name, data):
    rule, causes = PROBABILITIES[name]
    assert 0.0 < rule(*(data.draw(cause) for cause in causes)) < 1.0


def test_an_average_client_misses_about_one_session_in_ten_and_withdraws_more_often_than_confronts():
    assert 0.05 < 1.0 - attendance(P.attendance, CLIENT) < 0.15
    assert confronting(bond=0.7, security=CLIENT.security) < 0.5


@given(shares, shares)
def test_a_confrontation_is_easier_to_notice_than_a_withdrawal(severity, mask):
    assert noticing(Break(2, 3, severity), mask=mask) > noticing(Break(1, 3, severity), mask=mask)


def test_severity_makes_a_confrontation_plainer_than_a_withdrawal():
    def gain(kind):
        odds = [noticing(Break(kind, 3, severity)) for severity in (0.0, 1.0)]
        return np.log(odds[1] / (1 - odds[1])) - np.log(odds[0] / (1 - odds[0]))

    assert gain(CONFRONTATION.type) > gain(WITHDRAWAL.type)
