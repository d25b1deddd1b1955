"""Write docs/evidence.md and its pictures from a finished calibration and two finished inquiries.

    python docs/make_evidence.py results/calibration results/rival_mechanisms results/repair_or_selection

Every number of the page comes from here: the comparison with the literature as `alliance-sim evidence` makes it, the
calibration's own tables, a few worlds that differ from the calibrated one in one thing, and what the inquiries found of
rival mechanisms and of repair.
"""

import json
import math
import sys
from pathlib import Path

import numpy as np
import put_in
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from alliance_sim.evidence import DRAWS, SEED
from alliance_sim.evidence.agreement import Compared, look, notes, table
from alliance_sim.evidence.studies import STUDIES
from alliance_sim.figures import evidence
from alliance_sim.figures.calibration import draw_calibration
from alliance_sim.figures.picture import rendered
from alliance_sim.figures.style import number
from alliance_sim.law.world import Parameters
from alliance_sim.report.fitted import read_fit
from alliance_sim.report.literature import TIERS, cited, missed, published_words, simulated_words, summary, worded
from alliance_sim.scenario.population import with_values
from alliance_sim.study import face_literature

DOCS = Path(__file__).parent
PRACTICES = 20
WORLDS: dict[str, dict[str, float]] = {
    "calibrated": {},
    "larger weekly ups and downs (`change.life` .35)": {"change.life": 0.35},
    "no ruptures (`rupture.base` so low that there are none)": {"rupture.base": -30.0},
    "no weekly noise of the alliance (`alliance.noise` 0)": {"alliance.noise": 0.0},
}
ASKED = (("O04", 0), ("X16", 0), ("X16", 1), ("L03", 0), ("S14", 0), ("R01", 0), ("R03", 0), ("W01", 0))


def main() -> None:
    """Play, compare, draw and write."""
    calibration, rivals, repair = (Path(folder) for folder in sys.argv[1:4])
    fit = read_fit(calibration)
    about = json.loads((calibration / "calibration.json").read_text(encoding="utf-8"))
    compared = face_literature("posterior", DRAWS, SEED)
    _picture(evidence.build(table(compared)).figure, "evidence")
    for picture in draw_calibration(fit):
        _picture(picture.figure, f"calibration_{picture.name}")
    pages = Environment(loader=FileSystemLoader(DOCS), undefined=StrictUndefined, keep_trailing_newline=True)
    text = pages.get_template("evidence.md.j2").render(
        rows=[_row(one) for one in compared],
        summary=summary(compared),
        misses=[(f.id, f.quantity, notes().get(f.id, "not known.")) for f in missed(compared)],
        worlds=_worlds(),
        asked=[f"{name} {STUDIES[name].parts[k]}" for name, k in ASKED],
        practices=PRACTICES,
        draws=DRAWS,
        about=about,
        targets=fit["targets"].to_dict("records"),
        parameters=fit["parameters"].sort_values("learned", ascending=False).to_dict("records"),
        fits=int(fit["recovery"]["fit"].max()),
        inside_50=100 * fit["recovery"]["inside_50"].mean(),
        inside_90=100 * fit["recovery"]["inside_90"].mean(),
        coverage_error=100 * _clustered(fit["recovery"]),
        put_in=put_in.tables(rivals, repair),
    )
    (DOCS / "evidence.md").write_text(text, encoding="utf-8")


def _picture(figure: object, name: str) -> None:
    (DOCS / "images" / f"{name}.png").write_bytes(rendered(figure)[".png"])  # type: ignore[arg-type]


def _row(one: Compared) -> dict[str, str]:
    finding = one.finding
    several = len(finding.parts) > 1
    return {
        "id": finding.id,
        "tier": TIERS[finding.tier],
        "finding": worded(finding) + (f": {one.name}" if several else ""),
        "published": published_words(one),
        "simulated": simulated_words(one),
        "agrees": "yes" if one.agrees else "**miss**",
        "source": cited(finding),
        "truth": "" if math.isnan(one.truth) else number(one.truth),
        "null": ""
        if math.isnan(one.null)
        else f"{number(one.null)} ({number(one.null_low)} to {number(one.null_high)})",
    }


def _worlds() -> list[tuple[str, list[str]]]:
    """What some findings would be in worlds that differ in one thing, the same practices in each: mean (error)."""
    made = []
    for words, values in WORLDS.items():
        world = with_values(Parameters(), tuple(values), tuple(values.values()))
        found = look(SEED, 0, [world] * PRACTICES)
        cells = []
        for name, part in ASKED:
            numbers = np.array([one[name][part, 0] for one in found])
            numbers = numbers[np.isfinite(numbers)]
            error = numbers.std(ddof=1) / math.sqrt(len(numbers)) if len(numbers) > 1 else math.nan
            cells.append(f"{number(float(numbers.mean()))} ({error:.2f})" if len(numbers) else "-")
        made.append((words, cells))
    return made


def _clustered(recovery: object) -> float:
    """Monte-Carlo error of the share covered (90 %), fits as clusters: parameters of one fit are not independent."""
    shares = recovery.groupby("fit")["inside_90"].mean()  # type: ignore[attr-defined]
    return float(shares.std(ddof=1) / math.sqrt(len(shares)))


if __name__ == "__main__":
    main()
