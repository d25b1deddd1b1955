"""The parts of the answer that tell what the places in the ranges are like: treatments, then estimates."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import pandas as pd

from alliance_sim.estimates.found import records
from alliance_sim.questions.frame.question import Part
from alliance_sim.questions.sensitivity.explaining import about_places
from alliance_sim.questions.sensitivity.section import Wanted
from alliance_sim.questions.sensitivity.sentences import digits_by, has_sign
from alliance_sim.questions.sensitivity.standing import Tables
from alliance_sim.stats.numbers import interval, number, with_unit

Digits: TypeAlias = Callable[[Mapping[str, Any]], int]


def place_parts(wanted: Sequence[Wanted], tables: Tables) -> list[Part]:
    """What the places in the ranges are like: treatments, then estimates."""
    words = about_places(wanted, tables)
    treatments = "The places in these ranges", words, _treatments_shown(tables["treatments"])
    return [Part(*treatments), Part("The estimates at these places", "", _spread_shown(wanted, tables["spread"]))]


def _treatments_shown(table: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "arm": table["arm"],
            "quantity": table["quantity"],
            "unit": table["unit"],
            "as configured": [number(row["configured"], _digits(row)) for row in records(table)],
            "median of places": _cells(table, "middle", "middle_low", "middle_high"),
            "middle 90 % of places": _cells(table, "", "low", "high"),
        }
    )


def _spread_shown(wanted: Sequence[Wanted], table: pd.DataFrame) -> pd.DataFrame:
    shown = pd.DataFrame(
        {
            "estimate": table["estimate"],
            "as configured": [
                with_unit(number(row["configured"], _by_error(row)), row["unit"]) for row in records(table)
            ],
            "median of places": _cells(table, "middle", "middle_low", "middle_high", _by_error),
            "middle 90 % of places": _cells(table, "", "low", "high", _by_error),
        }
    )
    differences = [bool(each.minus) for each in wanted]
    signed = [has_sign(each) for each in wanted]
    for name, head, said in (
        ("little", "hardly anything (% of places)", differences),
        ("other_sign", "other sign, beyond luck (%)", signed),
        ("within_luck", "sign within luck (%)", signed),
    ):
        cells = _cells(
            100 * table[[name, f"{name}_low", f"{name}_high"]], name, f"{name}_low", f"{name}_high", lambda _: 0
        )
        shown[head] = [cell if there else "–" for cell, there in zip(cells, said, strict=True)]
    return shown


def _digits(row: Mapping[str, Any]) -> int:
    """Decimals by the unit of a row."""
    return 1 if row["unit"].startswith("%") else 2


def _by_error(row: Mapping[str, Any]) -> int:
    """Decimals that the Monte-Carlo error of a row bears."""
    return digits_by(row["error"], row["unit"])


def _cells(table: pd.DataFrame, value: str, low: str, high: str, digits: Digits = _digits) -> list[str]:
    """Numbers with an interval, or the interval alone (value ""), with as many decimals as `digits` says of a row."""
    cells = []
    for row in records(table):
        places = digits(row)
        text = interval(row[low], row[high], places)
        cells.append(f"{number(row[value], places)} {text}" if value else text)
    return cells
