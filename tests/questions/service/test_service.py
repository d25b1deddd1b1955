"""A service over a year: its config, its layout, its numbers by construction, and the answer in words."""

import math
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from alliance_sim.engine.service import play_service
from alliance_sim.estimands.service_year import CURVES, ESTIMANDS
from alliance_sim.experiment.kept import silent
from alliance_sim.law.service import Service
from alliance_sim.questions.frame.answer import answer_question
from alliance_sim.questions.frame.config import load_question
from alliance_sim.questions.service import comparing
from alliance_sim.questions.service.comparing import FROM_SMALLEST, LIGHT, PER_CLIENT, SAME, Services
from alliance_sim.questions.service.going_on import list_table, others_table, others_words
from alliance_sim.questions.service.layout import AS_SET, Layout, layout_of, size
from alliance_sim.questions.service.playing import play
from alliance_sim.questions.service.setting_out import service_words, strain_of, strain_table
from alliance_sim.questions.service.short import short
from alliance_sim.questions.service.telling import Crossing, Facts, Told, crossing_cell, crossing_words
from alliance_sim.scenario import ConfigError
from alliance_sim.scenario.scenario import Scenario
from alliance_sim.stats.crossing import crossed
from alliance_sim.stats.numbers import listed

CONFIG = """
title: A small service
question: What does training bring?
replicates: 2
clinic: {therapists: 2, weeks: 6}
arms:
  usual: {}
  training: {parameters: {intake: {repair_mean: 1}}}
factors:
  clinic.caseload: [2, 4]
  strain:
    none: {mechanisms.spillover: false}
    heavy: {parameters.strain.rupture: 2}
service:
  warm_up: 4
  year: 8
  horizon: 6
  reference: 2
  scenarios:
    full:
    scarce: {load: 0, referrals: 3}
ademp: {aims: To see.}
caveats: [It is small.]
"""

