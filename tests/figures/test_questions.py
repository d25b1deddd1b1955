"""The figures of questions: every golden one is complete, and marks lie where small tables say."""

import math
from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from alliance_sim.figures import Picture, association, by_profile, power, repair, sensitivity, service
from tests.questions.golden import KINDS, pictures


def texts(picture: Picture) -> list[str]:
    """Every text of the figure's panels."""
    return [text.get_text() for axes in picture.figure.axes for text in axes.texts]


@pytest.mark.parametrize("kind", KINDS)
def test_the_golden_figures_are_complete_and_their_axes_have_names(
    kind: str, complete: Callable[[Picture], None]
) -> None:
    for picture in pictures(kind):
        complete(picture)
        named = [words for axes in picture.figure.axes for words in (axes.get_xlabel(), axes.get_title(loc="left"))]
        assert any(named) or picture.name in ("findings", "regret"), picture.name  # a matrix has heads


# ---- alliance and outcome ------------------------------------------------------------------------------------------


def test_every_scenario_is_a_panel_and_what_is_past_the_axis_is_written_at_its_edge() -> None:
    rows = [
        (f"scenario {k}", f"estimator {j}", series, 0.01 * (k - j), 0.002, truth + 0.01 * j)
        for k, j in product(range(5), range(4))
        for series, truth in (("effect", 0.02), ("none", np.nan))
    ]
    table = pd.DataFrame(rows, columns=["scenario", "estimator", "series", "bias", "mcse", "truth"])
    table.loc[3, "bias"] = 1.87
    picture = association.errors(table, "bias", "Bias", "SD per SD", 0.15)
    assert [axes.get_title(loc="left") for axes in picture.figure.axes] == [f"scenario {k}" for k in range(5)]
    assert association.limit(table) < 0.1
    assert "+1.87 ▸" in texts(picture)
    assert all(abs(float(text.strip("▸◂ ").replace("−", "-"))) >= 0.03 for text in texts(picture))
    assert "+1.87 (estimator 1, none)" in picture.alt
    bands = picture.figure.axes[0].patches
    assert [bar.get_x() for bar in bands] == pytest.approx([-0.003, -0.0045, -0.006, -0.0075])
    assert [bar.get_width() for bar in bands] == pytest.approx([0.006, 0.009, 0.012, 0.015])
    assert "at most 15 % of the effect (circles)" in picture.caption
    assert "At the dotted line" in picture.caption
    far = association.errors(table.assign(truth=10 * table["truth"]), "bias", "Bias", "SD per SD", 0.15)
    assert "At the dotted line" not in far.caption


def test_steps_lead_from_the_first_bar_to_the_last_with_signs() -> None:
    table = pd.DataFrame(
        [("r", "effect", 0.4, 0.4, 0.4), ("r", "one", 0.1, 0.05, 0.12), ("r", "two", -0.2, -0.3, -0.1),
         ("r", "three", -0.001, -0.01, 0.01), ("r", "found", 0.299, 0.299, 0.299)],
        columns=["estimator", "step", "value", "least", "most"],
    )  # fmt: skip
    picture = association.steps(table, "SD per SD")
    assert texts(picture) == ["0.40", "+0.10", "−0.20", "0.00", "0.30"]
    assert [bar.get_x() for bar in picture.figure.axes[0].patches] == pytest.approx([0.0, 0.4, 0.5, 0.3, 0.0])
    assert picture.alt == "Waterfalls. r: 0.40 to 0.30. Steps between: r: from −0.20 (two) to +0.10 (one)."


