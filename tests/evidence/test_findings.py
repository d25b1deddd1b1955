"""The table of published findings: every cell can be read, and every finding has a place in the comparison."""

import csv
import math
import re
from importlib.resources import files

import pytest

from alliance_sim.evidence.findings import ONLY_DIRECTION, TIERS, finding, parts_of, published
from alliance_sim.report.literature import cited, worded

TEXT = files("alliance_sim.evidence").joinpath("findings.csv").read_text(encoding="utf-8")
ROWS = list(csv.DictReader(TEXT.splitlines()))

STATUSES = (
    "verified", "verified in a citing page", "computed", "computed from public data", "direction only",
    "direction verified", "unverified (high)", "unverified (medium)", "unverified (low-medium)",
)  # fmt: skip


def test_every_cell_can_be_read() -> None:
    for row in ROWS:
        name = row["id"]
        assert re.fullmatch(r"[A-Z]\d\d[abc]?", name)
        assert row["tier"] in TIERS, name
        assert row["seen"] in ("yes", "no"), name
        assert row["status"] in STATUSES, name
        assert all(cell.strip() == cell for cell in row.values()), name
        assert all(row[column] for column in ("quantity", "statistic", "value", "source")), name
        assert row["year"] in ("", "-") or re.fullmatch(r"\d{4}(-|/\d{4})?", row["year"]), name
        assert row["doi"] == "" or row["doi"].startswith("10."), name
        assert all(row[column] == "" or re.match(r"[>~]?\d+", row[column]) for column in ("k", "n")), name
        for part in parts_of(row["value"], row["low"], row["high"]):
            direction = row["statistic"] == "direction"
            assert math.isfinite(part.value) != direction, name
            assert math.isfinite(part.low) == math.isfinite(part.high) or direction, name
        assert row["tier"] != "retired" or row["remark"], f"{name} is retired and says why"


def test_the_file_is_the_table_of_findings_in_its_order() -> None:
    assert [one.id for one in published()] == [row["id"] for row in ROWS]
    assert len({row["id"] for row in ROWS}) == len(ROWS) == 102
    assert {tier: len(published(tier)) for tier in TIERS} == {"fit": 41, "validate": 46, "context": 7, "retired": 8}
    assert sum(one.seen for one in published("validate")) == 10
    assert not any(one.seen for one in published("fit"))


@pytest.mark.parametrize(
    ("printed", "numbers"),
    [
        (("0.844", "0.823", "0.862"), [(0.844, 0.823, 0.862)]),
        (("-.09", "-.14", "-.03"), [(-0.09, -0.14, -0.03)]),
        (("6", "0", "6"), [(6, 0, 6)]),
        (("3.9 (.7)", "3.6", "4.2"), [(3.9, 3.6, 4.2), (0.7, None, None)]),
        ((".28 / .16",), [(0.28, None, None), (0.16, None, None)]),
        (("5.8 / 25.4", "5.4 / 25", "5.9 / 26.6"), [(5.8, 5.4, 5.9), (25.4, 25, 26.6)]),
        ((".56; 10.7", ".44; 8.2", ".66; 12.1"), [(0.56, 0.44, 0.66), (10.7, 8.2, 12.1)]),
        (("task–goal .8–.9; bond–others .6–.8",), [(0.85, 0.8, 0.9), (0.7, 0.6, 0.8)]),
        (("+",), [(None, 0, math.inf)]),  # a direction is an interval that begins or ends at zero
        (("-",), [(None, -math.inf, 0)]),
    ],
)
def test_numbers_are_read_as_they_are_printed(printed: tuple[str, ...], numbers: list) -> None:
    wanted = [math.nan if number is None else number for part in numbers for number in part]
    found = [number for part in parts_of(*printed) for number in part]
    assert found == pytest.approx(wanted, nan_ok=True)


@pytest.mark.parametrize(
    "printed",
    [
        ("about .3",), ("",), (".3 .4",), (".3/.4",), (".5", ".6", ".7"), (".5", ".4", ""), ("+", "0", "1"),
        (".3 / .4", ".1 / .2 / .3", ".5"),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be_read_is_refused(printed: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"."):
        parts_of(*printed)


def test_a_row_is_read_as_it_is_written() -> None:
    """Counts are the first number of their cell; what was verified is said in words."""
    assert (finding("A01").studies, finding("A01").people) == (295, 30000)
    assert [finding(name).studies for name in ("X01", "X13")] == [277, 163]
    assert (finding("P18").people, finding("N04").people) == (10, None)
    assert finding("N40").verified == finding("W02").verified == ONLY_DIRECTION
    assert finding("A01").verified == finding("N60").verified == "the number was verified"
    assert finding("T09").verified == "not verified"


def test_what_a_row_takes_from_another_is_written_out() -> None:
    assert finding("N43").quantity == "alliance to next-session symptoms, bulimia nervosa"
    assert finding("N62").quantity == "week-to-week correlation of symptoms in treatment, client linear trend removed"
    assert finding("P02").source == finding("P01").source
    assert finding("N51").source == finding("N50").source
    assert not any("same" in worded(one) + cited(one) for one in published() if one.id != "N11")
    assert cited(finding("N46")) == "Accurso et al. 2015"
    assert cited(finding("N70")) == "RefraMED usual care 2020"
