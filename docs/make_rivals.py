"""Write configs/rivals/NAME.csv, the posterior of every rival mechanism.

    python docs/make_rivals.py results/rival_mechanisms     from a finished comparison of rivals
    python docs/make_rivals.py --quick results/quick_rivals quickly, beside the posterior of the full model

Each file holds the first draws of a posterior (they are in no order). An arm that plays a rival mechanism uses its
file, as in `parameters: {base: rivals/additive.csv}`, so that every world fits the same findings as well as it can.
The first way takes what `alliance-sim run configs/rival_mechanisms.yaml` has fitted with the effort of a whole
calibration (hours). The second fits each rival with little effort, within ranges around what the full model's
parameters have turned out to be (minutes): good enough to run the configs, and no comparison of rivals.
configs/rivals/made.json says which way was taken, by which law.
"""

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from alliance_sim.questions.rival_mechanisms.asked import Rival, rivals_of

from alliance_sim.compiled import LAW_VERSION
from alliance_sim.evidence.calibration.config import Calibration, Effort
from alliance_sim.evidence.calibration.fit import calibrate, is_finished
from alliance_sim.evidence.calibration.prior import Prior
from alliance_sim.experiment.kept import Advance
from alliance_sim.questions.frame.config import load_question
from alliance_sim.scenario.library import shipped_file

DRAWS = 200
ROOT = Path(__file__).parent.parent
PLACE = ROOT / "configs" / "rivals"
QUICK = Effort(points=256, second=0, checks=32, sites=4, steps=300, chains=4, draws=DRAWS, recoveries=0)


def main(folder: Path, quick: bool) -> None:
    """Fit if asked to, and copy the first draws of every rival."""
    PLACE.mkdir(exist_ok=True)
    if quick:
        fit_quickly(folder)
    for file in sorted((folder / "rivals").glob("*/posterior.csv")):
        draws = pd.read_csv(file, dtype=str).head(DRAWS)
        draws.to_csv(PLACE / f"{file.parent.name}.csv", index=False, lineterminator="\n")
        print(f"configs/rivals/{file.parent.name}.csv")
    made = {"law": LAW_VERSION, "fitted": "quickly, around the posterior of the full model" if quick else "in full"}
    (PLACE / "made.json").write_text(json.dumps(made, indent=2) + "\n", encoding="utf-8")


def fit_quickly(folder: Path) -> None:
    """Fit every rival but the full model, whose posterior is shipped, within ranges around that posterior."""
    shipped = pd.read_csv(shipped_file())
    for rival in rivals_of(load_question(ROOT / "configs" / "rival_mechanisms.yaml")):
        to = folder / "rivals" / rival.slug
        if rival.name == "full model":
            to.mkdir(parents=True, exist_ok=True)
            shipped.to_csv(to / "posterior.csv", index=False)
            continue
        calibration = beside(rival, shipped)
        if not is_finished(calibration, to):
            print(f"Fitting: {rival.name}", flush=True)
            calibrate(calibration, to, 2, named)


def named(words: str, _: int) -> Advance:
    """A stage that is named when it begins, and does not show how far it is."""
    print(f"  {words}", flush=True)
    return lambda _: None


def beside(rival: Rival, shipped: pd.DataFrame) -> Calibration:
    """A rival's calibration with little effort, around the full model's draws.

    Ranges are the middle 95 % of the draws, and half as much on either side; a rival's own parameters keep theirs.
    """
    prior = rival.calibration.prior
    low, high = prior.low.copy(), prior.high.copy()
    for k, path in enumerate(prior.paths):
        own = path not in shipped or (rival.name, path) == ("relationship only", "change.relationship")
        if not own:
            first, last = np.quantile(shipped[path], [0.025, 0.975])
            wide = 0.5 * (last - first)
            low[k], high[k] = max(low[k], first - wide), min(high[k], last + wide)
    given = rival.calibration
    return Calibration(
        given.name, given.path, given.title, Prior(prior.paths, low, high), given.leave_out, QUICK,
        given.question, given.mechanisms,
    )  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[-1]), "--quick" in sys.argv)
