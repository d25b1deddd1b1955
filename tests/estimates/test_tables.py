"""Reading result folders."""

from collections.abc import Callable
from pathlib import Path

import pytest

from alliance_sim.estimates.tables import clinics, open_results, pairs, rows_of_replicate

Write = Callable[..., None]


def several(replicates: list[int]) -> list[dict[str, object]]:
    return [{"replicate": r, "client": k, "symptoms_end": float(10 * r + k)} for r in replicates for k in (1, 2)]


def test_labels_come_from_the_tables_themselves(tmp_path: Path, write_point: Write) -> None:
    write_point(tmp_path, "00001", {"arm": "a", "dose": 0.5, "kind": "x"}, several([1]), [{}])
    write_point(tmp_path, "00002", {"arm": "b", "dose": 0.5, "kind": "x"}, several([1]), [{}])
    results = open_results(tmp_path)
    assert results.arms == ("a", "b")
    assert results.factors == ("dose", "kind")
    assert results.at("b", {"dose": 0.5, "kind": "x"}) is results.points[1]
    assert results.at("b", {"dose": 1.5, "kind": "x"}) is None


def test_a_folder_without_finished_points_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no finished design point"):
        open_results(tmp_path)


def test_replicates_are_never_cut_whatever_the_row_groups(tmp_path: Path, write_point: Write) -> None:
    write_point(tmp_path, "00001", {"arm": "a"}, several([1, 2, 3, 4, 5]), None)  # row groups of 3, replicates of 2
    parts = list(clinics(open_results(tmp_path).points[0].clients, ["symptoms_end"]))
    assert [number for rows in parts for number in rows.numbers.tolist()] == [1, 2, 3, 4, 5]
    assert all((rows.groups.sizes == 2).all() for rows in parts)
    assert [v for rows in parts for v in rows.floats("symptoms_end").tolist()] == [
        11,
        12,
        21,
        22,
        31,
        32,
        41,
        42,
        51,
        52,
    ]


def test_a_part_holds_no_more_than_a_row_group_and_what_was_held_back(tmp_path: Path, write_point: Write) -> None:
    write_point(tmp_path, "00001", {"arm": "a"}, several(list(range(1, 40))), None)
    assert max(len(rows) for rows in clinics(open_results(tmp_path).points[0].clients, [])) <= 5


def test_sessions_may_not_have_been_kept(tmp_path: Path, write_point: Write) -> None:
    write_point(tmp_path, "00001", {"arm": "a"}, several([1]), None)
    assert not open_results(tmp_path).has_sessions


def test_twins_are_read_side_by_side(tmp_path: Path, write_point: Write) -> None:
    write_point(tmp_path, "00001", {"arm": "a"}, several([1, 2, 3, 4]), None)
    write_point(tmp_path, "00002", {"arm": "b"}, several([1, 2, 3, 4])[1:], None)  # other row groups
    one, other = open_results(tmp_path).points
    found = [(a.numbers.tolist(), b.numbers.tolist()) for a, b in pairs(one.clients, other.clients, ["client"])]
    assert all(mine == theirs for mine, theirs in found)
    assert [number for mine, _ in found for number in mine] == [1, 2, 3, 4]


def test_replicates_without_a_twin_are_left_out(tmp_path: Path, write_point: Write) -> None:
    write_point(tmp_path, "00001", {"arm": "a"}, several([1, 3, 4]), None)
    write_point(tmp_path, "00002", {"arm": "b"}, several([2, 3]), None)
    one, other = open_results(tmp_path).points
    assert [a.numbers.tolist() for a, _ in pairs(one.clients, other.clients, ["client"])] == [[3]]


def test_one_replicate_can_be_read_alone(tmp_path: Path, write_point: Write) -> None:
    write_point(tmp_path, "00001", {"arm": "a"}, several([1, 2]), None)
    assert rows_of_replicate(open_results(tmp_path).points[0].clients, 2)["client"].tolist() == [1, 2]


def test_files_of_other_names_are_ignored(tmp_path: Path, write_point: Write) -> None:
    write_point(tmp_path, "00001", {"arm": "a"}, several([1]), None)
    for part in list(tmp_path.glob("*.parquet/part-*.parquet")):
        (part.parent / f"{part.stem} (copy).parquet").write_bytes(part.read_bytes())
        (part.parent / "notes.txt").write_text("mine", encoding="utf-8")
    assert [len(point.replicates) for point in open_results(tmp_path).points] == [1]
