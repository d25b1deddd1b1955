"""Who comes to treatment, and who gives it."""

import numpy as np
import pytest
from scipy.special import expit, ndtri

from alliance_sim.chance import Luck, Purpose, draw, key_of
from alliance_sim.law.intake import IntakeParameters, Skills, client_traits, therapist_traits

N = 4000
KEY = key_of(11)


def therapists(skills: Skills, **settings: float) -> dict[str, np.ndarray]:
    """Traits of many therapists by name."""
    p = IntakeParameters()._replace(**settings)
    drawn = np.array([therapist_traits(p, int(skills), Luck(*KEY, 1, k, 0, 0)) for k in range(1, N + 1)])
    return dict(zip(therapist_traits(p, 0, Luck(*KEY, 1, 1, 0, 0))._fields, drawn.T, strict=True))


def clients(**settings: float) -> dict[str, np.ndarray]:
    """Traits of many clients by name."""
    p = IntakeParameters()._replace(**settings)
    drawn = np.array([client_traits(p, Luck(*KEY, 1, 1, k, 0)) for k in range(1, N + 1)])
    return dict(zip(client_traits(p, Luck(*KEY, 1, 1, 1, 0))._fields, drawn.T, strict=True))


def se(sd: float) -> float:
    """Four standard errors of a mean of N."""
    return 4.0 * sd / np.sqrt(N)


def test_therapists_have_the_mean_and_sd_that_are_set_and_independent_skills_do_not_go_together():
    prefixes = ("attunement", "repair", "competence", "defensiveness")
    means, sds = (dict.fromkeys((f"{each}_{what}" for each in prefixes), x) for what, x in (("mean", 0.5), ("sd", 1.5)))
    skills = np.array(list(therapists(Skills.INDEPENDENT, **means, **sds).values())[:4])
    assert skills.mean(axis=1) == pytest.approx(np.full(4, 0.5), abs=se(1.5))
    assert skills.std(axis=1) == pytest.approx(np.full(4, 1.5), rel=0.05)
    assert np.max(np.abs(np.corrcoef(skills) - np.eye(4))) < se(1.0)


def test_correlated_skills_share_the_variance_that_is_set_and_defensiveness_goes_the_other_way():
    drawn = therapists(Skills.CORRELATED, skill_correlation=0.5)
    good = np.corrcoef([drawn["attunement"], drawn["repair_skill"], drawn["competence"]])
    assert good[np.triu_indices(3, 1)] == pytest.approx(0.5, abs=0.06)
    assert np.corrcoef(drawn["repair_skill"], drawn["defensiveness"])[0, 1] == pytest.approx(-0.5, abs=0.06)
    assert np.std(drawn["repair_skill"]) == pytest.approx(1.0, rel=0.05)


def test_anxiety_and_avoidance_correlate_as_set_and_have_unit_spread():
    drawn = clients(attachment_correlation=0.6)
    assert np.corrcoef(drawn["anxiety"], drawn["avoidance"])[0, 1] == pytest.approx(0.6, abs=0.05)
    assert np.std(drawn["avoidance"]) == pytest.approx(1.0, rel=0.05)


@pytest.mark.parametrize("prevalence", [0.0, 0.35, 1.0])
def test_trauma_is_as_prevalent_as_set_and_between_half_and_whole_where_there_is_some(prevalence):
    trauma = clients(trauma_prevalence=prevalence)["trauma"]
    assert np.mean(trauma > 0.0) == pytest.approx(prevalence, abs=se(0.5))
    assert np.all((trauma == 0.0) | ((trauma >= 0.5) & (trauma <= 1.0)))


def test_distress_at_intake_is_resting_level_plus_episode():
    drawn = clients(resting_mean=1.0, resting_sd=0.6, episode_mean=0.8, episode_sd=0.8)
    episode = drawn["intake_distress"] - drawn["resting"]
    assert np.mean(drawn["resting"]) == pytest.approx(1.0, abs=se(0.6))
    assert np.mean(episode) == pytest.approx(0.8, abs=se(0.8))
    assert np.std(drawn["intake_distress"]) == pytest.approx(1.0, rel=0.05)
    assert abs(np.corrcoef(drawn["resting"], episode)[0, 1]) < se(1.0)


