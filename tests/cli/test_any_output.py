"""Answers can be read wherever they go: other code pages, narrow terminals, pipes whose reader leaves."""

import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from rich.text import Text

from alliance_sim.api.progress import progress_bar
from alliance_sim.cli import main
from alliance_sim.report.stored import print_rows
from alliance_sim.scenario.letters import prepare_output, visible
from alliance_sim.scenario.problem import Place, Problem
from alliance_sim.scenario.reference import print_settings
from alliance_sim.scenario.screen import WIDTH, Terminal, print_paragraph, print_table, table_of

CONFIG = """\
title: “Réparation” – 修复 ± 1
replicates: 2
clinic: {therapists: 2, caseload: 2, weeks: 3}
arms: {a: {policy: ignore}, "[/] $$": {policy: repair}}
outputs: {figures: false, story: false}
"""

Encoded = Callable[[str], io.BytesIO]


@pytest.fixture
def encoded(monkeypatch: pytest.MonkeyPatch) -> Encoded:
    """Let stdout have an encoding; gives the bytes that are written."""

    def encoded(encoding: str) -> io.BytesIO:
        written = io.BytesIO()
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding=encoding))
        prepare_output()
        return written

    return encoded


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [
        ("ascii", '"Reparation" - ?? +/- 1 ... x -> strasse'),
        ("latin-1", '"Réparation" - ?? ± 1 ... × -> straße'),
        ("cp437", '"Réparation" - ?? ± 1 ... x -> straße'),
        ("cp1252", "“Réparation” – ?? ± 1 … × -> straße"),
        ("utf-8", "“Réparation” – 修复 ± 1 … × → straße"),
    ],
)
def test_letters_that_a_code_page_lacks_are_replaced(encoded: Encoded, encoding: str, shown: str) -> None:
    written = encoded(encoding)
    print("“Réparation” – 修复 ± 1 … × → straße", flush=True)
    assert written.getvalue().decode(encoding).strip() == shown


def test_bytes_of_a_file_name_that_are_no_text_are_written_too(encoded: Encoded) -> None:
    written = encoded("utf-8")
    print(os.fsdecode(b"a\xff.yaml"), flush=True)
    assert written.getvalue() == b"a?.yaml\n"


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_command_ends_well_on_any_code_page(encoded: Encoded, encoding: str) -> None:
    written = encoded(encoding)
    with pytest.raises(SystemExit) as end:
        main(["parameters", "repair"])
    assert (end.value.code, "repair" in written.getvalue().decode(encoding)) == (0, True)


@pytest.mark.slow
def test_a_run_into_a_file_of_another_code_page_keeps_its_answer(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(CONFIG, encoding="utf-8")
    environment = {**os.environ, "PYTHONUTF8": "0", "PYTHONIOENCODING": "cp1252"}
    command = [sys.executable, "-m", "alliance_sim.cli", "run", "small.yaml", "--workers", "1"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert (done.returncode, b"Traceback" in done.stderr) == (0, False)
    assert done.stdout.decode("cp1252").startswith("“Réparation” – ?? ± 1")
    for file in (tmp_path / "results" / "small").rglob("*.[chj][sts]*"):
        file.read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_reader_that_leaves_ends_a_command_quietly() -> None:
    script = f"set -o pipefail; {sys.executable} -m alliance_sim.cli parameters | head -1"
    done = subprocess.run(["bash", "-c", script], capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr, done.stdout.count("\n")) == (0, "", 1)


class Kept(Terminal):
    """A terminal of a width that keeps what is printed."""

    def __init__(self, width: int, **more: Any) -> None:
        self.kept = io.StringIO()
        super().__init__(file=self.kept, width=width, markup=False, emoji=False, **more)

    @property
    def lines(self) -> list[str]:
        """What was printed."""
        return self.kept.getvalue().splitlines()


@pytest.mark.parametrize("width", [20, 40, 80, WIDTH])
def test_no_width_cuts_a_table(width: int) -> None:
    screen = Kept(width)
    print_settings(screen, "rupture")
    print_paragraph(screen, "Question", "Does “repair” help, and whom?")
    assert max(map(len, screen.lines)) <= width
    assert "…" not in screen.kept.getvalue()
    assert {"base", "slope", "mismatch", "help,"} <= set(screen.kept.getvalue().split())


@pytest.mark.parametrize("width", range(25, 60))
def test_a_table_becomes_lines_exactly_where_its_words_do_not_fit(width: int) -> None:
    screen = Kept(width)
    table = table_of("Points", "point", "arm", "a_long_name")
    table.add_row("1", Text("press on"), "a_long_value")
    needs = screen.measure(table, options=screen.options.update(width=10_000)).minimum  # which is Rich's own answer
    print_table(screen, table)
    as_lines = ["Points", "", "point: 1", "arm: press on", "a_long_name: a_long_value"]
    assert ([line.strip() for line in screen.lines] == as_lines) == (needs > width)


def test_a_query_shows_as_many_columns_as_fit_and_names_the_rest() -> None:
    screen = Kept(40)
    print_rows(screen, pd.DataFrame({f"column_{k}": [k, 10 * k] for k in range(6)}))
    first, *rest = [line for line in screen.lines if line.strip()]
    assert first.split() == ["column_0", "column_1", "column_2"]
    assert rest[1].split() == ["0", "1", "2"]
    assert " ".join(" ".join(rest[3:]).split()) == (
        "... and 3 more columns: column_3, column_4, column_5. Name the columns that you want, or use --csv FILE."
    )


def test_a_query_whose_columns_fit_names_none() -> None:
    screen = Kept(40)
    print_rows(screen, pd.DataFrame({"a": ["[/]"], "b": [None]}))
    assert "[/]" in screen.kept.getvalue()
    assert "more column" not in screen.kept.getvalue()


def test_what_would_steer_a_terminal_is_shown_and_not_sent() -> None:
    screen = Kept(80)
    screen.print("a\x1b[2Jb", Text("c\x07\u202ed"))
    assert screen.lines == ["a\\x1b[2Jb c\\u202ed"]
    assert str(Problem(Place("x\x1b.yaml"), "a\nb", "c")) == "x\\x1b.yaml: found a\\nb; allowed: c"
    assert visible("a\tb\n", kept="\n\t") == "a\tb\n"


@pytest.mark.parametrize("width", [20, 40, 79, 80, WIDTH])
def test_texts_of_progress_are_never_cut(width: int) -> None:
    screen = Kept(width, force_terminal=True, color_system=None)
    with progress_bar(screen) as progress:
        progress.add_task("Compiling the law [/] for this machine, about half a minute", total=1)
    shown = screen.kept.getvalue()
    assert ("…" in shown, "[/]" in shown, "minute" in shown, "left:" in shown) == (False, True, True, width >= 80)


def test_in_a_pipe_progress_is_a_line_at_each_tenth() -> None:
    screen = Kept(80)
    with progress_bar(screen) as progress:
        task = progress.add_task("Simulating [a]", total=40)
        for _ in range(40):
            progress.advance(task)
    assert [line.partition(" %")[0] for line in screen.lines] == [f"Simulating [a]: {k}0" for k in range(1, 11)]
    assert "\r" not in screen.kept.getvalue()
