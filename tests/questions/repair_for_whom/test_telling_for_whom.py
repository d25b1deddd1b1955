"""What the short answer says of best policies, leads that do not matter, and other worlds."""

from types import SimpleNamespace
from typing import Any

import pandas as pd

from alliance_sim.questions.repair_for_whom.page import _read_effects, parts
from alliance_sim.questions.repair_for_whom.telling import headline, short
from alliance_sim.questions.repair_for_whom.world import Findings, World

GROUPS = ("everyone", "trauma", "secure")


def best(world: str = "as fitted", **changed: dict[str, Any]) -> list[dict[str, Any]]:
    """Monitoring leads for all by 0.2; `changed` are columns of a group."""
    row = {
        "own": "monitor", "one": "monitor", "runner_up": "repair", "value": 0.0, "low": 0.0, "high": 0.0, "mcse": 0.0,
        "lead_value": 0.2, "lead_low": 0.19, "lead_high": 0.21, "lead_mcse": 0.005, "unit": "points", "world": world,
    }  # fmt: skip
    return [{"profile": group, **row, **changed.get(group, {})} for group in GROUPS]


def findings(
    rows: list[dict[str, Any]],
    contrasts: tuple[float, float] = (-0.3, 0.3),
    told: tuple[float, float, float] = (0.4, 0.32, 0.47),
) -> Findings:
    table = pd.DataFrame(rows)
    names = list(dict.fromkeys(table["world"]))
    profiles = tuple(SimpleNamespace(name=name) for name in GROUPS[1:])
    measured: Any = SimpleNamespace(arms=("ignore", "repair", "monitor"), draw=None, replicates=range(800))
    worlds = tuple(World(name, measured, profiles, (), 400) for name in names)  # type: ignore[arg-type]
    common = {"estimate": "symptoms_end", "unit": "points"}
    effects = [
        {"policy": policy, "profile": group, "value": -0.7, "low": -0.72, "high": -0.68, "world": name, **common}
        for name in names
        for policy in ("repair", "monitor")
        for group in GROUPS
    ]
    interactions = [
        {
            "policy": policy, "profile": group, "value": value, "low": value - 0.01, "high": value + 0.01,
            "contrasts": 4, "world": name, **common,
        }
        for name in names
        for policy in ("repair", "monitor")
        for group, value in zip(GROUPS[1:], contrasts, strict=True)
    ]  # fmt: skip
    share = {"positive": told[0], "low": told[1], "high": told[2]}
    draws = [
        {"profile": group, "policy": "repair", "other": "monitor", "draws": 400, "between": 0.1, **share}
        for group in GROUPS
    ]
    tables = [pd.DataFrame(rows) for rows in (effects, interactions)]
    return Findings(worlds, "ignore", "symptoms_end", 0.05, *tables, table, pd.DataFrame(draws))


TIE = {"lead_value": 0.02, "lead_low": 0.01, "lead_high": 0.03}
OTHER = {"own": "repair", "runner_up": "monitor"}


def test_one_policy_that_is_best_for_all_does_for_all() -> None:
    found = findings(best())
    assert headline(found) == "**One policy does for all profiles: *monitor*.**"
    assert "the best of 3 policies is the same for everyone together and for every profile" in short(found)
    assert "trauma 60 % [53, 68]" in short(found)


def test_a_lead_within_the_zone_is_a_tie_although_its_interval_leaves_zero_out() -> None:
    found = findings(best(secure=TIE))
    assert headline(found) == "**One policy does for all profiles: *monitor*; for secure *repair* does as well.**"
    assert (
        "For secure the lead over *repair* is only +0.02 points [0.01, 0.03], within the 0.05 points that do not "
        "matter, and holds under 60 % [53, 68] of the draws of the parameters: the two are a tie."
    ) in short(found)


def test_a_share_of_draws_that_cannot_be_told_is_said_to_be_open() -> None:
    told = short(findings(best(secure=TIE), told=(float("nan"),) * 3))
    assert "and under how many draws of the parameters it holds cannot be told: the two are a tie." in told
    assert "trauma (cannot be told), secure (cannot be told)." in told


def test_a_lead_that_may_matter_is_said_to_be_open() -> None:
    found = findings(best(secure={"lead_value": 0.04, "lead_low": -0.02, "lead_high": 0.1}))
    assert "For secure it cannot be told whether its lead over *repair* matters" in short(found)


def test_another_best_policy_counts_only_where_it_brings_what_matters() -> None:
    loss = {"value": 0.2, "low": 0.1, "high": 0.3}
    assert headline(findings(best(secure=OTHER | loss))) == (
        "**No policy does for all profiles: *monitor* is best for everyone together, but *repair* for secure.**"
    )
    small = findings(best(secure=OTHER | {"value": 0.02, "low": 0.01, "high": 0.03}))
    assert headline(small) == "**One policy does for all profiles: *monitor*.**"
    assert "costs secure 0.02 points [0.01, 0.03] on new clinics, less than the 0.05 points that do not" in short(small)
    unclear = findings(best(secure=OTHER | {"value": 0.05, "low": -0.05, "high": 0.15}))
    assert headline(unclear).startswith("**Whether one policy does for all profiles cannot be told")


def test_contrasts_are_told_only_where_they_matter() -> None:
    told = short(findings(best(), contrasts=(-0.3, 0.02)))
    assert "*monitor* does more for trauma (−0.30 points [−0.31, −0.29])." in told
    assert "For secure *monitor* does the same as for all others, within 0.05 points." in told


def test_other_worlds_are_compared_with_the_main_one() -> None:
    elsewhere = best("strange", secure=OTHER | TIE)
    found = findings([*best(), *elsewhere])
    assert "  - *strange*: the best policies are the same, except *repair* for secure (a tie); *monitor*" in short(
        found
    )


def words_and_columns(found: Findings) -> tuple[str, list[str]]:
    people = pd.DataFrame({name: [] for name in ("profile", "who", "share", "clients", "fewest")})
    picture: Any = SimpleNamespace(name="picture")
    (part,) = (part for part in parts(found, people, [picture]) if part.title.startswith("Which policy for whom"))
    assert part.table is not None
    return part.words, list(part.table.columns)


def test_that_clinics_of_one_draw_count_together_is_told_where_they_are_there() -> None:
    found = findings(best())
    words, _ = words_and_columns(found)
    assert "Both halves are played under the same draws of the parameters" in words
    assert "that of taking other draws and doing all of this again (bootstrap over draws)" in words
    assert "count together" not in _read_effects(found)
    found.main.measured.draw = range(800)
    assert _read_effects(found).endswith("the error is that of a mean over draws.")


def test_a_loss_is_a_column_only_where_something_can_be_lost() -> None:
    words, columns = words_and_columns(findings(best()))
    assert "Nothing is lost when everybody gets *monitor*" in words
    assert columns == ["Clients", "Best policy", "Next best", "Lead", "Matters", "Draws"]
    words, columns = words_and_columns(findings(best(secure=OTHER)))
    assert "Nothing is lost" not in words
    assert columns[-1] == "Loss with monitor"
