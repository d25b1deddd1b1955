"""Rules of the law with everything at its average; a test names what differs."""

from alliance_sim.chance import Draws
from alliance_sim.law.alliance import alliance
from alliance_sim.law.attention import Treatment, divide
from alliance_sim.law.change import Change, improvement
from alliance_sim.law.engagement import engagement
from alliance_sim.law.policy import Plan, Policy
from alliance_sim.law.repair import RepairEffect, notices, repair
from alliance_sim.law.rupture import Break, hazard, strain
from alliance_sim.law.security import Learning, learn_security
from alliance_sim.law.state import ClientState, TherapistState
from alliance_sim.law.strain import after_hour
from alliance_sim.law.sustain import Sustainable, sustainable
from alliance_sim.law.technique import technique
from tests.law.people import CALM, CLIENT, MIDDLE, NOTHING_DONE, RESTED, THERAPIST, TRAITS, WHOLE_REPAIR, WITHDRAWAL, P

ALL_STEPS = Plan(1.0, 1.0, 1.0, 1.0, 0.0)
LUCKY = Draws(0.001, 0.001, 0.001, 0.001)
UNDISTURBED = Draws(0.5, 0.999, 0.999, 0.5)  # no defensiveness, no over-apology
MILD = Break(1, 3, 0.6)
AVERAGE = Treatment()


def work(challenge=1.0, efficacy=1.0, share=0.4, competence=0.0, bond=0.6, security=0.5, engaged=0.6):
    """Stage 3: work of a session of average challenge."""
    return technique(P.technique, challenge, efficacy, share, competence, bond, security, engaged)


def danger(mismatch=0.2, overload=0.2, out_of_tune=0.3, **changed):
    """Stage 4: probability of a rupture."""
    return hazard(P.rupture, strain(P.rupture, CLIENT._replace(**changed), mismatch, overload, out_of_tune))


def noticing(broken=MILD, flagged=0, asked=0.0, vigilance=0.0, skill=0.0, attunement=0.0, tension=0.0, **changed):
    """Stage 5: probability of noticing a withdrawal."""
    helper, state = THERAPIST._replace(repair_skill=skill, attunement=attunement), RESTED._replace(strain=tension)
    policy = Policy()._replace(vigilance=vigilance)
    return notices(P.repair, policy, helper, state, CLIENT._replace(**changed), broken, flagged, asked)


def mend(plan=ALL_STEPS, broken=MILD, noticed=True, first=UNDISTURBED, steps=LUCKY, skill=0.0, learned=0.0,
         defensiveness=0.0, tension=0.0, **changed):  # fmt: skip
    """Stage 5: what comes of a lucky repair of a noticed withdrawal."""
    helper = THERAPIST._replace(repair_skill=skill, defensiveness=defensiveness)
    state = RESTED._replace(strain=tension, learned=learned)
    return repair(P.repair, plan, helper, state, CLIENT._replace(**changed), broken, noticed, first, steps)


def pair_level(treatment=AVERAGE, goal=0.7, met=0.0, security=0.5, tension=0.0, trust=0.0, gained=0.0,
               helper=THERAPIST, settings=None, **changed):  # fmt: skip
    """Stage 6: what an average pair can sustain."""
    q, who = P.sustain._replace(**(settings or {})), TRAITS._replace(**changed)
    return sustainable(q, treatment, helper, who, goal, met, security, trust, gained, tension)


def week(hour=None, present=True, broken=CALM, mended=NOTHING_DONE, draws=MIDDLE, learned=0.0, settings=None,
         **changed) -> ClientState:  # fmt: skip
    """Stage 6: the client after a calm session."""
    before = CLIENT._replace(**changed)
    return alliance(
        P.alliance._replace(**(settings or {})), P.engagement, P.repair, Sustainable(1.3, 1.3, 1.4),
        hour or divide(AVERAGE, 0.0), present, broken, mended, Learning(before.security, learned), before, draws,
    )  # fmt: skip


def learn(effect=RepairEffect.CORRECTIVE, trauma=0.0, security=0.4, broken=WITHDRAWAL, load=0.8,
          mended=WHOLE_REPAIR):  # fmt: skip
    """Stage 6: security after a session with a repaired rupture."""
    return learn_security(P.security, int(effect), trauma, security, broken, load, mended)


def engaged(alliance=0.7, broken=CALM, harm=1.0, kept=1.0, before=0.6, z=0.0):
    """Stage 6: engagement after a calm session."""
    return engagement(P.engagement, alliance, broken, harm, kept, before, z)


def gained(mechanism=Change.GATE, settings=None, dose=0.5, overload=0.0, agreed=0.7, alliance=0.7, bond=0.7,
           engaged=0.6, security_gain=0.0, responsiveness=1.0, distress=2.0):  # fmt: skip
    """Stage 7: fall of distress in a session."""
    q = P.change._replace(**(settings or {}))
    return improvement(
        q, int(mechanism), dose, overload, agreed, alliance, bond, engaged, security_gain, responsiveness, distress
    )


def after(broken=CALM, done=NOTHING_DONE, felt=None, spillover=1, tension=0.0, learned=0.0):
    """Stage 8: a therapist after a calm hour."""
    return after_hour(P.strain, spillover, broken, done, felt or done, TherapistState(tension, learned))
