"""A service over a year: its config, its layout, its numbers by construction, and the facts of its page."""

import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from alliance_sim.engine.service import play_service
from alliance_sim.estimands.service_year import CURVES, ESTIMANDS
from alliance_sim.experiment.kept import silent
from alliance_sim.law.service import Service
from alliance_sim.questions.frame.answer import answer_question
from alliance_sim.questions.frame.config import load_question
from alliance_sim.questions.service.estimates import (
    BY_SPILLOVER,
    FROM_SMALLEST,
    LIGHT,
    REFERRED,
    SAME,
    TIMES,
    TREATED,
    USED_UP,
    Services,
    tables_of,
)
from alliance_sim.questions.service.run import simulate
from alliance_sim.questions.service.section import AS_SET, Layout, layout_of, size
from alliance_sim.questions.service.strain import forms_of, strain_of
from alliance_sim.questions.service.view import (
    ServiceEstimates,
    _changed_gain,
    _forms_used_up,
    _harm,
    _late,
    _service,
    caseload,
)
from alliance_sim.scenario import ConfigError
from alliance_sim.scenario.scenario import Scenario
from alliance_sim.stats.estimate import Estimate

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


# ---- the section and the layout ------------------------------------------------------------------------------------


def test_a_design_is_scenarios_forms_of_strain_caseloads_and_arms(write: Write) -> None:
    layout = layout_of(load_question(write(CONFIG)))
    base = Service(warm_up=4, year=8, horizon=6)
    assert layout.scenarios == {"full": base, "scarce": base._replace(load=0.0, referrals=3.0)}
    assert (layout.forms, layout.off, layout.on, layout.form) == (("none", "heavy"), "none", ("heavy",), "heavy")
    assert (layout.caseloads, layout.reference) == ((2, 4), 2)
    assert (layout.baseline, layout.changed) == ("usual", ("training",))


def test_a_service_without_scenarios_and_factors_has_one_of_each(write: Write) -> None:
    layout = layout_of(load_question(write("service: {}\nclinic: {caseload: 7}\n")))
    assert (layout.scenarios, layout.forms, layout.off) == ({AS_SET: Service()}, (AS_SET,), None)
    assert (layout.caseloads, layout.reference) == ((7,), 7)


def test_the_size_counts_services(write: Write) -> None:
    assert size(load_question(write(CONFIG))) == [
        (
            "2 scenarios × 2 forms of strain × 2 caseloads × 2 arms × 2 replicates: 32 services of 2 therapists, "
            "17 weeks each"
        )
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "reference: 2",
            "reference: 5",
            (
                "line 18: service.reference: found the number 5; allowed: one of the caseloads that are studied: 2, 4; "
                "did you mean 4?"
            ),
        ),
        (
            "  strain:\n",
            "  parameters.strain.week: [0.2, 0.6]\n  strain:\n",
            (
                "line 9: factors: found 2 factors beside the caseload: week, strain; allowed: one at most (link "
                "settings under one name)"
            ),
        ),
        (
            "referrals: 3",
            "referrals: 0",
            (
                "line 21: service.scenarios.scarce: found the number 0; allowed: load or referrals above 0: somebody "
                "must be referred"
            ),
        ),
        (
            "therapists: 2",
            "therapists: 5000",
            (
                "line 20: service.scenarios.full: found the number 4333.3; allowed: at most 500 referrals a week "
                "(load · places / planned weeks + referrals)"
            ),
        ),
        (
            "ademp:",
            "design: {method: latin_hypercube, points: 3, ranges: {parameters.strain.week: plausible}}\nademp:",
            "line 22: design: found a sampled or listed design; allowed: factors",
        ),
        (
            "warm_up: 4",
            "warmup: 4",
            (
                'line 15: service.warmup: found the unknown name "warmup"; allowed: warm_up, year, horizon, load, '
                "referrals, give_up, reference, scenarios; did you mean warm_up?"
            ),
        ),
        (
            "load: 0,",
            "lod: 0,",
            (
                'line 21: service.scenarios.scarce.lod: found the unknown name "lod"; allowed: warm_up, year, horizon, '
                "load, referrals, give_up; did you mean load?"
            ),
        ),
    ],
)
def test_a_mistake_is_named_where_it_is(write: Write, old: str, new: str, message: str) -> None:
    assert old in CONFIG
    assert mistakes(write(CONFIG.replace(old, new))) == [f"small.yaml, {message}"]