SHRUNK = [
    "replicates=2", "clinic.therapists=2", "clinic.weeks=6", "factors.clinic.caseload=[2, 4]", "service.reference=2",
    "service.warm_up=4", "service.year=8", "service.horizon=6", "service.scenarios.scarce places.referrals=2",
]  # fmt: skip

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a config and gives its path."""

    def write(text: str = CONFIG) -> Path:
        file = tmp_path / "small.yaml"
        file.write_text(text, encoding="utf-8")
        return file

    return write


def mistakes(file: Path, *overrides: str) -> list[str]:
    """The messages about a config, without its folder."""
    with pytest.raises(ConfigError) as caught:
        load_question(file, overrides)
    return str(caught.value).replace(f"{file.parent}/", "").splitlines()


def test_a_design_is_scenarios_worlds_caseloads_and_arms(write: Write) -> None:
    layout = layout_of(load_question(write()))
    base = Service(warm_up=4, year=8, horizon=6)
    assert layout.scenarios == {"full": base, "scarce": base._replace(load=0.0, referrals=3.0)}
    assert (layout.worlds, layout.off, layout.on, layout.world) == (("none", "heavy"), "none", ("heavy",), "heavy")
    assert (layout.caseloads, layout.reference) == ((2, 4), 2)
    assert (layout.baseline, layout.changed) == ("usual", ("training",))


def test_a_service_without_scenarios_and_worlds_has_one_of_each(write: Write) -> None:
    asked = load_question(write("service: {}\nclinic: {caseload: 7}\n"))
    layout = layout_of(asked)
    assert (layout.scenarios, layout.worlds, layout.off) == ({AS_SET: Service()}, (AS_SET,), None)
    assert (layout.caseloads, layout.reference) == ((7,), 7)


def test_the_size_is_told_in_words(write: Write) -> None:
    assert size(load_question(write())) == [
        "2 scenarios × 2 worlds × 2 caseloads × 2 arms × 2 replicates: 32 services of 2 therapists, 17 weeks each"
    ]


def test_mistakes_in_the_section_are_told_at_their_place(write: Write) -> None:
    text = CONFIG.replace("warm_up: 4", "warmup: 4").replace("load: 0,", "lod: 0,")
    assert mistakes(write(text)) == [
        (
            'small.yaml, line 15: service.warmup: found the unknown name "warmup"; allowed: warm_up, year, horizon, '
            "load, referrals, give_up, reference, scenarios; did you mean warm_up?"
        ),
        (
            'small.yaml, line 21: service.scenarios.scarce.lod: found the unknown name "lod"; allowed: warm_up, year, '
            "horizon, load, referrals, give_up; did you mean load?"
        ),
    ]


def test_numbers_out_of_range_are_told(write: Write) -> None:
    assert mistakes(write(), "service.give_up=2") == [
        (
            "--set service.give_up=2: service.give_up: found the number 2; allowed: a number from 0 to 1 "
            "(probability / week)"
        )
    ]


def test_a_reference_that_is_not_studied_is_told(write: Write) -> None:
    assert mistakes(write(CONFIG.replace("reference: 2", "reference: 5"))) == [
        (
            "small.yaml, line 18: service.reference: found the number 5; allowed: one of the caseloads that are "
            "studied: 2, 4; did you mean 4?"
        )
    ]


def test_two_factors_of_worlds_are_told(write: Write) -> None:
    text = CONFIG.replace("  strain:\n", "  parameters.strain.week: [0.2, 0.6]\n  strain:\n")
    assert mistakes(write(text)) == [
        (
            "small.yaml, line 9: factors: found 2 factors beside the caseload: week, strain; allowed: one at most "
            "(link settings under one name)"
        )
    ]


def test_a_service_to_which_nobody_is_referred_is_told(write: Write) -> None:
    assert mistakes(write(CONFIG.replace("referrals: 3", "referrals: 0"))) == [
        (
            "small.yaml, line 21: service.scenarios.scarce: found the number 0; allowed: load or referrals above 0: "
            "somebody must be referred"
        )
    ]


def test_more_referrals_than_can_be_counted_are_told(write: Write) -> None:
    told = mistakes(write(CONFIG.replace("therapists: 2", "therapists: 5000")))
    assert told == [
        (
            "small.yaml, line 20: service.scenarios.full: found the number 4333.3; allowed: at most 500 referrals a "
            "week (load · places / planned weeks + referrals)"
        )
    ]


def test_a_sampled_design_is_told(write: Write) -> None:
    design = "design: {method: latin_hypercube, points: 3, ranges: {parameters.strain.week: plausible}}\n"
    told = mistakes(write(CONFIG + design))
    assert told == ["small.yaml, line 24: design: found a sampled or listed design; allowed: factors"]


LAYOUT = Layout(
    {"full": Service(), "scarce": Service(load=0.0, referrals=3.0)},
    ("none", "on", "heavy"), "none", (10, 20, 40), 10, ("usual", "training"), "usual", {},
)  # fmt: skip
COST = {"none": 0.0, "on": 0.0, "heavy": 0.01}


def rows(noise: float = 0.02, gain: float = 0.25, lost: float = 0.0) -> pd.DataFrame:
    """Services in which training brings 0.25 points at every caseload, and heavy strain takes 0.01 points a place.

    lost: what heavy strain takes from the gain itself.
    """
    rng = np.random.default_rng(5)
    made = []
    for scenario in LAYOUT.scenarios:
        for world in LAYOUT.worlds:
            for caseload in LAYOUT.caseloads:
                for arm in LAYOUT.arms:
                    for replicate in range(1, 31):
                        row = dict.fromkeys([estimand.name for estimand in ESTIMANDS], 1.0)
                        better = 6.0 + (_gain(world, gain, lost) if arm == "training" else 0.0) - COST[world] * caseload
                        row |= dict.fromkeys(PER_CLIENT, better + noise * rng.normal())
                        row["recovered_year"] = 2.0 * caseload + rng.normal()
                        row |= {f"{name}@{k}": float(k) for name in CURVES for k in (1, 2)}
                        head = {"scenario": scenario, "world": world, "caseload": caseload, "arm": arm}
                        made.append({**head, "replicate": replicate, **row})
    return pd.DataFrame(made)


def _gain(world: str, gain: float, lost: float) -> float:
    """What training brings in a world."""
    return gain - (lost if world == "heavy" else 0.0)


@pytest.fixture(scope="module")
def services() -> Services:
    """Services with known differences."""
    return Services(rows(), LAYOUT)


def told_of(services: Services, layout: Layout = LAYOUT) -> Told:
    """What is told of services."""
    tables = {
        "estimates": comparing.estimates(services),
        "crossings": comparing.crossing_table(services),
        "times": comparing.times_table(services),
    }
    return Told(layout, tables, Facts("PHQ-9", 5.0, 30, True))


@pytest.fixture(scope="module")
def told(services: Services) -> Told:
    """What is told of them."""
    return told_of(services)


def test_a_gain_is_used_up_where_spill_over_costs_as_much(told: Told) -> None:
    """0.25 - 0.01 c = 0 at 25; against usual at 10 places, which itself loses 0.1: 0.25 - 0.01 (c - 10) = 0 at 35."""
    same = told.crossing("training", PER_CLIENT[0], SAME, "heavy")
    light = told.crossing("training", PER_CLIENT[0], LIGHT, "heavy")
    assert same is not None
    assert light is not None
    assert same.low < 25 < same.high
    assert light.low < 35 < light.high
    assert same.high - same.low < 3
    assert told.crossing("training", PER_CLIENT[0], SAME, "on") == crossed(np.array([1.0]), np.ones((30, 1)))


def test_differences_are_what_was_built_in(told: Told) -> None:
    gain = told.gain(PER_CLIENT[0], "training")
    assert gain.low < 0.25 < gain.high
    assert gain.is_clear
    cost = told.value(PER_CLIENT[0], world="heavy", caseload=40, kind=comparing.BY_SPILLOVER)
    assert cost.low < -0.4 < cost.high
    more = told.value("recovered_year", caseload=40, kind=FROM_SMALLEST)
    assert more.low < 60.0 < more.high


def test_how_many_times_as_many_recover_is_a_ratio_of_means(told: Told) -> None:
    """20 and 80 recover at 10 and 40 places."""
    times = told.times("heavy")
    assert times.low < 4.0 < times.high
    assert times.high - times.low < 0.2


def test_the_short_answer_says_what_the_numbers_say(told: Told) -> None:
    lead, _, points = short(told).partition("\n\n")
    assert "the other arms add to that: training +0.2" in lead
    assert "points, at most 5 % of the 5 points from which on a change of a single client counts as reliable" in lead
    assert "up to 40 in 1 of 2 forms of strain: heavy; not in on." in lead
    assert "is clearly smaller in no form and for no arm: where a gain is eaten" in lead
    assert "  - *on*: training not at any caseload up to 40." in points
    assert re.search(r"  - \*heavy\*: training at 2\d\.\d \[2\d\.\d, 2\d\.\d\] places\.", points)
    assert re.search(r"costs 0\.\d\d \[0\.\d\d, 0\.\d\d\] \(MCSE 0\.\d\d\d\)\.", points)
    assert re.search(r"4 times the places \(10 to 40\) bring (3\.9|4\.0|4\.1) \[", points)
    assert "clearly less at 40 places than at 10 in 1 of 2 (heavy)" in points
    assert '- **Scenario "scarce":**' in points
    assert "fares worse" not in points


def test_the_lead_of_the_short_answer_is_short(told: Told) -> None:
    assert len(short(told).splitlines()[0].split()) < 130


def test_a_gain_that_may_be_none_is_told_so() -> None:
    assert "cannot be told from nothing" in short(told_of(Services(rows(noise=3.0), LAYOUT))).splitlines()[0]


def test_a_gain_that_strain_makes_smaller_is_told_so() -> None:
    told = told_of(Services(rows(lost=0.1), LAYOUT))
    assert told.changed_gain("training") == (["heavy"], [])
    assert "The gain itself is clearly smaller under strain for training in 1 of 2 forms." in short(told)
    assert "training in 1 clearly smaller, in none clearly larger" in short(told)


def test_an_arm_that_does_harm_is_told_with_what_becomes_of_the_list() -> None:
    words = short(told_of(Services(rows(gain=-0.25), LAYOUT)))
    assert (
        "Under training everybody referred fares worse than under usual: treatments ended in the year change" in words
    )


def test_places_that_come_too_late_for_the_horizon_are_told() -> None:
    late = rows()
    late.loc[(late["scenario"] == "scarce") & (late["caseload"] == 10), "waited"] = 32.0
    words = others_words(told_of(Services(late, LAYOUT)))
    assert 'With 10 places ("scarce") those who are taken on have waited 32.0 [32.0, 32.0] weeks on average' in words
    assert "longer than the 26 weeks after which everybody is measured" in words
    assert "With 20 places" not in words


def test_every_column_of_the_list_has_intervals(told: Told) -> None:
    for table in (list_table(told), others_table(told)):
        assert all("[" in cell for name in table.columns[2:] for cell in table[name])
    assert set(others_table(told)["Scenario"]) == {"scarce"}


def test_strain_is_what_an_average_rupture_adds_and_what_is_left_of_it() -> None:
    """By hand: 0.25 · 0.6, half as much again for a confrontation; of it 0.85 an hour and 0.85² · 0.4 a week on."""
    world = Scenario().world
    found = strain_of(world, 2)
    assert found == pytest.approx((0.15, 0.225, 0.85, 0.85 * 0.85 * 0.4))
    off = strain_of(world._replace(mechanisms=world.mechanisms._replace(spillover=0)), 2)
    assert off[:2] == (0.0, 0.0)
    assert math.isnan(off.next_hour)


def test_the_service_its_arms_and_its_worlds_are_set_out(write: Write) -> None:
    asked = load_question(write())
    layout = layout_of(asked)
    words = service_words(asked, layout)
    assert "The service has 2 therapists." in words
    assert 'Scenario "full":** referrals follow the places: 1.3 times as many' in words
    assert 'Scenario "scarce":** 3 clients a week are referred, 1.5 for each therapist' in words
    assert "- **training:** as usual, but: Mean repair skill of the therapists: 1." in words
    table = strain_table(asked, layout)
    assert list(table["Strain"]) == ["none", "heavy"]
    assert list(table["a withdrawal adds"]) == ["0.00", "1.20"]


@pytest.mark.parametrize(
    ("ends", "cell", "words"),
    [
        ((22.4, 20.0, 25.1), "22.4 [20.0, 25.1]", "at 22.4 [20.0, 25.1] places"),
        ((math.inf, math.inf, math.inf), "above 40", "not at any caseload up to 40"),
        ((-math.inf, -math.inf, -math.inf), "below 5", "already at 5 places"),
        (
            (math.inf, 33.0, math.inf),
            "above 40 [33.0, above 40]",
            "not at any caseload up to 40 (its interval begins at 33.0)",
        ),
        ((30.0, -math.inf, math.inf), "cannot be told", "at a caseload that cannot be told"),
        ((math.nan, math.nan, math.nan), "–", "at – places"),
    ],
)
def test_a_place_is_told_with_the_side_on_which_it_lies(ends: tuple[float, ...], cell: str, words: str) -> None:
    found = Crossing(*ends, 1.0, 1.0, 1.0, 0.0, 0.0, 30)
    assert crossing_cell(found, (5, 40)) == cell
    assert crossing_words(found, (5, 40)) == words


def test_names_are_listed_as_in_a_sentence() -> None:
    assert [listed(list(names)) for names in ("", "a", "ab", "abc")] == ["", "a", "a and b", "a, b and c"]


@pytest.mark.slow
def test_the_shipped_question_is_answered_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    asked = load_question(Path(__file__).parents[3] / "configs" / "service.yaml", SHRUNK)
    first = answer_question(asked, tmp_path / "out", 1, silent)
    assert {"estimates", "crossings", "times", "gains", "weeks", "services"} == set(first.answer.tables)
    assert [picture.name for picture in first.answer.pictures] == ["caseload", "gain", "weeks", "list"]
    pieces = sorted((tmp_path / "out" / "pieces").glob("*.parquet"))
    assert len(pieces) == 28
    for piece in pieces[::4]:
        piece.unlink()
    again = answer_question(asked, tmp_path / "out", 2, silent)
    for name, table in first.answer.tables.items():
        pd.testing.assert_frame_equal(table, again.answer.tables[name])
    assert again.text == first.text


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "service: {warm_up: 2, year: 6, horizon: 4}\nclinic: {therapists: 1, caseload: 3, weeks: 4}\nreplicates: 2\n",
        re.sub(r"    none: .*\n", "", CONFIG),
        re.sub(r"    heavy: .*\n", "", CONFIG),
        re.sub(r"  training: .*\n", "", CONFIG),
        CONFIG.replace("[2, 4]", "[3]").replace("reference: 2", "reference: 3"),
    ],
    ids=["nothing is varied", "no world without", "only a world without", "one arm", "one caseload"],
)
def test_a_smaller_question_has_a_smaller_answer(write: Write, tmp_path: Path, text: str) -> None:
    answered = answer_question(load_question(write(text)), tmp_path / "out", 1, silent)
    assert "nan" not in answered.text
    assert answered.answer.short


@pytest.mark.slow
def test_a_policy_of_the_users_own_is_played_agent_by_agent(write: Write, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("from alliance_sim.law.policy import plan as gentle\n", encoding="utf-8")
    custom = 'policy: {base: repair, custom: "mine:gentle"}\n'
    asked = load_question(write(CONFIG + custom))
    scenario = asked.experiment.points[0].scenario
    service = Service(2, 8, 6)
    assert scenario.policy_function is not None
    ours = play(scenario, service, 3, 1, tmp_path)
    theirs = play_service(scenario._replace(policy_function=None), service, 3, 1)
    assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(ours, theirs, strict=True))
