"""An analysis is judged by the number of therapists: what is wrong with few must not hide behind many."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from alliance_sim.questions.power.people import ALIKE, CENTRE
from alliance_sim.questions.power.promise import FalsePositives, false_positives, promise_words, verdict, with_so_many
from alliance_sim.stats.rejections import rate

ALPHA = 0.05
SIZES = (6, 12, 24)


def made(*counts: int, trials: int = 6_000) -> FalsePositives:
    """So many false positives with 6, 12 and 24 therapists."""
    return FalsePositives("mixed", SIZES, tuple(rate(k, trials, 1 - 0.05 / 3) for k in counts), 0.0, 1.0)


def test_few_therapists_cannot_hide_behind_many() -> None:
    """6.2 % with 6 therapists and 5.0 % with more are 5.4 % together, which would pass."""
    found = made(372, 300, 300)
    assert found.too_many(ALPHA) == (6,)
    assert verdict(found, ALPHA) == "not with 6 therapists in each arm"
    assert promise_words(found, ALPHA) == "too many with 6 therapists in each arm, as promised from 12 on"


def test_too_few_are_told_too_and_are_power_all_the_same() -> None:
    found = made(200, 300, 300)
    assert verdict(found, ALPHA) == "yes"
    assert promise_words(found, ALPHA) == "too few with 6 therapists in each arm, as promised from 12 on"


def test_what_chance_or_a_tenth_could_make_is_as_promised() -> None:
    assert promise_words(made(310, 290, 320), ALPHA) == "as promised at every size, as far as can be told"
    assert made(5_400, 5_400, 5_400, trials=100_000).too_many(ALPHA) == ()  # 5.4 %: certain, but less than a tenth
    assert made(6, 6, 7, trials=100).too_many(ALPHA) == ()  # 6 or 7 %: more than a tenth, but not certain


def test_everywhere_and_in_the_middle_have_words() -> None:
    assert verdict(made(600, 600, 600), ALPHA) == "no, too many false positives at every size"
    assert promise_words(made(600, 600, 600), ALPHA) == "too many at every size"
    words = "too many with 12 therapists in each arm, as promised at the other sizes"
    assert promise_words(made(300, 600, 300), ALPHA) == words
    both = promise_words(made(100, 300, 600), ALPHA)
    assert both.startswith(
        "too many with 24 therapists in each arm, too few with 6 therapists in each arm, as promised"
    )
    assert with_so_many([6, 12], SIZES) == "with 6 and 12 therapists in each arm"


def test_caseloads_of_the_same_number_of_therapists_are_taken_together(plan: Any, normal: Any) -> None:
    rows = [(6, 5, 0.04), (6, 10, 0.08), (12, 5, 0.05), (12, 10, 0.05)]
    table = pd.DataFrame(rows, columns=["therapists", "clients", "share"])
    table = table.assign(trials=1_000, not_analysed=0, world=ALIKE, parameters=CENTRE, arm="training", analysis="mixed")
    own = false_positives(table, plan(normal(0.0, 0.1), analyses=("mixed",)), "training")["mixed"]
    assert own.therapists == (6, 12)
    assert [each.share for each in own.rates] == pytest.approx([0.06, 0.05])
    assert (own.least, own.most) == (0.04, 0.08)
    simple = rate(120, 2_000)
    assert own.rates[0].low < simple.low  # two intervals that hold at once are wider


@pytest.mark.parametrize(("missing", "judged"), [(0, True), (500, True), (501, False), (1_000, False)])
def test_trials_that_could_not_be_analysed_are_no_ground_for_a_verdict(
    plan: Any, normal: Any, missing: int, judged: bool
) -> None:
    table = pd.DataFrame([(6, 10), (12, 10)], columns=["therapists", "clients"])
    table = table.assign(trials=1_000, not_analysed=missing, share=0.0 if missing == 1_000 else 0.05, world=ALIKE)
    table = table.assign(parameters=CENTRE, arm="training", analysis="mixed")
    own = false_positives(table, plan(normal(0.0, 0.1), analyses=("mixed",)), "training")["mixed"]
    words = "cannot tell at every size: most trials could not be analysed"
    assert verdict(own, ALPHA) == ("yes" if judged else words)
    words = "not known at every size, where most trials could not be analysed"
    assert promise_words(own, ALPHA) == ("as promised at every size, as far as can be told" if judged else words)
    assert all(np.isnan(each.share) == (missing == 1_000) and each.trials == 1_000 for each in own.rates)


def test_sizes_that_cannot_be_judged_do_not_hide_behind_others() -> None:
    own = made(300, 300, 300)._replace(unknown=(6,))
    assert verdict(own, ALPHA) == "cannot tell with 6 therapists in each arm: most trials could not be analysed"
    many = made(300, 600, 600)._replace(unknown=(6,))
    assert verdict(many, ALPHA).startswith("cannot tell with 6 therapists")
    assert "too many with 12 and 24 therapists in each arm" in promise_words(many, ALPHA)