def test_a_session_is_followed_and_models_stand_next_to_the_truth() -> None:
    weeks = np.arange(5)
    response = pd.DataFrame({"since": weeks, "alliance": 0.8**weeks, "distress": 0.02 * (weeks + 1)})
    response = response.assign(alliance_error=0.01, distress_error=np.nan)
    rows = [("a", "from true states", 0.02, 0.001), ("b", "from ratings", 0.09, 0.004)]
    estimates = pd.DataFrame(rows, columns=["estimator", "series", "mean", "mcse"])
    picture = association.session(response, estimates, 0.018, 0.001, ([2, 5], [2, 5, 8]))
    assert "sessions of weeks 2 and 5, which can be followed for 4 weeks (0.020 at" in picture.caption
    assert "over sessions of weeks 2, 5 and 8 (0.018)" in picture.caption
    same = association.session(response, estimates, 0.018, 0.001, ([2, 5], [2, 5]))
    assert "All sessions are of weeks 2 and 5." in same.caption
    drawn = [axes.lines[0] for axes in picture.figure.axes]
    assert drawn[0].get_ydata() == pytest.approx(0.8**weeks)
    assert [drawn[1].get_ydata()[0], drawn[2].get_xdata()[0]] == pytest.approx([0.02, 0.018])
    assert "From 0.020 (a, from true states) to 0.090 (b, from ratings). Effect in the same week 0.018." in picture.alt


# ---- repair or selection -------------------------------------------------------------------------------------------

ROWS = {"naive": "Before and after", "trial": "Randomised therapists"}
GROUPS = ("no trauma", "trauma")


def studies(table: pd.DataFrame) -> Picture:
    return repair.studies(
        table, ["teaches", "nothing"], ROWS, GROUPS, repair.Family("x", "What studies find", "points")
    )


def findings(**changed: float) -> pd.DataFrame:
    """A row for every scenario, analysis, way of seeing and group; `changed` replaces estimates of analyses."""
    keys = product(("teaches", "nothing"), ROWS, ("observed", "events known"), GROUPS)
    table = pd.DataFrame(keys, columns=["scenario", "what", "seen", "group"])
    estimates = table["what"].map(lambda what: changed.get(what, 0.4))
    return table.assign(estimate=estimates, spread_low=-0.2, spread_high=1.0, truth=0.1)


def test_every_analysis_is_a_row_and_words_say_how_far_it_is_off() -> None:
    picture = studies(findings(naive=0.9, trial=0.15))
    assert [axes.get_title(loc="left") for axes in picture.figure.axes] == ["teaches", "nothing"]
    assert len(picture.figure.axes[0].get_yticks()) == 2
    assert len({axes.get_xlim() for axes in picture.figure.axes}) == 1  # panels can be compared
    assert "2 analyses in each of 2 scenarios" in picture.alt
    assert "Before and after: +0.80 everywhere. Randomised therapists: +0.050 everywhere." in picture.alt


def test_an_estimate_outside_is_a_triangle_at_the_edge() -> None:
    table = findings()
    table.loc[0, "estimate"] = 50.0
    axes = studies(table).figure.axes[0]
    low, high = axes.get_xlim()
    marks = [line for line in axes.get_lines() if line.get_gid() == "estimate"]
    assert ">" in {line.get_marker() for line in marks}
    assert all(low <= float(line.get_xdata()[0]) <= high for line in marks)


@pytest.mark.parametrize("values", [[np.nan, np.nan], [0.0, 0.0]])
def test_limits_are_never_empty(values: list[float]) -> None:
    low, high = repair.limits(pd.DataFrame({"estimate": values, "truth": values}))
    assert low < 0.0 < high


def test_own_and_both_twins_are_drawn_in_every_scenario() -> None:
    lines = {"own": 0.01, "left alone": -0.1, "never": 0.02, "rated": -0.2, "rated, caused": -0.3}
    rows = [
        {"scenario": scenario, "line": line, "step": step, "value": value * (step >= 0)}
        for scenario, (line, value), step in product(("teaches", "nothing"), lines.items(), range(-3, 6))
    ]
    picture = repair.around(pd.DataFrame(rows).assign(spread_low=-1.0, spread_high=1.0), ["teaches", "nothing"])
    upper = picture.figure.axes[:2]
    for axes in upper:
        assert [float(own.get_ydata()[-1]) for own in axes.lines if len(own.get_xdata()) == 9] == [0.01, -0.1, 0.02]
    assert upper[0].get_ylim() == upper[1].get_ylim()
    assert "left alone: −0.10 everywhere." in picture.alt
    looks = [look for _, look in (repair.FELT | repair.RATED).values()]
    assert len({(look.dashes, look.marker) for look in looks}) == len(looks)  # not by colour alone


