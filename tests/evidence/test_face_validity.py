"""What the page of face validity computes, on clients made by hand; and that its words follow intervals."""

import doctest
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

from alliance_sim.evidence.face import after, course, learning
from alliance_sim.evidence.face.clinics import POLICIES, ClinicSample, Played, ignoring, without_ruptures, world_of
from alliance_sim.evidence.face.facts import Facts, facts
from alliance_sim.figures.picture import Picture, words_in
from alliance_sim.law.repair import RepairEffect
from alliance_sim.law.world import World
from alliance_sim.scenario.scenario import Clinic
from alliance_sim.stats.estimate import Estimate

WEEKS = 16
CLINIC = np.array([0, 0, 1, 1])
NAN = math.nan


def made(clients: dict[str, list[float]] | None = None, **sessions: np.ndarray) -> Played:
    """Four clients of two clinics."""
    columns = {name: np.array(values, float) for name, values in (clients or {}).items()}
    return Played(CLINIC, columns, sessions)


def flat(value: float = 0.0) -> np.ndarray:
    return np.full((4, WEEKS), value)


def test_a_mean_that_never_varies_has_no_error_and_a_share_of_all_has_wilsons() -> None:
    same = made().mean(np.array([2.0, NAN, 2.0, 2.0]))
    assert (same.value, same.low, same.high, same.error) == (2.0, 2.0, 2.0, 0.0)
    everybody = made().share(np.ones(4))
    assert (everybody.value, everybody.low, everybody.high) == pytest.approx((100.0, 51.0, 100.0), abs=0.1)
    many = Played(np.repeat(np.arange(12), 3), {}, {}).share(np.tile([1.0, 1.0, NAN], 12))
    assert (many.low, many.high) == pytest.approx((86.2, 100.0), abs=0.1)
    some = made().share(np.array([0.0, 1.0, 0.0, NAN]))
    assert some.value == pytest.approx(100 / 3)
    assert some.low >= 0.0


def test_change_from_the_first_to_the_last_month_is_over_clients_who_attend_both() -> None:
    ratings = flat(4.0)
    ratings[0, 11:], ratings[1, 11:], ratings[2, 11:] = 4.5, 3.0, NAN
    found = course.change("all", made(wai_client=ratings))
    assert found.difference.value == pytest.approx((0.5 - 1.0 + 0.0) / 3)
    assert found.falling.value == pytest.approx(100 / 3)


def test_every_client_has_one_course() -> None:
    steady = np.where(np.arange(WEEKS) % 2, 4.05, 3.95)
    ratings = np.tile(steady, (40, 1))  # many who are level, so that a drop is large for the SD of the sample
    ratings[0, 8:] += 0.9
    ratings[1, 8:] -= 0.9
    ratings[2, 6], ratings[3, 9:] = 2.0, NAN
    taken = [course.COURSES[k] for k in course.courses(ratings)]
    assert taken[:5] == ["rises", "falls", "level, dip and back", "not rated in both months", "level"]
    played = Played(np.arange(40) % 2, {}, {"wai_client": ratings})
    assert sum(each.value for each in course.shares(played)) == pytest.approx(100.0)


def ruptured() -> Played:
    """A client with a repaired severe rupture in week 4, one with an unrepaired mild one in week 3 and a severe one in
    week 5, one whose severe rupture comes too early, and one without any.
    """
    severity, rupture, repaired = flat(), flat(), flat()
    for client, week, size, mended in ((0, 4, 0.9, 1), (1, 3, 0.3, 0), (1, 5, 0.8, 0), (2, 2, 0.9, 1)):
        severity[client, week - 1], rupture[client, week - 1], repaired[client, week - 1] = size, 1, mended
    felt = flat(0.6)
    felt[0, 3:] = np.linspace(0.5, 0.8, WEEKS - 3)
    felt[1, 4] = 0.4
    felt[1, 5:] = 0.59
    return made({"trauma": [0.5, 0.0, 0.0, 0.0]}, alliance=felt, severity=severity, rupture=rupture, repaired=repaired)


def test_ruptures_are_found_by_severity_repair_and_week() -> None:
    played = ruptured()
    assert after.first_repaired(played).tolist() == [4, 0, 0, 0]
    assert after.unrepaired(played, 0.0).tolist() == [0, 3, 0, 0]
    assert after.unrepaired(played, after.SEVERE).tolist() == [0, 5, 0, 0]


