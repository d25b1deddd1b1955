"""The estimates: what chosen policies gain on clinics that chose nothing, what of it was chance, and what carries it.

Keys: `about`, `group`, and where there is one `policy` (with which the chosen one is compared), `setting` (that is put
back to its value in the start arm), `outcome` (of a constraint). Gains are those in the objective over the default
policy; more is better. A row about `..., single clinics` has the middle 95 % of clinics.
"""

from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd

from alliance_sim.estimands.profiles import BY_NAME
from alliance_sim.estimates.long import Estimates, Keyed
from alliance_sim.questions.frame.question import Question, Tables
from alliance_sim.questions.optimise.evaluate import Candidate, Evaluator, Floats
from alliance_sim.questions.optimise.run import SearchResult, Won, spread_points, stages_of, start_values, steps
from alliance_sim.questions.optimise.space import axes_of
from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.intervals import wilson
from alliance_sim.stats.numbers import of_difference
from alliance_sim.stats.over_draws import over_draws
from alliance_sim.stats.regret import Optimism, flat, losses, optimism

CHOSEN_FOR = "chosen for "
"""Beginning of the name of a policy that a search chose for a group."""


def estimate(question: Question, found: SearchResult) -> Tables:
    """All estimates; the chosen policies, every point that was tried, the map of the space, and the slices."""
    evaluator = found.evaluator
    rows: list[tuple[dict[str, Any], Estimate]] = []
    chosen, maps = [], []
    for won in found.won:
        curse = optimism_of(question, evaluator, won)
        chosen.append(_chosen(question, evaluator, won) | {"draws compared": curse.draws})
        maps.append(map_of(question, evaluator, won))
        for part in (
            compared(question, found, won),
            by_chance(question, evaluator, won, curse),
            as_good(maps[-1], question.section.indifference),
        ):
            rows += [({"about": key["about"], "group": won.group, **key}, number) for key, number in part]
    slices = [row for won in found.won for row in slices_of(question, evaluator, won)]
    more = {"chosen": pd.DataFrame(chosen), "trials": _trials(found), "map": pd.concat(maps, ignore_index=True)}
    return Tables(Estimates.of(rows), more | {"slices": pd.DataFrame(slices)})


def compared(question: Question, found: SearchResult, won: Won) -> Keyed:
    """What a group gains under its policy, over others and with single settings put back; what gets worse."""
    evaluator, clinics = found.evaluator, stages_of(question).confirmation
    default, shipped, winner = evaluator.default, Candidate(won.shipped), won.finalists[0]

    def gains(policy: Candidate, name: str = "") -> Floats:
        return evaluator.gains(policy, won.group, clinics, name)

    own = gains(won.chosen)
    rows: list[tuple[dict[str, str], Floats]] = [
        ({"about": "gain"}, own),
        ({"about": "gain over the best shipped", "policy": won.shipped}, own - gains(shipped)),
        ({"about": "gain over the winner of the search"}, own - gains(winner)),
    ]
    others = {f"{CHOSEN_FOR}{each.group}": each.chosen for each in found.won if each is not won}
    others |= {arm: Candidate(arm) for arm in (default.arm, *(each.shipped for each in found.won))}
    for name, policy in others.items():
        rows.append(({"about": "loss", "policy": name}, own - gains(policy)))
    for path, value in start_values(question).items():
        back = gains(won.chosen.moved(path, value))
        rows += [
            ({"about": "gain, setting put back", "setting": path}, back),
            ({"about": "gain over the best shipped, setting put back", "setting": path}, back - gains(shipped)),
            ({"about": "loss, setting put back", "setting": path}, own - back),
        ]
    for name in evaluator.margins:
        rows.append(({"about": "worse by", "outcome": name}, -gains(won.chosen, name)))
    for key, values in rows:
        mean = evaluator.summary(values, clinics)
        unit = of_difference(BY_NAME[key.get("outcome", evaluator.objective)].unit)
        yield key, Estimate(*mean[:4], unit)
        if "setting" not in key:
            single = Estimate(mean.value, mean.spread_low, mean.spread_high, unit=unit)
            yield {**key, "about": f"{key['about']}, single clinics"}, single