# ---- service -------------------------------------------------------------------------------------------------------

SCENARIOS, FORMS, CASELOADS, ARMS = ["full", "scarce"], ["on", "heavy"], [10, 20, 40], ["usual", "training", "both"]
ENDS = {"full": (1.0, 2.0, 4.0), "scarce": (9.0, 0.01, 0.0)}


def table_of(value: Callable[..., float], **keys: list[Any]) -> pd.DataFrame:
    """A row for each combination of keys, with a value and an interval around it."""
    table = pd.DataFrame(list(product(*keys.values())), columns=list(keys))
    values = np.array([value(**row) for row in table.to_dict("records")])
    return table.assign(value=values, low=values - 0.1, high=values + 0.1)


KEYS: dict[str, list[Any]] = {"scenario": SCENARIOS, "form": ["on"], "caseload": CASELOADS}
BOTH = {"estimate": ["client", "year"]}
WEEKS: dict[str, list[Any]] = {"caseload": CASELOADS, "week": [-6.0, 2.0, 10.0, 18.0]}
LEVELS = table_of(lambda arm, caseload, **_: ARMS.index(arm) + caseload / 10, **KEYS, **BOTH, arm=ARMS)
ADDED = table_of(lambda arm, **_: ARMS.index(arm), **KEYS, **BOTH, arm=ARMS[1:])
GAINS = table_of(
    lambda form, caseload, **_: 1.0 if form == "on" else (30 - caseload) / 10,
    form=FORMS, arm=ARMS[1:], caseload=CASELOADS,
)  # fmt: skip
CROSSINGS = pd.DataFrame(
    {"form": form, "arm": arm, "at": math.inf if form == "on" else 30.0} for form in FORMS for arm in ARMS[1:]
)
LISTS = table_of(lambda scenario, caseload, **_: ENDS[scenario][CASELOADS.index(caseload)], scenario=SCENARIOS, **WEEKS)
CURVES = {"form": FORMS, "arm": ARMS, "curve": ["strain", "learned"]}
TIRED = table_of(lambda week, caseload, **_: (week + 10.0) * caseload / 100, **CURVES, **WEEKS)
OUTCOMES = [("client", "Improvement, points"), ("year", "Recovered a year")]


@pytest.fixture(scope="module")
def of_service() -> dict[str, Picture]:
    made = [
        service.caseload(LEVELS, ADDED, OUTCOMES, SCENARIOS, ARMS, "on"),
        service.gain(GAINS, CROSSINGS, FORMS, ARMS, ("points", "usual without spill-over")),
        service.weeks(TIRED, FORMS, ARMS[:2], CASELOADS, 16, "strain of 1 is much"),
        service.waiting_list(LISTS, SCENARIOS, "usual", 16),
    ]
    return {picture.name: picture for picture in made}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("caseload", "Improvement, points: full 1.00 to 4.00; scarce 1.00 to 4.00 (places 10 to 40)."),
        ("gain", "on: 1.00 everywhere. heavy: from −1.00 (training, 40 places) to 2.00 (training, 10 places)."),
        ("list", "scarce: from 0.00 (40 places) to 9.00 (10 places)."),
        ("weeks", "client meets: from 2.00 (on, usual, 10 places) to 8.00 (on, usual, 40 places)."),
    ],
)
def test_what_the_figures_of_a_service_show_is_said_in_few_words(
    of_service: dict[str, Picture], complete: Callable[[Picture], None], name: str, words: str
) -> None:
    complete(of_service[name])
    assert words in of_service[name].alt