def test_each_client_has_the_twin_of_the_own_week() -> None:
    found = after.own_twin({3: flat(0.3), 4: flat(0.4)}, np.array([4, 3, 0, 4]))
    np.testing.assert_array_equal(found[:, 0], [0.4, 0.3, NAN, 0.4])


def test_lines_start_from_the_week_before_and_hold_those_who_are_there_in_all_scenarios() -> None:
    own, other = flat(0.5), flat(0.5)
    own[:2, 4:], own[2:, 4:] = 0.7, 0.9  # the third is gone in the other scenario, and does not count
    other[:2, 4:] = 0.6
    other[2:, 4:] = NAN
    lines = after.around(made(), {"a": own, "b": other}, np.array([5, 5, 5, 0]))
    at = after.STEPS.index(0)
    assert [line.points[at].value for line in lines] == pytest.approx([0.2, 0.1])
    assert [line.points[after.STEPS.index(-1)].value for line in lines] == [0.0, 0.0]


def test_back_is_within_a_margin_below_and_never_counts_every_later_session() -> None:
    felt = flat(0.6)
    felt[0, 4:6] = 0.4  # back after two sessions
    felt[1, 4:] = 0.57  # never
    felt[2, 4] = 0.585  # never far
    felt[3, 5:] = NAN  # has no later session
    found = after.followed(made(), felt, np.full(4, 0.6), np.array([5, 5, 5, 5]))
    assert [each.value for each in found.back] == pytest.approx([100 / 3, 200 / 3, 200 / 3])
    assert found.never.value == pytest.approx(100 / 3)
    assert found.change[0].value == pytest.approx((-0.2 - 0.03 - 0.015) / 4)


def test_a_repaired_rupture_is_held_against_the_week_before_and_the_twin() -> None:
    played = ruptured()
    never = {week: flat(0.55) for week in after.WEEKS}
    risen, against = learning.gains(played, never)
    later = np.linspace(0.5, 0.8, WEEKS - 3)[6]
    assert risen[0] == pytest.approx(later - 0.6)
    assert against[0] == pytest.approx(later - 0.55)
    assert np.isnan(risen[1:]).all()
    found = learning.gain(played, never, played.clients["trauma"] > 0)
    assert (found.clients, found.above.value) == (1, 100.0)
    assert learning.gain(played, never, played.clients["trauma"] == 0).clients == 0


def test_the_dial_goes_from_nothing_to_the_upper_ends_and_the_rivals_are_other_mechanisms() -> None:
    world = World()
    found = {dial.label: dial for dial in learning.dials(world, dict(zip(learning.TEACHES, (0.8, 4.0), strict=True)))}
    assert found["nothing"].values == (0.0, 0.0)
    assert found["a quarter"].values == (0.2, 1.0)
    p = found["much"].world.parameters
    assert (p.security.corrective, p.sustain.trust) == (0.8, 4.0)
    assert found[learning.FITTED].world == world
    assert found[learning.NONE].world.mechanisms.repair_effect == RepairEffect.NONE
    assert found[learning.RESTORES].world.parameters == world.parameters


def test_outcomes_of_twins_differ_by_what_was_made() -> None:
    ends = {"symptoms_intake": [15.0] * 4, "left": [1.0, 0.0, 0.0, 0.0], "wai_mean": [4.0, 3.0, 4.0, 3.0]}
    one = made({**ends, "symptoms_end": [9.0, 14.0, 9.0, 14.0]})
    other = made({**ends, "symptoms_end": [8.0, 8.0, 8.0, 14.0], "left": [0.0] * 4})
    scale = World().scale
    found = course.difference("one", one, other, scale)
    assert found.symptoms.value == pytest.approx(2.0)
    assert found.dropout.value == pytest.approx(25.0)
    assert found.improved.value == pytest.approx(-25.0)
    assert course.ends("one", one, scale).improved.value == pytest.approx(50.0)
    assert course.shift(one, other).rating.value == 0.0
    assert course.shift(one, other).symptoms.value == pytest.approx(2.0 / np.std([8.0, 8.0, 8.0, 14.0]))


def test_single_clients_are_the_first_of_each_therapist() -> None:
    played = ruptured()
    left = flat()
    left[2, 6:] = NAN
    left[2, 5] = 1
    rated = flat() + np.arange(4)[:, None]
    found = course.single_clients(
        played._replace(sessions={**played.sessions, "left": left, "wai_client": rated}), 2, 2
    )
    assert found.ratings[:, 0].tolist() == [0.0, 2.0]
    assert found.ruptures[0].nonzero()[0].tolist() == [3]
    assert found.repaired[0, 3]
    assert found.dropout.tolist() == [0, 6]


