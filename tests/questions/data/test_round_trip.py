"""A simulated clinic that was written into a table and read again is the same clinic, whatever the table's form."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from alliance_sim.estimands.measuring import measure
from alliance_sim.estimands.observed import measure_seen
from alliance_sim.estimands.seen import ratings
from alliance_sim.estimates.curves import planned_weeks, staying
from alliance_sim.estimates.query import query
from alliance_sim.estimates.tables import open_results
from alliance_sim.questions.data import ClinicData
from alliance_sim.questions.data.look import look_of, looked_at, size_of
from alliance_sim.questions.data.tables import keep_tables
from alliance_sim.questions.frame.run import Runs, simulate
from tests.questions.data.shown import measured

Make = Callable[..., ClinicData]
WEEKS = 8

SESSION = ["wai_goal", "wai_task", "wai_bond", "wai_client", "wai_therapist", "symptoms", "attended",
           "rupture_client", "rupture_therapist", "rupture_observer"]  # fmt: skip
CLIENT = ["therapist", "symptoms_intake", "symptoms_end", "left"]


def without(mapping: str, *keys: str) -> str:
    """A mapping without some of its lines."""
    return "".join(line for line in mapping.splitlines(True) if not re.match(rf"  ({'|'.join(keys)}):", line))


def spread_out(kept: pd.DataFrame) -> pd.DataFrame:
    """A long table as a wide one: a row a client, columns such as symptoms_3."""
    people = kept.groupby("client")[CLIENT].first()
    wide = kept.pivot_table(index="client", columns="session", values=SESSION, aggfunc="first", observed=True)
    wide.columns = [f"{name}_{session}" for name, session in wide.columns]
    return people.join(wide).reset_index()


def widened(mapping: str) -> str:
    """A long mapping as a wide one."""
    text = without(mapping, "session").replace("layout: long", "layout: wide")
    for name in SESSION:
        text = re.sub(rf": {name}\b", f": {name}_{{session}}", text)
    return re.sub(r"([:,] )([a-z_]*\{session\})", r'\1"\2"', text)


def test_a_run_that_was_exported_and_loaded_has_the_estimates_of_the_run(
    clinic: Make, simulated: Any, long_mapping: str
) -> None:
    run = measure(simulated.clients, simulated.sessions)
    own = measured(clinic(long_mapping))
    known = {name: value for name, value in own.items() if name in run}
    assert len(known) >= 20
    assert known == pytest.approx({name: float(run[name][0]) for name in known}, abs=1e-12)


def test_the_loaded_tables_are_those_of_the_run(
    clinic: Make, simulated: Any, long_mapping: str, tmp_path: Path
) -> None:
    keep_tables(clinic(long_mapping), tmp_path / "out", 0.77)
    for name, run in (("clients", simulated.clients), ("sessions", simulated.sessions)):
        own = pa.parquet.read_table(next((tmp_path / "out" / f"{name}.parquet").glob("*.parquet")))
        shared = [column for column in own.column_names if column in run.column_names]
        assert len(shared) >= len(own.column_names) - 2  # labels of clients and therapists come after them
        assert len(own) == len(run)
        for column in shared:
            assert own.schema.field(column).type == run.schema.field(column).type, column
            if column != "arm":
                left, right = (table[column].to_pandas().astype(object) for table in (own, run))
                pd.testing.assert_series_equal(left, right, check_names=False, check_exact=False)


def test_the_folder_of_a_clinic_is_read_as_that_of_a_run(clinic: Make, long_mapping: str, tmp_path: Path) -> None:
    own = clinic(long_mapping)
    keep_tables(own, tmp_path, 0.77)
    results = open_results(tmp_path)
    assert (results.arms, planned_weeks(results)) == (("clinic",), WEEKS)
    assert staying(results)["value"].iloc[-1] <= 100
    assert query(tmp_path, "SELECT avg(wai_client) AS mean FROM sessions")["mean"][0] > 1
    assert query(tmp_path, "SELECT pre_post_d FROM replicates")["pre_post_d"][0] == measured(own)["pre_post_d"]


def test_a_wide_table_is_the_same_clinic_as_a_long_one(clinic: Make, simulated: Any, long_mapping: str) -> None:
    long = measured(clinic(long_mapping))
    wide = measured(clinic(widened(long_mapping), spread_out(simulated.kept)))
    assert wide == pytest.approx(long, nan_ok=True)


def test_a_decimal_comma_and_semicolons_change_nothing(clinic: Make, long_mapping: str) -> None:
    found = clinic(long_mapping, None, sep=";", decimal=",")
    assert (found.sheet.separator, found.sheet.decimal) == (";", ",")
    assert measured(found) == pytest.approx(measured(clinic(long_mapping)))


def test_dates_are_weeks_or_an_order(clinic: Make, simulated: Any, long_mapping: str) -> None:
    days = pd.Timestamp("2024-03-04") + pd.to_timedelta(7 * (simulated.kept["session"] - 1), unit="D")
    table = simulated.kept.assign(session=days.dt.strftime("%d.%m.%Y"))
    for counted in ("weeks", "order"):
        mapping = long_mapping.replace("{number: session}", f'{{date: session, form: "%d.%m.%Y", counted: {counted}}}')
        assert measured(clinic(mapping, table)) == pytest.approx(measured(clinic(long_mapping)))


def test_another_scale_is_put_on_that_of_the_model(clinic: Make, simulated: Any, long_mapping: str) -> None:
    names = [name for name in SESSION if name.startswith("wai")]
    table = simulated.kept.assign(**{name: 1 + 1.5 * (simulated.kept[name] - 1) for name in names})
    mapping = long_mapping.replace("bond: wai_bond", "bond: wai_bond, scale: [1, 7], rescale: true")
    mapping = mapping.replace("wai_therapist}", "wai_therapist, scale: [1, 7], rescale: true}")
    assert measured(clinic(mapping, table)) == pytest.approx(measured(clinic(long_mapping)))


def test_twelve_items_make_subscales_and_total(clinic: Make, simulated: Any, long_mapping: str) -> None:
    parts = {"goal": (4, 6, 8, 11), "task": (1, 2, 10, 12), "bond": (3, 5, 7, 9)}
    columns = {f"item{item}": simulated.kept[f"wai_{part}"] for part, own in parts.items() for item in own}
    columns["item4"] = 6 - columns["item4"]
    mapping = re.sub(
        r"alliance: {total: wai_client.*", 'alliance: {items: "item{item}", reversed: [4]}', long_mapping, count=1
    )
    own = measured(clinic(mapping, simulated.kept.assign(**columns)))
    assert own == pytest.approx(measured(clinic(long_mapping)))


def test_a_subscale_of_three_answers_counts_one_of_two_does_not(
    clinic: Make, simulated: Any, long_mapping: str
) -> None:
    columns = {f"item{item}": np.full(len(simulated.kept), 4.0) for item in range(1, 13)}
    for item, row in ((3, 0), (5, 1), (7, 1)):
        columns[f"item{item}"][row] = np.nan
    mapping = re.sub(r"alliance: {total: wai_client.*", 'alliance: {items: "item{item}"}', long_mapping, count=1)
    table = simulated.kept.assign(attended=True, **columns)
    seen = clinic(mapping, table).seen
    bond = ratings(seen, WEEKS, "wai_bond")
    assert bond[0, 0] == 4.0
    assert np.isnan(bond[0, 1])


def only_some(kept: pd.DataFrame) -> pd.DataFrame:
    """A table in which clients rate in sessions 1, 3 and 6 alone, and dropouts have no score at the end."""
    table = kept.copy()
    table.loc[~table["session"].isin([1, 3, 6]), [name for name in SESSION if name.startswith("wai")]] = np.nan
    table.loc[table["left"] == "dropout", "symptoms_end"] = np.nan
    return table


def held_alone(kept: pd.DataFrame) -> pd.DataFrame:
    """A table that knows only sessions that were held, counted one after the other."""
    held = kept[kept["attended"]]
    return held.assign(session=held.groupby("client").cumcount() + 1)


FORMS: dict[str, tuple[Callable[[str], str], Callable[[pd.DataFrame], pd.DataFrame]]] = {
    "everything": (lambda text: text, lambda kept: kept),
    "some ratings": (lambda text: text, only_some),
    "sessions held": (lambda text: without(text, "attended"), held_alone),
    "no therapists": (lambda text: without(text, "therapist"), lambda kept: kept),
    "scores of sessions": (lambda text: text.replace(", intake: symptoms_intake, end: symptoms_end", ""), only_some),
    "dropout alone": (lambda text: text.replace('completed: completed, no: "no"', 'no: ["no", completed]'), only_some),
    "a wide table": (lambda text: without(widened(text), "attended"), lambda kept: spread_out(kept[kept["attended"]])),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_a_simulated_clinic_that_is_looked_at_as_the_table_is_has_its_estimates(
    form: str, clinic: Make, simulated: Any, long_mapping: str
) -> None:
    mapping, table = FORMS[form]
    own = clinic(mapping(long_mapping), table(simulated.kept))
    point = simulated.experiment.points[0]
    look = look_of(own, size_of(own, point.scenario.clinic.caseload)[1])
    seen = looked_at(simulate(point, Runs(simulated.experiment.seed, range(1, 4), Path())), look)
    same = {name: float(values[0]) for name, values in measure_seen(seen, WEEKS).items()}
    assert same == pytest.approx(measured(own), nan_ok=True)
    assert len(same) >= 15