def test_each_arm_is_drawn_as_its_difference_from_the_baseline(of_service: dict[str, Picture]) -> None:
    left, *right = of_service["caseload"].figure.axes[:3]
    assert len([line for line in left.lines if len(line.get_xdata()) == 3]) == len(SCENARIOS)
    for axes in right:
        lines = [line.get_ydata() for line in axes.lines if len(line.get_xdata()) == 3]
        assert [list(map(float, y)) for y in lines] == [pytest.approx([k] * 3) for k in (1, 2)]
    one = LEVELS[LEVELS["arm"] == "usual"]
    assert len(service.caseload(one, one.iloc[:0], OUTCOMES[:1], SCENARIOS, ["usual"], "on").figure.axes) == 1


def test_a_triangle_marks_where_a_gain_is_used_up_and_nowhere_else(of_service: dict[str, Picture]) -> None:
    marks = [
        [float(line.get_xdata()[0]) for line in axes.lines if line.get_marker() == "v" and len(line.get_xdata()) == 1]
        for axes in of_service["gain"].figure.axes
    ]
    assert marks == [[], [30.0, 30.0]]
    one = GAINS[GAINS["arm"] == "training"]
    alone = service.gain(one, CROSSINGS.iloc[:0], ["on"], ARMS[:2], ("points", "usual"))
    assert "gain of training" in alone.figure.axes[0].get_ylabel().replace("\n", " ")
    assert "triangle" not in alone.caption


def test_lines_that_end_together_have_one_label_and_labels_do_not_overlap(of_service: dict[str, Picture]) -> None:
    figure = of_service["list"].figure
    FigureCanvasAgg(figure).draw()
    labels = [[text.get_text() for text in axes.texts] for axes in figure.axes]
    assert labels == [["40 places", "20 places", "10 places"], ["10 places", "20, 40 places"]]
    for axes in figure.axes:
        boxes = [text.get_window_extent() for text in axes.texts]
        assert not any(a.overlaps(b) for k, a in enumerate(boxes) for b in boxes[k + 1 :])


# ---- power ---------------------------------------------------------------------------------------------------------

LINES, SIZES = power.Lines(0.8, 0.05), [6, 12, 24, 48]


def points(clients: int, about: str = "power") -> pd.DataFrame:
    """Designs of a caseload with an effect, or without one."""
    share = np.array([10.0, 35.0, 60.0, 85.0]) if about != "type I error" else np.full(4, 5.0)
    table = pd.DataFrame({"about": about, "clients": clients, "therapists": SIZES, "value": share})
    return table.assign(low=share - 2, high=share + 2)


def curves(**more: Any) -> pd.DataFrame:
    """A curve that rises."""
    rise = np.linspace(0.1, 0.85, 10)
    table = pd.DataFrame({"therapists": np.geomspace(6, 48, 10), "power": rise, "low": rise - 0.03})
    return table.assign(high=rise + 0.03, closed=rise, **more)


def test_the_smallest_design_is_written_where_it_is_and_in_words() -> None:
    both = pd.concat([curves(clients=5), curves(clients=10)], ignore_index=True)
    smallest = pd.DataFrame({"clients": [5, 10], "value": [np.inf, 40.0]})
    rows = pd.concat([points(m, about) for m in (5, 10) for about in ("power", "type I error")], ignore_index=True)
    picture = power.draw_power(rows, points(5, "type I error"), both, smallest, LINES, "therapists ignored")
    left = picture.figure.axes[0]
    assert [text.get_text() for text in left.texts if text.get_text().isdigit()] == ["40"]
    assert [label.get_text() for label in left.get_xticklabels()] == ["6", "12", "24", "48"]
    assert "80 % is reached by 40 with 10 clients each." in picture.alt
    assert "False positives of the planned analysis, %: 5.00 everywhere." in picture.alt
    assert picture.caption.endswith("Hollow marks: therapists ignored.")