def test_a_number_out_of_range_is_a_mistake(write: Write) -> None:
    (message,) = mistakes(write(CONFIG), "service.give_up=2")
    assert message.endswith("service.give_up: found the number 2; allowed: a number from 0 to 1 (probability / week)")


# ---- estimates of services that are made by hand -------------------------------------------------------------------

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
        for form in LAYOUT.forms:
            for places in LAYOUT.caseloads:
                for arm in LAYOUT.arms:
                    own = (gain - (lost if form == "heavy" else 0.0)) if arm == "training" else 0.0
                    for replicate in range(1, 31):
                        row = dict.fromkeys([estimand.name for estimand in ESTIMANDS], 1.0)
                        better = 6.0 + own - COST[form] * places + noise * rng.normal()
                        row |= {REFERRED: better, TREATED: better, "recovered_year": 2.0 * places + rng.normal()}
                        row |= {f"{name}@{k}": float(k) for name in CURVES for k in (1, 2)}
                        head = {"scenario": scenario, "form": form, "caseload": places, "arm": arm}
                        made.append({**head, "replicate": replicate, **row})
    return pd.DataFrame(made)


def found_in(services: pd.DataFrame) -> ServiceEstimates:
    """The estimates of services."""
    return ServiceEstimates(LAYOUT, tables_of(Services(services, LAYOUT), services))


@pytest.fixture(scope="module")
def found() -> ServiceEstimates:
    """The estimates of services with known differences."""
    return found_in(rows())


def test_a_gain_is_used_up_where_spill_over_costs_as_much(found: ServiceEstimates) -> None:
    """0.25 - 0.01 c = 0 at 25; against usual at 10 places, which itself loses 0.1: 0.25 - 0.01 (c - 10) = 0 at 35."""
    same, light = (
        found.one(REFERRED, USED_UP, arm="training", form="heavy", against=against) for against in (SAME, LIGHT)
    )
    assert same.low < 25 < same.high < same.low + 3
    assert light.low < 35 < light.high
    never = found.one(REFERRED, USED_UP, arm="training", form="on", against=SAME)
    assert never[:3] == (math.inf, math.inf, math.inf)
    assert found.one(REFERRED, "never used up", arm="training", form="on", against=SAME).value == 100.0


def test_differences_are_what_was_built_in(found: ServiceEstimates) -> None:
    gain = found.gain(REFERRED, "training")
    assert 0.0 < gain.low < 0.25 < gain.high
    cost = found.one(REFERRED, BY_SPILLOVER, form="heavy", caseload=40)
    assert cost.low < -0.4 < cost.high
    more = found.one("recovered_year", FROM_SMALLEST, caseload=40)
    assert more.low < 60.0 < more.high


def test_how_many_times_as_many_recover_is_a_ratio_of_means(found: ServiceEstimates) -> None:
    """20 and 80 recover at 10 and 40 places."""
    times = found.one("recovered_year", TIMES, form="heavy")
    assert times.low < 4.0 < times.high < times.low + 0.2


# ---- facts of the page ---------------------------------------------------------------------------------------------


def test_a_gain_is_used_up_in_a_form_only_where_the_interval_shows_it(found: ServiceEstimates) -> None:
    assert _forms_used_up(found) == {"yes": ["heavy"], "no": ["on"], "open": [], "most": 40, "forms": 2}
    noisy = _forms_used_up(found_in(rows(noise=3.0)))
    assert noisy["yes"] == []
    assert noisy["open"]


@pytest.mark.parametrize(("lost", "sign"), [(0.0, 0), (0.1, -1), (-0.1, 1)])
def test_strain_changes_a_gain_itself_where_the_interval_shows_it(lost: float, sign: int) -> None:
    changes = {row["form"]: row["change"].sign for row in _changed_gain(found_in(rows(lost=lost)))}
    assert changes == {"on": 0, "heavy": sign}