def test_scenarios_differ_in_what_their_name_says() -> None:
    world = world_of()
    assert without_ruptures(world) == world._replace(mechanisms=world.mechanisms._replace(ruptures=0))
    assert ignoring(world) == world_of("ignore")
    assert len({world_of(name).policy for name in POLICIES}) == len(POLICIES)


PICTURES = ("course", "clients", "rupture", "courses", "learning")
E = Estimate


def facts_of(sign: int) -> Facts:
    """Facts in which every difference is above zero, below it, or cannot be distinguished from it."""
    some = E(0.1 * sign, 0.1 * sign - 0.05, 0.1 * sign + 0.05, 0.05)
    share = E(30.0, 28.0, 32.0, 1.0)
    change = course.RatingChange("cbt", some, some, some, share)
    returned = after.Return((share,) * 3, share, (some,) * 4)
    line = after.Line("never happened", (some,) * len(after.STEPS))
    gain = learning.Gain(9, some, some, share)
    ends = course.Ends("ignore", some, some, some)
    upper = dict.fromkeys(learning.TEACHES, 1.0)
    return Facts(
        ClinicSample(2, clinic=Clinic(2, 2)),
        dict.fromkeys(POLICIES, (some,) * WEEKS),
        {"repair": (change,), "ignore": (change,)},
        course.Singles(flat(4.0), np.zeros((4, WEEKS), np.int64), flat() > 0, np.array([0, 0, 0, 9])),
        after.After((line, line._replace(label="repaired")), 9, (line,), 9),
        tuple(after.Unrepaired("repair", severe, 9, returned, returned, some) for severe in (False, True)),
        dict.fromkeys(POLICIES, (E(20.0, 18.0, 22.0, 1.0),) * 5),
        tuple(ends._replace(label=name) for name in POLICIES),
        tuple(ends._replace(label=name) for name in POLICIES if name != "repair"),
        course.Shift(some, some),
        tuple(learning.Taught(dial, gain, gain, some, ends, ends) for dial in learning.dials(World(), upper)),
        gain,
    )


@pytest.mark.parametrize(
    ("sign", "says", "never_says"),
    [
        (1, ("recovers on average", "is higher than the week before", "gain more"), ("lower than the week",)),
        (-1, ("falls further on average", "is lower than the week before", "gain less"), ("higher than the week",)),
        (0, ("cannot be distinguished from the week before", "cannot tell"), ("higher than the week",)),
    ],
)  # fmt: skip
def test_words_follow_intervals(
    script: Callable[[str], Any], sign: int, says: tuple[str, ...], never_says: tuple[str, ...]
) -> None:
    maker = script("make_face_validity")
    assert doctest.testmod(maker).failed == 0
    shown = [Picture(f"face_{name}", "", "", "", Figure()) for name in PICTURES]
    text = maker.page(facts_of(sign), shown)
    assert all(words in text for words in says)
    assert not any(words in text for words in never_says)


def test_every_picture_is_drawn_and_stands_in_the_page(script: Callable[[str], Any]) -> None:
    maker = script("make_face_validity")
    drawn = maker.pictures(facts_of(1))
    assert [picture.name for picture in drawn] == [f"face_{name}" for name in PICTURES]
    text = maker.page(facts_of(1), drawn)
    assert all(f"![{picture.alt}](images/{picture.name}.png)" in text for picture in drawn)
    words = {name: words_in(picture.figure) for name, picture in zip(PICTURES, drawn, strict=True)}
    assert {"ignore", "press on", "usual care", "repair", "monitor and repair"} <= set(words["course"])
    assert {"repaired", "never happened"} <= set(words["rupture"])
    assert {"as fitted", "teaches: much", "repair changes nothing"} <= set(words["learning"])


@pytest.mark.slow
def test_everything_is_simulated_from_a_seed() -> None:
    sample = ClinicSample(4, clinic=Clinic(15, 12, WEEKS))
    found = facts(sample, dict.fromkeys(learning.TEACHES, 1.0))
    assert len(found.weekly) == len(POLICIES)
    assert found.single.ratings.shape == (30, WEEKS)
    taught = {each.dial.label: each for each in found.taught}
    assert taught["nothing"].everybody == taught[learning.RESTORES].everybody
    assert taught["nothing"].policy.symptoms == taught[learning.RESTORES].policy.symptoms
    assert found.after.repaired[0].points[0].value == found.after.repaired[1].points[0].value