def test_words_say_what_the_assurance_figure_shows() -> None:
    both = pd.concat([points(5), points(5, "assurance")], ignore_index=True)
    lines = pd.concat([curves(parameters="centre"), curves(parameters="posterior")], ignore_index=True)
    picture = power.draw_assurance(both, lines, np.linspace(-0.3, -0.1, 50), -0.2, LINES, "training")
    assert "95 % between −0.29 and −0.11 SD, −0.20 at the centre" in picture.alt
    assert "Power at the centre 10.0 to 85.0; assurance 10.0 to 85.0 (therapists 6 to 48)." in picture.alt


# ---- profiles ------------------------------------------------------------------------------------------------------


def test_effects_by_profile_are_said_by_their_ends_and_axes_have_their_unit() -> None:
    ends = {"low": 0.1, "high": 0.4, "spread_low": -0.5, "spread_high": 1.0}
    table = pd.DataFrame(
        {"policy": policy, "profile": group, "estimate": name, "value": 0.2 + 0.1 * k, **ends, "unit": unit}
        for name, unit in (("symptoms_end", "points"), ("dropout_pct", "% of clients"))
        for policy in ("repair", "monitor and repair")
        for k, group in enumerate(("trauma", "secure"))
    )
    picture = by_profile.draw(table, ["trauma", "secure"], "ignore")
    assert "Symptoms at the end: from +0.20 (repair, trauma) to +0.30 (repair, secure)." in picture.alt
    assert "minus that of ignore, between" in picture.caption
    assert "percentage points" in picture.figure.axes[1].get_xlabel()
    of_all = by_profile.draw_interactions(table.assign(contrasts=8), "ignore")
    assert "for all 8 contrasts at once" in of_all.caption


# ---- sensitivity -----------------------------------------------------------------------------------------------------


def moving(mu_star: np.ndarray, indexed: int) -> pd.DataFrame:
    """Settings that move an estimate, the first of which have indices."""
    kinds = ["fitted", "tied", "assumed", "contested", "design"]
    rows = [
        {"name": f"what setting {k} means in the words of the field", "setting": f"parameters.group.setting_{k}",
         "kind": kinds[k % 5], **dict.fromkeys(("mu_star", "mu_star_low", "mu_star_high", "sigma"), move)}
        for k, move in enumerate(mu_star)
    ]  # fmt: skip
    share = np.where(np.arange(len(mu_star)) < indexed, 0.1, np.nan)
    shares = [f"{name}{end}" for name in ("first", "total") for end in ("", "_low", "_high")]
    return pd.DataFrame(rows).assign(**dict.fromkeys(shares, share))


def test_a_figure_of_sixty_settings_shows_those_that_matter_and_says_how_many_are_left_out() -> None:
    settings = moving(np.concatenate([np.linspace(1.0, 0.1, 50), np.zeros(10)]), indexed=5)
    picture = sensitivity.draw("settings", "What it depends on", "SD", settings, 0.02)
    assert "Shown are the 14 of 60 settings with the largest total share, below them those" in picture.caption
    assert "; 10 change nothing at all." in picture.caption
    assert len(picture.alt) <= 250
    assert len(picture.figure.axes) == 2
    without = sensitivity.draw("settings", "What it depends on", "SD", settings.assign(total=np.nan), 0.02)
    assert len(without.figure.axes) == 1
    assert "Right:" not in without.caption


def test_a_figure_says_how_many_of_those_left_out_move_the_estimate_further_than_the_least_shown() -> None:
    """The 14 settings with indices move it by .1 to .2; five of the others by 1, and one by nothing."""
    settings = moving(np.concatenate([np.linspace(0.1, 0.2, 14), np.ones(5), [0.0]]), indexed=14)
    caption = sensitivity.draw("settings", "What it depends on", "SD", settings, 0.02).caption
    assert "; 5 that are left out move the estimate further than the least of these; 1 changes nothing" in caption
