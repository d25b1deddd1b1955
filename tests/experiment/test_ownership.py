"""What is finished stays, whatever is run next into its folder; and what the user has there stays too."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from alliance_sim.estimates.query import query
from alliance_sim.estimates.tables import open_results
from alliance_sim.experiment.store import folder_of
from alliance_sim.experiment.superseded import remove_superseded, superseded
from alliance_sim.files.record import NAME
from alliance_sim.files.sums import SUMMED
from alliance_sim.report import page
from alliance_sim.scenario import ConfigError
from tests.experiment.conftest import BARE, Small, bytes_of

QUIET = ("outputs.figures=false", "outputs.story=false")


@pytest.mark.parametrize(
    ("change", "files"),
    [
        ("factors.parameters.intake.trauma_prevalence=[0]", 6),
        ("replicates=2", 12),
        ("seed=8", 12),
        ("baseline=mend", 12),
        (BARE, 8),
    ],
)
def test_another_run_reads_its_own_parts_and_keeps_the_others(small: Small, change: str, files: int) -> None:
    out = small.home / "out"
    small.run("out")
    whole = small.bytes("out")
    small.run("out", change)
    small.run("straight", change)
    assert len(small.bytes("out")) == files
    assert small.bytes("out") == small.bytes("straight")
    experiment = small(change)
    count = query(out, "SELECT count(*) AS n FROM replicates")["n"][0]
    assert count == experiment.replicates * len(experiment.points)
    assert superseded(out)
    again = small.run("out")
    assert (again.found, again.played) == (4, 0)
    assert small.bytes("out") == whole


def test_what_is_superseded_is_removed_on_request_and_nothing_else(small: Small) -> None:
    out = small.home / "out"
    small.run("out")
    small.run("out", "replicates=2")
    (out / "superseded" / "notes.txt").write_text("mine", encoding="utf-8")
    before = small.bytes("out")
    assert len(remove_superseded(out)) == 12
    assert superseded(out) == []
    assert [file.name for file in (out / "superseded").iterdir()] == ["notes.txt"]
    assert small.bytes("out") == before


def test_another_study_is_refused_before_anything_is_simulated(small: Small) -> None:
    small.run("out")
    with pytest.raises(ConfigError, match='found the results of another experiment, "A small experiment"'):
        small.run("out", "title=Another", "question=What else?")


def test_a_part_with_other_rows_under_its_name_is_found_and_made_again(small: Small) -> None:
    small.run("out")
    before = small.bytes("out")
    file = sorted(folder_of(small.home / "out", "replicates").iterdir())[1]
    pq.write_table(pq.ParquetFile(file).read().take([0] * 300), file)
    with pytest.raises(ValueError, match=f"{file.name} is damaged"):
        query(small.home / "out", "SELECT * FROM replicates")
    assert small.run("out").notices == [f"Damaged, so it is made again: replicates.parquet/{file.name}."]
    assert small.bytes("out") == before


def test_the_folder_of_a_version_without_checksums_is_taken_over_with_its_finished_parts(small: Small) -> None:
    out = small.home / "out"
    small.run("out")
    before = small.bytes("out")
    (out / NAME).unlink()
    for file in out.glob("*.parquet/*"):
        name, first, _ = SUMMED.fullmatch(file.name)[1].removeprefix("part-").split("-")  # type: ignore[index]
        file.rename(file.with_name(f"part-{name[:16]}-{first}.parquet"))
    design = [line.rpartition(",")[0] for line in (out / "design.csv").read_text(encoding="utf-8").splitlines()]
    (out / "design.csv").write_text("\n".join(design) + "\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="it was written by a version that kept no checksums"):
        open_results(out)
    summary = small.run("out")
    first, second = summary.notices
    assert (summary.found, summary.played) == (4, 0)
    assert first.startswith("This folder was written by a version that kept no record of its files (written.json). ")
    assert second == "Taken over from it: 4 finished parts."
    assert small.bytes("out") == before


def test_a_report_is_made_once_and_again_when_anything_it_rests_on_has_changed(
    small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    known = page.estimate
    monkeypatch.setattr(page, "estimate", lambda *given: made.append(1) or known(*given))  # type: ignore[func-returns-value]

    def again(*more: str) -> int:
        small.run("out", *QUIET, *more)
        page.write(small.home / "out", small(*QUIET, *more))
        return len(made)

    assert [again(), again(), again("question=Does anything change at all?"), again("replicates=2")] == [1, 1, 2, 3]
    (small.home / "out" / "report.html").unlink()
    assert again("replicates=2") == 4


def test_figures_of_the_user_stay_and_those_of_earlier_runs_go(small: Small) -> None:
    figures = small.home / "out" / "figures"
    small.run("out")
    page.write(small.home / "out", small())
    (figures / "manuscript_1.png").write_bytes(b"mine")
    assert len(list(figures.iterdir())) > 4
    small.run("out", *QUIET)
    page.write(small.home / "out", small(*QUIET))
    assert [file.name for file in figures.iterdir()] == ["manuscript_1.png"]


def test_a_folder_may_have_blanks_letters_and_signs_in_its_name_or_be_a_link(small: Small) -> None:
    small.run("straight")
    target: Path = small.home / "治疗 联盟 a=1"
    target.mkdir()
    (small.home / "link").symlink_to(target)
    small.run("link")
    assert bytes_of(target) == small.bytes("straight")
    assert "a" not in query(target, "SELECT * FROM replicates").columns
