"""Writes the tables of docs/data from the world in docs/data/clinic.yaml: a clinic that nobody has ever seen.

    python docs/make_example_clinic.py [FOLDER]

The same world, seed and law give the same tables. The files are in the public domain (CC0 1.0).
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from alliance_sim.experiment.run import play_point
from alliance_sim.scenario import load

DATA = Path(__file__).with_name("data")
RATED = {"wai_goal": "goal", "wai_task": "task", "wai_bond": "bond", "symptoms": "phq9"}
ENDED = {"no": "", "dropout": "D", "completed": "W"}
MISSING = 0.1
"""Share of sessions in which the client did not fill in the questionnaire."""


def long_table() -> pd.DataFrame:
    """The clinic, a row a session; sessions that were missed have no ratings."""
    experiment = load(DATA / "clinic.yaml")
    sessions, clients = (
        table.to_pandas() for table in play_point(experiment, experiment.points[0], range(1, 2)) if table is not None
    )
    rows = sessions.merge(
        clients[["client", "symptoms_intake", "symptoms_end", "left"]], on="client", suffixes=("_", "")
    )
    luck = np.random.Generator(np.random.Philox(key=experiment.seed))
    filled = rows["attended"] & (luck.random(len(rows)) >= MISSING)
    made = pd.DataFrame(
        {
            "client": [f"C{number:03d}" for number in rows["client"]],
            "therapist": [f"T{number:02d}" for number in rows["therapist"]],
            "session": rows["session"],
            "came": rows["attended"].astype(int),
        }
    )
    for name, own in RATED.items():
        made[own] = rows[name].where(filled)
    made["therapist_rating"] = rows["wai_therapist"].round(2).where(rows["attended"] & (rows["session"] % 2 == 1))
    made["tension"] = (rows["rupture_client"] != "none").astype(int).where(filled)
    made["phq9_intake"], made["phq9_end"] = rows["symptoms_intake"], rows["symptoms_end"]
    made.loc[rows["left"] == "dropout", "phq9_end"] = np.nan  # who drops out is not asked again
    made["ended"] = rows["left"].map(ENDED).astype(str)
    whole = ["phq9", "tension", "phq9_intake", "phq9_end"]
    return made.astype(dict.fromkeys(whole, "Int64"))


def wide_table(long: pd.DataFrame) -> pd.DataFrame:
    """The same, a row a client."""
    people = long.groupby("client")[["therapist", "phq9_intake", "phq9_end", "ended"]].first()
    names = {"therapist_rating": "therapist"}
    weekly = ["came", *RATED.values(), "therapist_rating", "tension"]
    wide = long.pivot_table(index="client", columns="session", values=weekly, aggfunc="first", dropna=False)
    wide = wide[[(name, k) for name in weekly for k in sorted(set(long["session"]))]]
    wide.columns = [f"{names.get(name, name)}_{k}" for name, k in wide.columns]
    whole = [c for c in wide if c.startswith(("came", "phq9", "tension"))]
    return people.join(wide.astype(dict.fromkeys(whole, "Int64"))).reset_index()


def main(folder: Path) -> None:
    """Write both tables."""
    long = long_table()
    long.to_csv(folder / "clinic_long.csv", index=False, sep=";", decimal=",", lineterminator="\n")
    wide_table(long).to_csv(folder / "clinic_wide.csv", index=False, lineterminator="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else DATA)
