"""The model against the literature on a terminal: a table, what it amounts to, and why what is missed is missed."""

import json
import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from alliance_sim.evidence.agreement import GROUPS, Compared, Count, agrees, counts, group_of, notes, uncompared
from alliance_sim.evidence.findings import ONLY_DIRECTION, Finding
from alliance_sim.evidence.tables import records, table
from alliance_sim.figures import evidence
from alliance_sim.figures.picture import figure_files, save_single
from alliance_sim.figures.style import number
from alliance_sim.files.single import write_file
from alliance_sim.scenario.screen import print_table

CONTEXT = "context, in no count"
"""What the findings of tier context are called where people read them."""

_PAGES = Environment(loader=PackageLoader("alliance_sim.evidence", ""), undefined=StrictUndefined)
_PAGES.globals["number"] = number
_PAGES.tests["nan"] = math.isnan
say: Any = _PAGES.get_template("comparison.md.j2").module
"""Sentences about a comparison: macros of the template, given facts."""


def print_comparison(screen: Console, compared: Sequence[Compared], draws: int, parameters: str) -> None:
    """Print how many findings agree, then every finding, why some are missed, and why some are not compared."""
    for count in counted(compared):
        screen.print(Text(say.agreement(count)))
    screen.print()
    for group in (*GROUPS, None):
        own = [one for one in compared if group_of(one.finding) == group]
        if own:
            screen.print(Text(f"Findings: {group or CONTEXT}", style="bold"))
            print_table(screen, _table(own))
    for parts in criteria(compared):
        screen.print(Text(say.criterion(parts)))
    for one in with_earlier(compared):
        screen.print(Text(say.earlier(one)))
    screen.print(Text(say.simulated(draws, parameters), style="dim"))
    _explained(screen, "Misses", [(f, notes().get(f.id, "the reason is not known.")) for f in missed(compared)])
    _explained(screen, "Not compared", uncompared())


def _explained(screen: Console, heading: str, findings: Sequence[tuple[Finding, str]]) -> None:
    """Findings with a reason each, below a heading."""
    if findings:
        screen.print(Text(heading, style="bold"))
    for finding, reason in findings:
        words = f" ({finding.tier})" if heading != "Misses" else ""
        screen.print(
            Padding(Text.assemble((f"{finding.id} {finding.quantity}{words}: ", "bold"), reason), (0, 0, 0, 2))
        )


def _table(compared: Sequence[Compared]) -> Table:
    """One group's findings, a row a published number."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for name in ("", "finding", "published", "simulated", "agrees", "source"):
        width, right = {"finding": 30, "source": 18}.get(name), name in ("published", "simulated")
        table.add_column(name, width=width, no_wrap=not width, overflow="fold", justify="right" if right else "left")
    verdicts = {None: Text("-"), True: Text("yes"), False: Text("MISS", style="bold red")}
    for one in compared:
        finding, several = one.finding, len(one.finding.parts) > 1
        about = (finding.id, worded(finding), cited(finding))
        if several and one.part == 0:
            table.add_row(*about[:2], "", "", "", about[2])
        name, words, source = ("", f"  {one.name}", "") if several else about
        judged = finding.verified == ONLY_DIRECTION and math.isfinite(one.published.value)  # the number is a judgement
        published = published_words(one) + ("*" if judged else "")
        table.add_row(name, words, published, simulated_words(one), verdicts[one.agrees], source)
    return table


def worded(finding: Finding) -> str:
    """What was measured, and in which unit."""
    quantity = finding.quantity
    return quantity if unit(finding) in ("", *quantity.split()) else f"{quantity} ({unit(finding)})"


def unit(finding: Finding) -> str:
    """The unit of a finding's numbers in a word or two."""
    words = {"direction": "sign", "null": "", "mean (SD)": "points", "d; % deteriorated": ""}
    words |= dict.fromkeys(("% sessions", "% cases", "% clients", "% of clients"), "%")
    return words.get(finding.statistic, finding.statistic)


def published_words(one: Compared) -> str:
    """A published number with its interval, or its direction."""
    part = one.published
    if not math.isfinite(part.value):
        return "above 0" if part.low == 0 else "below 0"
    if one.finding.statistic == "null" and not part.bounded:
        return "none"
    return number(part.value) + (f" [{number(part.low)}, {number(part.high)}]" if part.bounded else "")


def simulated_words(one: Compared) -> str:
    """A simulated number with the interval of studies of the published size."""
    return f"{number(one.simulated)} [{number(one.low)}, {number(one.high)}]"


def cited(finding: Finding) -> str:
    """First author and year."""
    author = re.split(r"[,;&:]| \(| -?\.\d", finding.source)[0].strip()
    several = "&" in finding.source and "et al" not in author
    year = finding.year.strip("-")
    return " ".join(
        word for word in (author, "et al." if several else "", "" if re.search(r"\d{4}", author) else year) if word
    )


def missed(compared: Sequence[Compared]) -> list[Finding]:
    """The findings of which a part does not agree, in their order."""
    whole = agrees(compared)
    return list({one.finding.id: one.finding for one in compared if not whole.get(one.finding.id, True)}.values())


def counted(compared: Sequence[Compared]) -> list[Count]:
    """How many findings of each group agree, of groups that have any; groups are never added up."""
    return [count for count in counts(compared) if count.of]


def criteria(compared: Sequence[Compared]) -> list[list[Compared]]:
    """The parts of each finding that goes by a criterion, which has a null."""
    names = dict.fromkeys(one.finding.id for one in compared if math.isfinite(one.null))
    return [[one for one in compared if one.finding.id == name] for name in names]


def with_earlier(compared: Sequence[Compared]) -> list[Compared]:
    """The findings for which an earlier edition had another estimand."""
    return [one for one in compared if math.isfinite(one.earlier)]


def comparison_files(json_file: Path | None, csv_file: Path | None, figure: Path | None) -> list[Path]:
    """The files that `write_comparison` writes."""
    own = [file for file in (json_file, csv_file) if file is not None]
    return [*own, *(figure_files(figure).values() if figure is not None else ())]


def write_comparison(
    compared: Sequence[Compared],
    json_file: Path | None,
    csv_file: Path | None,
    figure: Path | None,
    overwrite: bool = False,
) -> list[Path]:
    """Write what is asked for, each into its file, in folders that are made where missing; returns the files.

    `figure` is a path without ending, to which .png and .svg are added (an ending that is there already is taken off).
    Raises OSError where a file cannot be written, ConfigError for files that alliance-sim did not write (unless
    `overwrite`).
    """
    rows = table(compared, uncompared())
    as_json = json.dumps(records(rows), indent=2, ensure_ascii=False) + "\n"
    as_csv = rows.to_csv(index=False, float_format="%.6g", lineterminator="\n")
    for file, content in ((json_file, as_json), (csv_file, as_csv)):
        if file is not None:
            write_file(file, content, overwrite)
    if figure is not None:
        save_single(evidence.build(rows).figure, figure, overwrite)
    return comparison_files(json_file, csv_file, figure)
