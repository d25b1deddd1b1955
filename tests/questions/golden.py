"""The golden page of each kind of question: small tables, kept as they are, and the page that they make.

`python -m tests.questions.golden KEY` runs the golden config of a kind anew and writes its tables and pages; without
`--run` it keeps the tables and writes the pages again, after a change of words.
"""

import argparse
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from alliance_sim.estimates.long import Estimates
from alliance_sim.experiment.kept import silent
from alliance_sim.figures.picture import Picture
from alliance_sim.questions.frame.answer import facts_of, templates
from alliance_sim.questions.frame.config import load_question
from alliance_sim.questions.frame.page import Pages, render
from alliance_sim.questions.frame.question import Answer, Question, Tables, take_steps

HERE = Path(__file__).parent
KINDS = sorted(folder.parent.name for folder in HERE.glob("*/golden"))


class Golden(NamedTuple):
    """What is kept of a small run."""

    question: Question
    tables: Tables

    def pages(self) -> Pages:
        """The pages that the tables make; figures are those of the kept tables, which need not be drawn again."""
        kind, tables = self.question.kind, self.tables
        answer = Answer(tables.named(), (), kind.view(self.question, tables))
        facts = facts_of(self.question, answer) | {"command": "alliance-sim run question.yaml", "law": "0"}
        return render(templates(self.question), facts, pictures(kind.key))


def folder_of(key: str) -> Path:
    """Where the golden page of a kind lies."""
    return HERE / key / "golden"


def read(key: str) -> Golden:
    """The golden config and tables of a kind."""
    folder = folder_of(key)
    more = {
        file.stem: pd.read_csv(file, keep_default_na=True)
        for file in sorted(folder.glob("*.csv"))
        if file.stem != "estimates"
    }
    return Golden(load_question(folder / "question.yaml"), Tables(Estimates.read(folder / "estimates.csv"), more))


@cache
def pictures(key: str) -> Sequence[Picture]:
    """The figures of the kept tables."""
    kept = read(key)
    return kept.question.kind.draw(kept.question, kept.tables)


def write(key: str, *, run: bool) -> None:
    """Write the pages of a kind, and with `run` its tables too."""
    folder = folder_of(key)
    rows = folder / "rows.txt"  # where the whole table of estimates would be too large: a condition on its rows
    if run:
        question = load_question(folder / "question.yaml")
        with tempfile.TemporaryDirectory() as kept:
            answer = take_steps(question, Path(kept), 2, silent)
        for name, table in answer.tables.items():
            if rows.exists() and name == "estimates":
                table = table.query(" ".join(rows.read_text(encoding="utf-8").split()))
            elif rows.exists() and not (folder / f"{name}.csv").exists():
                continue  # a table that no page needs
            table.to_csv(folder / f"{name}.csv", index=False, float_format="%.6g", lineterminator="\n")
    pages = read(key).pages()
    (folder / "page.md").write_text(pages.page, encoding="utf-8")
    if pages.appendix:
        (folder / "appendix.md").write_text(pages.appendix, encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser("python -m tests.questions.golden", description="Write the golden page of a kind.")
    parser.add_argument("key", metavar="KIND", help=f"one of {', '.join(KINDS)}")
    parser.add_argument("--run", action="store_true", help="run its question.yaml first, and keep the tables")
    asked = parser.parse_args()
    write(asked.key, run=asked.run)
