"""What is finished stays, whatever is run next into its folder; and what the user has there stays too."""

from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from alliance_sim import report
from alliance_sim.estimates.query import query
from alliance_sim.estimates.tables import open_results
from alliance_sim.experiment.run import run
from alliance_sim.experiment.store import folder_of
from alliance_sim.experiment.superseded import remove_superseded, superseded
from alliance_sim.files.record import NAME
from alliance_sim.files.sums import SUMMED
from alliance_sim.scenario import ConfigError, Experiment, load

Loader = Callable[..., Experiment]
Tables = Callable[[Path], dict[str, bytes]]

OTHERS = (
    ("factors.parameters.intake.trauma_prevalence=[0]", 6),
    ("replicates=2", 12),
    ("seed=8", 12),
    ("baseline=mend", 12),
    ("outputs={sessions: false, figures: false, story: false}", 8),
)


def test_a_narrower_run_reads_its_own_parts_and_keeps_the_others(
    small: Loader, tmp_path: Path, tables_of: Tables
) -> None:
    out = tmp_path / "out"
    run(small(), out)
    whole = tables_of(out)
    for change, files in OTHERS:
        experiment = small(change)
        run(experiment, out)
        run(experiment, tmp_path / "straight" / change[:5])
        assert len(tables_of(out)) == files
        assert tables_of(out) == tables_of(tmp_path / "straight" / change[:5])
        assert query(out, "SELECT count(*) AS n FROM replicates")["n"][0] == experiment.replicates * len(
            experiment.points
        )
        assert superseded(out)
        again = run(small(), out)
        assert (again.found, again.played) == (4, 0)
        assert tables_of(out) == whole


def test_what_is_superseded_is_removed_on_request_and_nothing_else(
    small: Loader, tmp_path: Path, tables_of: Tables
) -> None:
    out = tmp_path / "out"
    run(small(), out)
    run(small("replicates=2"), out)
    (out / "superseded" / "notes.txt").write_text("mine", encoding="utf-8")
    before = tables_of(out)
    assert len(remove_superseded(out)) == 12
    assert superseded(out) == []
    assert [file.name for file in (out / "superseded").iterdir()] == ["notes.txt"]
    assert tables_of(out) == before


def test_another_study_is_refused_before_anything_is_played(small: Loader, tmp_path: Path) -> None:
    run(small(), tmp_path / "out")
    with pytest.raises(ConfigError, match='found the results of another experiment, "A small experiment"'):
        run(small("title=Another", "question=What else?"), tmp_path / "out")


def test_a_part_with_other_rows_under_its_name_is_found_and_played_again(
    small: Loader, tmp_path: Path, tables_of: Tables
) -> None:
    out = tmp_path / "out"
    run(small(), out)
    before = tables_of(out)
    file = sorted(folder_of(out, "replicates").iterdir())[1]
    rows = pq.read_table(file)
    pq.write_table(pq.ParquetFile(file).read().take([0] * 300), file)
    assert rows.num_rows < 300
    with pytest.raises(ValueError, match=f"{file.name} is damaged"):
        query(out, "SELECT * FROM replicates")
    assert run(small(), out).notices == [f"Damaged, so it is made again: replicates.parquet/{file.name}."]
    assert tables_of(out) == before


def test_the_folder_of_a_version_without_checksums_is_taken_over_with_its_finished_parts(
    small: Loader, tmp_path: Path, tables_of: Tables
) -> None:
    out = tmp_path / "out"
    run(small(), out)
    before = tables_of(out)
    (out / NAME).unlink()
    for file in out.glob("*.parquet/*"):
        name, first, _ = SUMMED.fullmatch(file.name)[1].removeprefix("part-").split("-")  # type: ignore[index]
        file.rename(file.with_name(f"part-{name[:16]}-{first}.parquet"))
    design = [line.rpartition(",")[0] for line in (out / "design.csv").read_text(encoding="utf-8").splitlines()]
    (out / "design.csv").write_text("\n".join(design) + "\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="it was written by a version that kept no checksums"):
        open_results(out)
    outcome = run(small(), out)
    assert (outcome.found, outcome.played) == (4, 0)
    first, second = outcome.notices
    assert first.startswith("This folder was written by a version that kept no record of its files (written.json). ")
    assert second == "Taken over from it: 4 finished parts."
    assert tables_of(out) == before


def test_a_report_is_made_once_and_again_when_anything_it_rests_on_has_changed(
    small: Loader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    known = report.page.estimate
    monkeypatch.setattr(report.page, "estimate", lambda *given: made.append(1) or known(*given))  # type: ignore[func-returns-value]
    changes = ("outputs.figures=false", "outputs.story=false")

    def again(*more: str) -> int:
        experiment = small(*changes, *more)
        run(experiment, tmp_path / "out")
        report.write(tmp_path / "out", experiment)
        return len(made)

    assert [again(), again(), again("question=Does anything change at all?"), again("replicates=2")] == [1, 1, 2, 3]
    (tmp_path / "out" / "report.html").unlink()
    assert again("replicates=2") == 4


def test_figures_of_the_user_stay_and_those_of_earlier_runs_go(small: Loader, tmp_path: Path) -> None:
    figures = tmp_path / "out" / "figures"
    run(small(), tmp_path / "out")
    report.write(tmp_path / "out", small())
    (figures / "manuscript_1.png").write_bytes(b"mine")
    assert len(list(figures.iterdir())) > 4
    experiment = small("outputs.figures=false", "outputs.story=false")
    run(experiment, tmp_path / "out")
    report.write(tmp_path / "out", experiment)
    assert [file.name for file in figures.iterdir()] == ["manuscript_1.png"]


def test_a_folder_may_have_blanks_letters_and_signs_in_its_name_or_be_a_link(
    small: Loader, tmp_path: Path, tables_of: Tables
) -> None:
    run(small(), tmp_path / "straight")
    target = tmp_path / "治疗 联盟 a=1"
    target.mkdir()
    (tmp_path / "link").symlink_to(target)
    run(small(), tmp_path / "link")
    assert tables_of(target) == tables_of(tmp_path / "straight")
    names = query(target, "SELECT * FROM replicates").columns
    assert "a" not in names


def test_a_run_is_repeated_from_its_manifest_to_the_bit(small: Loader, tmp_path: Path, tables_of: Tables) -> None:
    run(small(), tmp_path / "out")
    manifest = tmp_path / "out" / "manifest.json"
    run(load(manifest), tmp_path / "again")
    assert tables_of(tmp_path / "again") == tables_of(tmp_path / "out")
    assert run(load(manifest), tmp_path / "out").found == 4