def test_an_arm_that_does_harm_is_listed_with_what_becomes_of_the_waiting_list(found: ServiceEstimates) -> None:
    assert list(_harm(found)) == []
    (row,) = _harm(found_in(rows(gain=-0.25)))
    assert (row["scenario"], row["arm"], row["gain"].sign, row["gave_up_pct"].value) == ("scarce", "training", -1, 0.0)


def test_caseloads_at_which_treatment_comes_after_the_horizon_are_listed() -> None:
    late = rows()
    late.loc[(late["scenario"] == "scarce") & (late["caseload"] == 10), "waited"] = 32.0
    (row,) = _late(found_in(late))
    assert (row["scenario"], row["caseload"], row["horizon"], row["waited"].value) == ("scarce", 10, 26, 32.0)


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        ((22.4, 20.0, 25.1), "22.4 [20.0, 25.1]"),
        ((math.inf, math.inf, math.inf), "above 40"),
        ((-math.inf, -math.inf, -math.inf), "below 10"),
        ((math.inf, 33.0, math.inf), "above 40 [33.0, above 40]"),
        ((30.0, -math.inf, math.inf), "cannot tell"),
        ((math.nan, math.nan, math.nan), "–"),
    ],
)
def test_a_caseload_is_shown_with_the_side_on_which_it_lies(ends: tuple[float, float, float], words: str) -> None:
    assert caseload(Estimate(*ends), LAYOUT).replace("– [–, –]", "–") == words


def test_strain_is_what_an_average_rupture_adds_and_what_is_left_of_it() -> None:
    """By hand: 0.25 · 0.6, half as much again for a confrontation; of it 0.85 an hour and 0.85² · 0.4 a week on."""
    world = Scenario().world
    assert strain_of(world, 2) == pytest.approx((0.15, 0.225, 0.85, 0.85 * 0.85 * 0.4))
    off = strain_of(world._replace(mechanisms=world.mechanisms._replace(spillover=0)), 2)
    assert off[:2] == (0.0, 0.0)
    assert math.isnan(off.next_hour)


def test_the_service_its_arms_and_forms_of_strain_are_described(write: Write) -> None:
    question = load_question(write(CONFIG))
    layout = layout_of(question)
    service = _service(question, layout)
    full, scarce = service["scenarios"]
    assert (full["name"], full["load"], full["referrals"]) == ("full", "1.3", "")
    assert (scarce["load"], scarce["referrals"], scarce["each"]) == ("", "3", "1.5")
    assert service["arms"] == [{"name": "training", "points": ["Mean repair skill of the therapists: 1."]}]
    assert [(row["form"], row["withdrawal"]) for row in forms_of(question, layout)] == [
        ("none", 0.0),
        ("heavy", pytest.approx(1.2)),
    ]


# ---- whole answers -------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_shipped_question_is_answered_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    question = load_question(Path(__file__).parents[3] / "configs" / "service.yaml", SHRUNK)
    first = answer_question(question, tmp_path / "out", 1, silent)
    assert {"estimates", "weeks", "services"} == set(first.answer.tables)
    assert [picture.name for picture in first.answer.pictures] == ["caseload", "gain", "weeks", "list"]
    pieces = sorted((tmp_path / "out" / "pieces").glob("*.parquet"))
    assert len(pieces) == 28
    for piece in pieces[::4]:
        piece.unlink()
    again = answer_question(question, tmp_path / "out", 2, silent)
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
    ids=["nothing is varied", "no form without", "only a form without", "one arm", "one caseload"],
)
def test_a_smaller_question_has_a_smaller_answer(write: Write, tmp_path: Path, text: str) -> None:
    answered = answer_question(load_question(write(text)), tmp_path / "out", 1, silent)
    assert "nan" not in answered.text
    assert answered.short


@pytest.mark.slow
def test_a_policy_of_the_users_own_is_run_agent_by_agent(write: Write, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("from alliance_sim.law.policy import plan as gentle\n", encoding="utf-8")
    custom = 'policy: {base: repair, custom: "mine:gentle"}\n'
    question = load_question(write(CONFIG + custom))
    scenario = question.experiment.points[0].scenario
    service = Service(2, 8, 6)
    assert scenario.policy_function is not None
    ours = simulate(scenario, service, 3, 1, tmp_path)
    theirs: Any = play_service(scenario._replace(policy_function=None), service, 3, 1)
    assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(ours, theirs, strict=True))
