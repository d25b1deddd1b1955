"""Write configs/rivals/NAME.csv, the posterior of every rival mechanism, from a finished comparison of them.

    python docs/make_rivals.py results/rival_mechanisms

Each file holds the first draws of a posterior (they are in no order), fitted by `alliance-sim run
configs/rival_mechanisms.yaml`. An arm that plays a rival mechanism uses its file, as in
`parameters: {base: rivals/additive.csv}`, so that every world fits the same findings as well as it can.
"""

import sys
from pathlib import Path

import pandas as pd

DRAWS = 200
PLACE = Path(__file__).parent.parent / "configs" / "rivals"


def main(folder: Path) -> None:
    """Copy the first draws of every rival."""
    PLACE.mkdir(exist_ok=True)
    for file in sorted((folder / "rivals").glob("*/posterior.csv")):
        draws = pd.read_csv(file, dtype=str).head(DRAWS)
        draws.to_csv(PLACE / f"{file.parent.name}.csv", index=False, lineterminator="\n")
        print(f"configs/rivals/{file.parent.name}.csv")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