def optimism_of(question: Question, evaluator: Evaluator, won: Won) -> Optimism:
    """How much of the gain of the search's winner was chance."""
    stages, winner = stages_of(question), won.finalists[0]
    seen, new = (evaluator.gains(winner, won.group, clinics) for clinics in (stages.search, stages.confirmation))
    draws = evaluator.draw(stages.search), evaluator.draw(stages.confirmation)
    return optimism(seen, new, draws if evaluator.draws > 1 else None)


def by_chance(question: Question, evaluator: Evaluator, won: Won, curse: Optimism) -> Keyed:
    """What the winner of the search seemed to gain, and gains; draws under which the chosen policy is better."""
    unit, clinics = of_difference(BY_NAME[evaluator.objective].unit), stages_of(question).confirmation
    yield {"about": "gain of the winner in the search"}, curse.chosen_on._replace(unit=unit)
    yield {"about": "gain of the winner on new clinics"}, curse.new._replace(unit=unit)
    yield {"about": "gain of the winner by chance"}, curse.chance._replace(unit=unit)
    if evaluator.draws:
        share = over_draws(evaluator.gains(won.chosen, won.group, clinics), evaluator.draw(clinics))
        number = Estimate(share.positive, share.low, share.high, share.error)
        yield {"about": "share of draws"}, number.times(100.0, "%")


def map_of(question: Question, evaluator: Evaluator, won: Won) -> pd.DataFrame:
    """Every point of the map with its loss against the chosen policy."""
    points, clinics = spread_points(question), stages_of(question).around
    best = evaluator.gains(won.chosen, won.group, clinics)
    lost = losses(best, evaluator.matrix(points, won.group, clinics), evaluator.shared(clinics))
    return pd.DataFrame(
        {"group": won.group, **dict(policy.settings), "loss": value, "low": low, "high": high}
        for policy, (value, low, high) in zip(points, lost, strict=True)
    )


def as_good(points: pd.DataFrame, zone: float) -> Keyed:
    """Shares of the map that lose less than the indifference, by their mean or with their whole interval."""
    found = flat(points[["loss", "low", "high"]].to_numpy(np.float64), zone)
    ends = wilson(found.as_good, found.points)
    yield {"about": "as good"}, Estimate(found.as_good, *ends, found.error).times(100.0, "%")
    yield {"about": "surely as good"}, Estimate(100.0 * found.surely, unit="%")
    yield {"about": "surely not as good"}, Estimate(100.0 * found.surely_not, unit="%")


def slices_of(question: Question, evaluator: Evaluator, won: Won) -> Iterator[dict[str, Any]]:
    """The gain along each setting, all others as chosen, and the mean loss against the chosen policy."""
    clinics = stages_of(question).around
    chosen = evaluator.gains(won.chosen, won.group, clinics)
    for axis in axes_of(question):
        for value in steps(axis, question.section.slice):
            gains = evaluator.gains(won.chosen.moved(axis.path, value), won.group, clinics)
            numbers = evaluator.summary(gains, clinics)._asdict()
            del numbers["variance_ratio"]
            loss = evaluator.summary(chosen - gains, clinics).value
            yield {"group": won.group, "setting": axis.path, "at": value, **numbers, "loss": loss}


def _chosen(question: Question, evaluator: Evaluator, won: Won) -> dict[str, Any]:
    """A chosen policy: its settings, how the race chose it, what it is compared with, and what that rests on."""
    clinics = stages_of(question).confirmation
    known = np.isfinite(evaluator.gains(won.chosen, won.group, clinics))
    return {
        "group": won.group,
        **dict(won.chosen.settings),
        "finalists": len(won.finalists),
        "place in the search": won.race.best + 1,
        "race clinics": max(won.race.observations),
        "decided": won.race.guaranteed,
        "best shipped": won.shipped,
        "clinics": int(known.sum()),
        "draws": len(np.unique(evaluator.draw(clinics)[known])) if evaluator.draws else 0,
        "sampler": f"Optuna {version('optuna')}",
    }


def _trials(found: SearchResult) -> pd.DataFrame:
    """Every point that was tried: a row a group and point."""
    return pd.DataFrame(
        {
            "group": group,
            "number": each.number,
            **each.settings,
            "gain": each.gain.value,
            "error": each.gain.error,
            **{f"excess_{name}": excess for name, excess in each.excess.items()},
            "feasible": each.feasible,
        }
        for group, rows in found.tried.items()
        for each in rows
    )