@pytest.mark.parametrize("r", [-0.4, 0.0, 0.5])
def test_distress_goes_with_insecurity_as_set_and_is_no_wider_for_it(r):
    drawn = clients(distress_insecurity=r, attachment_correlation=0.3, resting_sd=0.6)
    insecurity = drawn["anxiety"] + drawn["avoidance"]
    assert np.corrcoef(drawn["resting"], insecurity)[0, 1] == pytest.approx(r, abs=0.05)
    assert np.std(drawn["resting"]) == pytest.approx(0.6, rel=0.05)
    assert np.corrcoef(drawn["resting"], drawn["anxiety"])[0, 1] == pytest.approx(
        np.corrcoef(drawn["resting"], drawn["avoidance"])[0, 1], abs=0.06
    )


@pytest.mark.parametrize("sd", [0.3, 0.6])
def test_clients_respond_as_much_as_the_average_client_on_average(sd):
    responsiveness = clients(responsiveness_sd=sd)["responsiveness"]
    assert np.mean(responsiveness) == pytest.approx(1.0, abs=se(np.sqrt(np.exp(sd**2) - 1)))
    assert np.std(np.log(responsiveness)) == pytest.approx(sd, rel=0.05)
    assert set(clients(responsiveness_sd=0.0)["responsiveness"]) == {1.0}


def test_priorities_and_preferences_are_shares_and_deference_is_never_negative():
    drawn = clients(priority_sd=2.0, preference_sd=2.0, deference_mean=0.4)
    for name in ("priority", "preference"):
        assert 0.0 < drawn[name].min() < drawn[name].max() < 1.0
    assert drawn["deference"].min() > 0.0
    assert np.mean(drawn["deference"]) == pytest.approx(0.4, abs=se(0.4))


def test_a_setting_moves_only_what_it_is_about():
    usual, wide = clients(), clients(rapport_sd=1.5)
    assert {name for name in usual if not np.array_equal(usual[name], wide[name])} == {"rapport"}


def test_people_are_made_of_their_draws_as_the_model_description_says():
    """Section 5 of docs/model.md, typed in again."""
    p = IntakeParameters()
    luck = Luck(*KEY, 3, 2, 5, 0)
    skill, style = (ndtri(draw(luck, purpose)) for purpose in (Purpose.THERAPIST_TRAITS, Purpose.THERAPIST_STYLE))
    common = style[0] * np.array([1, 1, 1, -1])
    share = p.skill_correlation
    means = np.array([p.attunement_mean, p.repair_mean, p.competence_mean, p.defensiveness_mean])
    spreads = np.array([p.attunement_sd, p.repair_sd, p.competence_sd, p.defensiveness_sd])
    together = means + spreads * (np.sqrt(1 - share) * skill + np.sqrt(share) * common)
    helper = therapist_traits(p, int(Skills.CORRELATED), luck)
    assert tuple(helper) == pytest.approx((*together, style[1]), abs=1e-6)

    attachment, aims, trouble = (
        draw(luck, purpose) for purpose in (Purpose.CLIENT_ATTACHMENT, Purpose.CLIENT_AIMS, Purpose.CLIENT_DISTRESS)
    )
    z, r = ndtri(np.array([attachment.a, attachment.b])), p.attachment_correlation
    avoidance = r * z[0] + np.sqrt(1 - r * r) * z[1]
    insecurity, along = (z[0] + avoidance) / np.sqrt(2 + 2 * r), p.distress_insecurity
    resting = p.resting_mean + p.resting_sd * (along * insecurity + np.sqrt(1 - along**2) * ndtri(trouble.a))
    respond = p.responsiveness_sd * ndtri(draw(luck, Purpose.CLIENT_RESPONSE).a) - p.responsiveness_sd**2 / 2
    client = client_traits(p._replace(trauma_prevalence=1.0), luck)
    assert tuple(client) == pytest.approx(
        (
            z[0],
            avoidance,
            0.5 + 0.5 * attachment.d,
            expit(p.priority_mean + p.priority_sd * ndtri(aims.a)),
            expit(p.preference_mean + p.preference_sd * ndtri(aims.b)),
            p.rapport_sd * ndtri(aims.c),
            ndtri(aims.d),
            2 * p.deference_mean * trouble.c,
            resting,
            resting + p.episode_mean + p.episode_sd * ndtri(trouble.b),
            np.exp(respond),
        ),
        abs=1e-6,
    )
