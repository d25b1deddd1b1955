"""Public tables that are not shipped: a test reads them where an environment variable names their folder."""

import os
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

FOLDER = "ALLIANCE_SIM_PUBLIC_DATA"


def public(name: str, **how: Any) -> pd.DataFrame:
    """A public table, read by pandas as `how` says; skips the test where it is not at hand."""
    folder = os.environ.get(FOLDER)
    if not folder:
        pytest.skip(f"{FOLDER} names no folder, so that {name} cannot be read")
    path = Path(folder) / name
    if not path.is_file():
        pytest.skip(f"{path} is not there")
    return pd.read_csv(path, **how)
