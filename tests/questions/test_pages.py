"""Every page of a question: what it says follows from its tables, and it claims no more than its intervals bear."""

import re
from collections.abc import Iterator
from pathlib import Path

import jinja2
import numpy as np
import pandas as pd
import pytest
from jinja2 import nodes

import alliance_sim.questions
from alliance_sim.estimates.claims import recorded
from alliance_sim.estimates.long import Estimates
from alliance_sim.questions.frame.question import Tables
from alliance_sim.scenario.names import QUESTIONS
from tests.questions.golden import KINDS, Golden, folder_of, read

TEMPLATES = sorted(Path(alliance_sim.questions.__path__[0]).glob("*/*.md.j2"))
DIRECTION = re.compile(
    r"\b(more|less|fewer|better|best|worse|worst|the same(?= as|[.,;)]|$)|higher|lower|larger|smaller"
    r"|greater|stronger|weaker|equal|no difference|increases?|decreases?|improves?|harms?|helps?)\b",
    re.IGNORECASE,
)
"""Words that claim a direction, or that there is none."""

golden = pytest.mark.parametrize("key", KINDS)


@golden
def test_a_page_is_what_its_tables_make(key: str) -> None:
    pages = read(key).pages()
    assert pages.page == (folder_of(key) / "page.md").read_text(encoding="utf-8")
    kept = folder_of(key) / "appendix.md"
    assert pages.appendix == (kept.read_text(encoding="utf-8") if kept.exists() else "")


@golden
def test_a_short_answer_is_short(key: str) -> None:
    """At most 150 words and 12 numbers, and a page at most 2,500 words; what is longer is an appendix or a CSV."""
    question = read(key)
    pages = question.pages()
    short = pages.short.split("*\n\n", 1)[-1] if pages.short.startswith("*A trial run") else pages.short
    assert len(re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", short)) <= 150
    assert len(re.findall(r"\d+(?:[.,]\d+)*", short)) <= 12
    prose = "\n".join(line for line in pages.page.splitlines() if not line.startswith("|"))
    assert len(prose.split()) <= 2500


@golden
@pytest.mark.parametrize("seed", range(12))
def test_no_claim_goes_beyond_its_interval(key: str, seed: int) -> None:
    """With any numbers in the tables: a page can be written, and every claim agrees with the estimate that it is of."""
    with recorded() as claims:
        made = scrambled(read(key), seed)
        made.pages()
    for each in claims:
        low, high, margin = each.estimate.low, each.estimate.high, each.margin
        if each.kind in (1, -1):
            assert low > (margin or 0) if each.kind == 1 else high < -(margin or 0)
        if each.kind is None:
            assert margin is not None
            assert -margin < low <= high < margin


def scrambled(kept: Golden, seed: int) -> Golden:
    """The same question with random numbers in the place of its estimates; a tenth of them unknown."""
    random = np.random.default_rng(seed)
    frame = kept.tables.estimates.frame.copy()
    n = len(frame)
    own = frame["value"].to_numpy()
    scale = np.where(np.isfinite(own), np.abs(own), 1.0) + 0.1
    value = scale * random.standard_normal(n)
    reach = scale * np.abs(random.standard_normal(n))
    lost = random.random(n) < 0.1
    numbers = {"value": value, "low": value - reach, "high": value + reach, "error": reach / 2}
    for name, column in numbers.items():
        frame[name] = np.where(lost, np.nan, column)
    percent = frame["unit"].eq("%") & (kept.tables.estimates.frame[["value", "low"]].min(axis=1) >= 0)
    for name in ("value", "low", "high"):
        frame[name] = frame[name].where(~percent, frame[name].abs().clip(0, 100))
    ordered = np.sort(frame[["low", "value", "high"]].to_numpy(), axis=1)
    frame[["low", "value", "high"]] = ordered
    return kept._replace(tables=Tables(Estimates(frame), kept.tables.more))


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_words_of_direction_come_from_claims(file: Path) -> None:
    """Words that depend on a condition may name a direction only through `claim`, or as `fixed` words."""
    tree = jinja2.Environment(trim_blocks=True, lstrip_blocks=True).parse(file.read_text(encoding="utf-8"))
    found = [text for text in conditional(tree, False) if DIRECTION.search(text)]
    assert found == []


def conditional(node: nodes.Node, under: bool) -> Iterator[str]:
    """The words of a template that are printed under a condition, but for those in a `filter fixed` block."""
    if isinstance(node, nodes.FilterBlock) and node.filter.name == "fixed":
        return
    if isinstance(node, nodes.Filter) and node.name == "claim":
        return
    if isinstance(node, nodes.TemplateData) and under:
        yield re.sub(r"`[^`]*`|\*[^*\n]*\*", "", node.data)
    if isinstance(node, nodes.Const) and under and isinstance(node.value, str):
        yield node.value
    inside = under or isinstance(node, nodes.If | nodes.CondExpr)
    for child in node.iter_child_nodes():
        yield from conditional(child, inside)


def test_every_kind_has_a_golden_page() -> None:
    assert set(KINDS) == set(QUESTIONS)


def test_pandas_reads_what_was_written(tmp_path: Path) -> None:
    table = Estimates(pd.DataFrame([{"arm": "a", "value": 1.0, "low": np.nan, "high": 2.0, "error": 0.1, "unit": ""}]))
    table.frame.to_csv(tmp_path / "estimates.csv", index=False)
    assert Estimates.read(tmp_path / "estimates.csv").one(arm="a").value == 1.0
