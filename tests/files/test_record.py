"""A result folder belongs to one study; only what was written there is touched."""

import json
from pathlib import Path

import pytest

from alliance_sim.files.record import NAME, Record, as_written, check_folder, claim, read_record, record_of, study_of
from alliance_sim.files.study import StudyKey
from alliance_sim.scenario.problem import ConfigError

MINE = StudyKey("experiment", "Does it help?", "Who gains?", "../study.yaml")
ALLOWED = "allowed: an empty folder, a new one, or the result folder of this study (--out DIR)"


def refused(folder: Path, study: StudyKey = MINE, **more: object) -> str:
    """Why a folder is refused."""
    with pytest.raises(ConfigError) as caught:
        check_folder(folder, study, **more)  # type: ignore[arg-type]
    return str(caught.value)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A folder of this study with two files."""
    folder = tmp_path / "out"
    folder.mkdir()
    record = claim(folder, MINE)
    record.write("estimates.csv", "arm,value\n")
    record.write("figures/outcome.png", b"\x89PNG")
    record.close("made of this", [])
    return folder


def test_a_folder_with_files_of_the_user_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    for name in ("data.csv", "notes.txt", "paper.docx", "study.yaml"):
        (tmp_path / name).write_text("mine", encoding="utf-8")
    found = "found a folder with files that alliance-sim did not write (data.csv, notes.txt, paper.docx and 1 more)"
    assert refused(tmp_path) == f"{tmp_path}: {found}; {ALLOWED}"
    assert len(list(tmp_path.iterdir())) == 4


def test_a_folder_that_holds_only_what_systems_leave_there_counts_as_empty(tmp_path: Path) -> None:
    for name in (".DS_Store", "Thumbs.db", "desktop.ini", ".gitkeep", ".running", f"{NAME}.{'0' * 32}.writing"):
        (tmp_path / name).write_bytes(b"")
    check_folder(tmp_path, MINE)


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    assert refused(tmp_path / "out").endswith("found a file; allowed: a folder, or a new name (--out DIR)")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    assert "found a link that leads nowhere" in refused(tmp_path / "link")


def test_files_of_the_user_in_a_folder_of_ours_are_no_reason_to_refuse_it_and_stay(own: Path) -> None:
    (own / "notes.txt").write_text("mine", encoding="utf-8")
    (own / "figures" / "for_the_paper.png").write_bytes(b"mine")
    (own / "figures" / "outcome.png").write_bytes(b"retouched")
    record_of(own).keep_only((), "figures", (".png",))
    assert (own / "figures" / "outcome.png").read_bytes() == b"retouched"
    (own / "figures" / "outcome.png").write_bytes(b"\x89PNG")
    claim(own, MINE)
    assert (own / "notes.txt").exists()
    record_of(own).keep_only((), "figures", (".png",))
    assert [file.name for file in (own / "figures").iterdir()] == ["for_the_paper.png"]


def test_what_was_claimed_or_announced_before_a_run_was_killed_is_ours(tmp_path: Path, own: Path) -> None:
    claim(tmp_path / "other", MINE)
    (tmp_path / "other" / "sessions.parquet").mkdir()
    check_folder(tmp_path / "other", MINE)
    record = record_of(own)
    record.files["estimates.csv"].append("0123456789abcdef")  # announced, and killed before it got its name
    record.save()
    check_folder(own, MINE)
    assert record_of(own).is_own("estimates.csv")


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (MINE._replace(question="Who loses?"), True),
        (MINE._replace(title="Does it help at all?"), True),
        (MINE._replace(config="../elsewhere/study.yaml"), True),
        (MINE._replace(title="Another", question=""), False),
        (MINE._replace(title="Another", question="What else?"), False),
        (MINE._replace(kind="power"), False),
    ],
)
def test_a_study_is_known_by_its_title_or_its_question(own: Path, other: StudyKey, same: bool) -> None:
    if same:
        check_folder(own, other)
    else:
        assert refused(own, other).endswith(ALLOWED)


def test_without_title_and_question_a_study_is_known_by_the_place_of_its_config(tmp_path: Path) -> None:
    out = tmp_path / "results" / "study"
    first, second = (study_of("experiment", "", "", tmp_path / name / "study.yaml", out) for name in "AB")
    again = study_of("experiment", "", "", out / "manifest.json", out)
    assert not first.is_same(second)
    assert first.is_same(again)


@pytest.mark.parametrize(
    ("kind", "asked", "found"),
    [
        ("experiment", "sensitivity", 'the results of an experiment, "Does it help?"'),
        ("calibration", "sensitivity", "a calibration"),
        ("power", "sensitivity", "the answer of a question (power)"),
        ("experiment", "experiment", 'the results of another experiment, "Does it help?"'),
    ],
)
def test_another_study_is_refused_by_its_kind_and_its_title(tmp_path: Path, kind: str, asked: str, found: str) -> None:
    claim(tmp_path, StudyKey(kind, "Does it help?", "", ""))
    assert refused(tmp_path, StudyKey(asked, "Another", "", "")).startswith(f"{tmp_path}: found {found}")


def test_a_file_that_was_changed_is_written_over_only_when_asked(own: Path) -> None:
    (own / "estimates.csv").write_text("my own numbers\n", encoding="utf-8")
    words = (
        f"{own / 'estimates.csv'}: found a file that was changed after it was written; allowed: the file as it was "
        "written: restore it, or move it away and run again; or run again with --overwrite"
    )
    assert refused(own) == words
    with pytest.raises(ConfigError, match="did not write, or that was changed since"):
        record_of(own).write("estimates.csv", "new\n")
    with pytest.raises(ConfigError, match="was changed after it was written"):
        as_written(own / "estimates.csv")
    claim(own, MINE, overwrite=True)
    record_of(own).write("estimates.csv", "new\n")
    assert (own / "estimates.csv").read_text(encoding="utf-8") == "new\n"


def test_a_file_of_the_user_with_a_name_of_ours_is_in_the_way(own: Path) -> None:
    for name in ("report.html", "clients.parquet"):
        (own / name).write_text("mine", encoding="utf-8")
    assert "a new name; or --overwrite, which replaces the file" in refused(own, names=("report.html",))
    check_folder(own, MINE, names=("report.html",), overwrite=True)
    assert refused(own, folders=("clients.parquet",)).endswith("allowed: a folder: move the file away, and run again")


def test_what_is_written_again_is_not_touched_and_what_killed_runs_left_half_written_is_removed(own: Path) -> None:
    before = (own / "estimates.csv").stat().st_mtime_ns
    record_of(own).write("estimates.csv", "arm,value\n")
    assert (own / "estimates.csv").stat().st_mtime_ns == before
    ours = own / "figures" / f"outcome.png.{'a' * 32}.writing"
    mine = own / "novel.writing"
    for file in (ours, mine):
        file.write_bytes(b"")
    claim(own, MINE)
    assert (ours.exists(), mine.exists()) == (False, True)


@pytest.mark.parametrize("change", [lambda text: text[:40], lambda text: "", lambda text: text.replace("made of", "x")])
def test_a_damaged_record_is_named(own: Path, change: object) -> None:
    file = own / NAME
    file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")  # type: ignore[operator]
    words = (
        "found a record of the folder that is damaged; allowed: the record as it was written: restore it, or delete it"
    )
    assert words in refused(own)


def test_a_folder_of_a_version_without_records_is_taken_over(tmp_path: Path) -> None:
    old = {"format": 2, "name": "out", "origins": {}, "versions": {}, "config": {"title": "Does it help?"}}
    (tmp_path / "manifest.json").write_text(json.dumps(old), encoding="utf-8")
    (tmp_path / "estimates.csv").write_text("old\n", encoding="utf-8")
    record = claim(tmp_path, MINE)
    assert record.before
    record.write("estimates.csv", "new\n")
    assert "another experiment" in refused(tmp_path, StudyKey("experiment", "Another", "", ""))
    record.close()
    found = read_record(tmp_path)
    assert isinstance(found, Record)
    assert not found.before
