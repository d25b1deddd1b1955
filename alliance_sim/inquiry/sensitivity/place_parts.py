"""The parts of the answer that tell what the places in the ranges are like: treatments, then estimates."""

from collections.abc import Sequence

import pandas as pd

from alliance_sim.analysis.found import records
from alliance_sim.analysis.numbers import interval, number, with_unit
from alliance_sim.inquiry.kind import Part
from alliance_sim.inquiry.sensitivity.explaining import about_places
from alliance_sim.inquiry.sensitivity.section import Wanted
from alliance_sim.inquiry.sensitivity.sentences import has_sign
from alliance_sim.inquiry.sensitivity.standing import Tables


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
            "as configured": [number(v, _digits(u)) for v, u in zip(table["configured"], table["unit"], strict=True)],
            "median of places": _cells(table, "middle", "middle_low", "middle_high"),
            "middle 90 % of places": _cells(table, "", "low", "high"),
        }
    )


def _spread_shown(wanted: Sequence[Wanted], table: pd.DataFrame) -> pd.DataFrame:
    shown = pd.DataFrame(
        {
            "estimate": table["estimate"],
            "as configured": [
                with_unit(number(v, 3), unit) for v, unit in zip(table["configured"], table["unit"], strict=True)
            ],
            "median of places": _cells(table, "middle", "middle_low", "middle_high", 3),
            "middle 90 % of places": _cells(table, "", "low", "high", 3),
        }
    )
    differences = [bool(each.minus) for each in wanted]
    signed = [has_sign(each) for each in wanted]
    for name, head, said in (
        ("little", "hardly anything (% of places)", differences),
        ("other_sign", "other sign, beyond luck (%)", signed),
        ("within_luck", "sign within luck (%)", signed),
    ):
        cells = _cells(100 * table[[name, f"{name}_low", f"{name}_high"]], name, f"{name}_low", f"{name}_high", 0)
        shown[head] = [cell if there else "–" for cell, there in zip(cells, said, strict=True)]
    return shown


def _digits(unit: str) -> int:
    return 1 if unit.startswith("%") else 2


def _cells(table: pd.DataFrame, value: str, low: str, high: str, digits: int | None = None) -> list[str]:
    """Numbers with an interval, or the interval alone (value ""), with the digits of their unit if none are given."""
    cells = []
    for row in records(table):
        places = _digits(row["unit"]) if digits is None else digits
        text = interval(row[low], row[high], places)
        cells.append(f"{number(row[value], places)} {text}" if value else text)
    return cells
