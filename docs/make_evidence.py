"""Write docs/evidence.md and its pictures from a finished calibration and, where there are any, two answered questions.

    python docs/make_evidence.py results/calibration [results/rival_mechanisms results/repair_or_selection]

Every number of the page comes from here: the comparison with the literature as `alliance-sim evidence` makes it, the
calibration's own tables, and what the questions found of rival mechanisms and of repair (left out where either has not
been answered).

FROZEN_COMMIT and FROZEN_DATE say when rules and posterior were frozen, which was before any held-out finding was
computed. Without them no page is written.
"""

import json
import math
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import put_in
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from alliance_sim.api.work import compare_literature
from alliance_sim.compiled import LAW_VERSION
from alliance_sim.evidence import DRAWS, SEED
from alliance_sim.evidence.agreement import (
    GROUPS,
    Compared,
    Uncompared,
    group_of,
    notes,
    uncompared,
)
from alliance_sim.evidence.findings import Finding
from alliance_sim.evidence.tables import table
from alliance_sim.figures import evidence
from alliance_sim.figures.calibration import draw_calibration
from alliance_sim.figures.picture import rendered
from alliance_sim.report.fitted import read_fit
from alliance_sim.report.literature import (
    cited,
    counted,
    criteria,
    missed,
    published_words,
    say,
    simulated_words,
    with_earlier,
    worded,
)

DOCS = Path(__file__).parent

FROZEN_COMMIT, FROZEN_DATE = "ae971cf", "2026-11-30"
"""Commit and day on which rules and posterior were frozen, before any held-out finding was computed."""


def main() -> None:
    """Compare, draw and write."""
    if not (FROZEN_COMMIT and FROZEN_DATE):
        sys.exit("State FROZEN_COMMIT and FROZEN_DATE in docs/make_evidence.py first.")
    calibration, *questions = (Path(folder) for folder in sys.argv[1:4])
    questions = questions if all((folder / "estimates.csv").exists() for folder in questions) else []
    fit = read_fit(calibration)
    about = json.loads((calibration / "calibration.json").read_text(encoding="utf-8"))
    compared = compare_literature("posterior", DRAWS, SEED)
    _picture(evidence.build(table(compared)).figure, "evidence")
    _draw(fit)
    frozen = {"frozen_commit": FROZEN_COMMIT, "frozen_date": FROZEN_DATE}
    text = page(
        comparison(compared, uncompared())
        | calibrated(fit)
        | frozen
        | {
            "about": about,
            "law": LAW_VERSION,
            "draws": DRAWS,
            "put_in": put_in.tables(*questions) if questions else None,
        }
    )
    (DOCS / "evidence.md").write_text(text, encoding="utf-8")


def _draw(fit: Mapping[str, Any]) -> None:
    for picture in draw_calibration(fit):
        _picture(picture.figure, f"calibration_{picture.name}")


def page(context: Mapping[str, Any], name: str = "evidence.md.j2") -> str:
    """The page's text."""
    pages = Environment(
        loader=FileSystemLoader(DOCS), undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False
    )
    return pages.get_template(name).render(context)


def comparison(compared: Sequence[Compared], others: Sequence[Uncompared]) -> dict[str, Any]:
    """What the page says of findings: tables by tier, counts, misses with their notes, and what is not compared."""
    misses = missed(compared)
    in_count = {one.finding.id: one.finding for one in compared if group_of(one.finding)}
    return {
        "say": say,
        "counts": counted(compared),
        "criteria": criteria(compared),
        "earlier": with_earlier(compared),
        "groups": [[_row(one) for one in compared if group_of(one.finding) == group] for group in GROUPS],
        "context": [_row(one) for one in compared if one.finding.tier == "context"],
        "without_study": [_reason(one) for one in others if one.finding.tier in ("fit", "validate")],
        "context_without_study": [_reason(one) for one in others if one.finding.tier == "context"],
        "retired": [_reason(one) for one in others if one.finding.tier == "retired"],
        "misses": [_noted(finding) for finding in misses],
        "notes": [_noted(f) for name, f in in_count.items() if f not in misses and name in notes()],
    }


def calibrated(fit: Mapping[str, Any]) -> dict[str, Any]:
    """What the page says of the fit."""
    return {
        "targets": fit["targets"].to_dict("records"),
        "parameters": fit["parameters"].sort_values("learned", ascending=False).to_dict("records"),
        "fits": int(fit["recovery"]["fit"].max()),
        "inside_50": 100 * fit["recovery"]["inside_50"].mean(),
        "inside_90": 100 * fit["recovery"]["inside_90"].mean(),
        "coverage_error": 100 * _clustered(fit["recovery"]),
    }


def _picture(figure: object, name: str) -> None:
    (DOCS / "images" / f"{name}.png").write_bytes(rendered(figure)[".png"])  # type: ignore[arg-type]


def _row(one: Compared) -> dict[str, str]:
    finding = one.finding
    several = len(finding.parts) > 1
    return {
        "id": finding.id,
        "finding": worded(finding) + (f": {one.name}" if several else ""),
        "published": published_words(one),
        "simulated": simulated_words(one),
        "agrees": "-" if one.agrees is None else "yes" if one.agrees else "**miss**",
        "verified": finding.verified,
        "source": cited(finding),
    }


def _reason(one: Uncompared) -> dict[str, str]:
    finding = one.finding
    return {
        "id": finding.id,
        "finding": worded(finding),
        "published": {"+": "above 0", "-": "below 0"}.get(finding.printed, finding.printed),
        "reason": one.reason,
        "source": cited(finding),
    }


def _noted(finding: Finding) -> dict[str, str]:
    why = notes().get(finding.id, "the reason is not known.")
    return {"id": finding.id, "group": group_of(finding) or "", "quantity": finding.quantity, "why": why}


def _clustered(recovery: object) -> float:
    """Monte-Carlo error of the share covered (90 %), fits as clusters: parameters of one fit are not independent."""
    shares = recovery.groupby("fit")["inside_90"].mean()  # type: ignore[attr-defined]
    return float(shares.std(ddof=1) / math.sqrt(len(shares)))


if __name__ == "__main__":
    main()
